import { InputError } from "psilon";
import { inSharedMemory } from "../shared.js";
import { createPool, runInThread } from "../threads.js";
import type { TrialPool } from "./pool.js";
import type { Study } from "./study.js";
import type { Trial, TrialOutcome } from "./trial.js";

/** Runs whole trials in `threads` worker threads, which live until `close`, on one copy of the study's numbers. */
export function createLocalPool(study: Study, threads: number): TrialPool {
  const pool = createPool("./sweeps/trialWorker.js", threads, inSharedMemory(study));

  const outcomeOf = async (trial: Trial, signal: AbortSignal, onShare: (share: number) => void) => {
    try {
      return await runInThread<Trial, TrialOutcome>(pool, trial, signal, onShare);
    } catch (error) {
      if (signal.aborted) return null;
      // What a thread has no memory for, another trial's may have.
      if (error instanceof InputError) return { status: "failed", reason: error.message } as const;
      throw error;
    }
  };

  return {
    async run(trials, { signal, onOutcome, onProgress }) {
      const shares = new Float64Array(trials.length);
      const report = (index: number, share: number) => {
        shares[index] = share;
        onProgress?.(shares.reduce((sum, value) => sum + value, 0));
      };
      const handOver = async (index: number, outcome: TrialOutcome) => {
        await onOutcome(trials[index], outcome);
        report(index, 1);
      };
      let next = 0;
      const lane = async () => {
        // The thread's next trial does not wait for the one before it to be kept.
        let kept = Promise.resolve();
        while (next < trials.length && !signal.aborted) {
          const index = next++;
          const outcome = await outcomeOf(trials[index], signal, (share) => report(index, share));
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
