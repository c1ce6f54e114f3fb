import { InputError } from "psilon";
import { inSharedMemory } from "../shared.js";
import { createPool, runInThread } from "../threads.js";
import type { TrialPool } from "./pool.js";
import type { Study } from "./study.js";
import type { Trial, TrialOutcome } from "./trial.js";

/** What a machine or a thread lacks. */
const LACKS: ReadonlySet<string> = new Set(["not-installed", "out-of-memory"]);

/** Runs whole trials in `threads` worker threads, which live until `close`, on one copy of the study's numbers. */
export function createLocalPool(study: Study, threads: number): TrialPool {
  const pool = createPool("./sweeps/trialWorker.js", threads, inSharedMemory(study));

  const outcomeOf = async (trial: Trial, signal: AbortSignal, onShare: (share: number) => void) => {
    try {
      return await runInThread<Trial, TrialOutcome>(pool, trial, signal, onShare);
    } catch (error) {
      if (signal.aborted) return null;
      if (!(error instanceof InputError)) throw error;
      const failed = { status: "failed", reason: error.message } as const;
      return LACKS.has(error.problem.code) ? { ...failed, isLack: true as const } : failed;
    }
  };

  return {
    async run(trials, { signal, onOutcome, onProgress }) {
      let ended = 0;
      const underWay = new Map<number, number>();
      const report = () => onProgress?.([...underWay.values()].reduce((sum, share) => sum + share, ended));
      const handOver = async (index: number, outcome: TrialOutcome) => {
        await onOutcome(trials[index], outcome);
        underWay.delete(index);
        ended++;
        report();
      };
      let next = 0;
      const lane = async () => {
        // The thread's next trial does not wait for the one before it to be kept.
        let kept = Promise.resolve();
        while (next < trials.length && !signal.aborted) {
          const index = next++;
          const outcome = await outcomeOf(trials[index], signal, (share) => {
            underWay.set(index, share);
            report();
          });
          await kept;
          if (!outcome) return;
          kept = handOver(index, outcome);
          kept.catch(() => {});
        }
        await kept;
      };
      await Promise.all(Array.from({ length: Math.min(threads, trials.length) }, lane));
    },
    close: () => pool.destroy(),
  };
}
