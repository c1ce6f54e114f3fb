import type { TrainOptions } from "psilon";
import { openStudy, type StudyRunner } from "../sweeps/runTrial.js";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { answer, type Errand } from "../threads.js";
import { lastUsed } from "./lastUsed.js";
import { unpackStudy } from "./packedStudy.js";

export interface TrialErrand {
  readonly trial: Trial;
  /** The packed study's hash, and its bytes in memory that all threads read. */
  readonly hash: string;
  readonly packed: Uint8Array;
  /** What this worker computes with, where it was told. */
  readonly backend: TrainOptions["backend"];
}

/** Studies that a thread keeps open. */
const OPEN = 2;
const opened = new Map<string, StudyRunner>();

/** Runs one trial in a worker thread. */
export default function run({ task: { trial, hash, packed, backend }, port }: Errand<TrialErrand>) {
  return answer<TrialOutcome>(port, async ({ signal }) => {
    const runner = lastUsed(opened, hash, OPEN, () => openWith(packed, backend));
    return runner(trial, { signal });
  });
}

function openWith(packed: Uint8Array, backend: TrainOptions["backend"]): StudyRunner {
  const study = unpackStudy(packed);
  return openStudy(backend === undefined ? study : { ...study, options: { ...study.options, backend } });
}
