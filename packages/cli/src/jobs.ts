import { availableParallelism } from "node:os";
import type { BaselineRunner, JobRunner, Runner } from "psilon";
import { inSharedMemory } from "./shared.js";
import { createPool, runInThread } from "./threads.js";

export const defaultThreads = availableParallelism;

/** Runs jobs, of networks and of baselines, in `threads` worker threads, which live until `close`. */
export function createWorkers(threads: number): {
  readonly run: JobRunner;
  readonly runBaselines: BaselineRunner;
  close(): Promise<void>;
} {
  const pool = createPool("./worker.js", threads);

  const runner =
    <Job, Result extends object>(): Runner<Job, Result> =>
    async (jobs, { signal, onProgress }) => {
      const results = new Array<Result | null>(jobs.length).fill(null);
      const fractions = new Float64Array(jobs.length);
      const report = (index: number, fraction: number) => {
        fractions[index] = fraction;
        onProgress?.(fractions.reduce((sum, value) => sum + value, 0));
      };
      let next = 0;
      // Handed out one by one, so that a job not yet begun stays null when the signal comes.
      const lane = async () => {
        while (next < jobs.length && !signal?.aborted) {
          const index = next++;
          const job = inSharedMemory(jobs[index]);
          results[index] = await runInThread<Job, Result>(pool, job, signal, (fraction) =>
            report(index, fraction),
          );
          report(index, 1);
        }
      };
      await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, lane));
      return results;
    };

  return { run: runner(), runBaselines: runner(), close: () => pool.destroy() };
}
