import type { JobCheckpoint } from "psilon";
import { keep } from "./keptFile.js";

/** Milliseconds between two states of a job, and how often longer than writing one takes they are at least. */
const PAUSE = { least: 2000, times: 20 };

/** Keeps a job's state in a file: after its first epoch, so that a folder that takes none is found out early, then now and then. */
export function keepStates(path: string): (take: () => JobCheckpoint) => void {
  let due = Number.NEGATIVE_INFINITY;
  return (take) => {
    const begun = performance.now();
    if (begun < due) return;
    keep(path, take());
    const ended = performance.now();
    due = ended + Math.max(PAUSE.least, PAUSE.times * (ended - begun));
  };
}
