import type { TrainOptions } from "psilon";
import { openStudy, type StudyRunner } from "../sweeps/runTrial.js";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { answer, type Errand } from "../threads.js";
import { unpackStudy } from "./packedStudy.js";

export interface TrialErrand {
  readonly trial: Trial;
  /** The packed study's hash, and its bytes in memory that all threads read. */
  readonly hash: string;
  readonly packed: Uint8Array;
  /** What this worker computes with, where it was told. */
  readonly backend: TrainOptions["backend"];
}

/** Studies that a thread keeps open, those that were used last at the end. */
const OPEN = 2;
const opened = new Map<string, StudyRunner>();

/** Runs one trial in a worker thread. */
export default function run({ task: { trial, hash, packed, backend }, port }: Errand<TrialErrand>) {
  return answer<TrialOutcome>(port, async ({ signal }) => {
    const runner = opened.get(hash) ?? openWith(packed, backend);
    opened.delete(hash);
    opened.set(hash, runner);
    for (const old of [...opened.keys()].slice(0, -OPEN)) opened.delete(old);
    return runner(trial, { signal });
  });
}

function openWith(packed: Uint8Array, backend: TrainOptions["backend"]): StudyRunner {
  const study = unpackStudy(packed);
  return openStudy(backend === undefined ? study : { ...study, options: { ...study.options, backend } });
}
