import { availableParallelism } from "node:os";
import type { BaselineJob, BaselineRunner, JobRunner, Runner, TrainingJob } from "psilon";
import type { Journal, KeptJob } from "./checkpoints/journal.js";
import { inSharedMemory } from "./shared.js";
import { createPool, runInThread } from "./threads.js";
import type { Work } from "./worker.js";

export const defaultThreads = availableParallelism;

/**
 * Runs jobs, of networks and of baselines, in `threads` worker threads, which live until `close`. What the journal has is not run again, and
 * what comes of the others is kept there.
 */
export function createWorkers(
  threads: number,
  journal?: Journal,
): {
  readonly run: JobRunner;
  readonly runBaselines: BaselineRunner;
  close(): Promise<void>;
} {
  const pool = createPool("./worker.js", threads);

  const runner =
    <Job extends TrainingJob | BaselineJob, Result extends object>(): Runner<Job, Result> =>
    async (jobs, { signal, onProgress }) => {
      const results = new Array<Result | null>(jobs.length).fill(null);
      const fractions = new Float64Array(jobs.length);
      const report = (index: number, fraction: number) => {
        fractions[index] = fraction;
        onProgress?.(fractions.reduce((sum, value) => sum + value, 0));
      };
      const run = async (index: number, kept?: KeptJob): Promise<Result> => {
        const { state, resume } = kept ?? {};
        const work: Work = { job: inSharedMemory(jobs[index]), state, resume };
        const result = await runInThread<Work, Result>(pool, work, signal, (fraction) =>
          report(index, fraction),
        );
        kept?.keep(result);
        return result;
      };
      let next = 0;
      // Handed out one by one, so that a job not yet begun stays null when the signal comes.
      const lane = async () => {
        while (next < jobs.length && !signal?.aborted) {
          const index = next++;
          const kept = journal?.open(jobs[index]);
          results[index] = (kept?.result as Result | null | undefined) ?? (await run(index, kept));
          report(index, 1);
        }
      };
      await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, lane));
      return results;
    };

  return { run: runner(), runBaselines: runner(), close: () => pool.destroy() };
}
