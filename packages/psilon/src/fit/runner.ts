import type { StopSignal } from "../engine/training/pauses.js";
import { type BaselineJob, type BaselineResult, runBaselineJob } from "./baselineJob.js";
import { type JobHooks, runTrainingJob, type TrainingJob, type TrainingResult } from "./job.js";

/** What jobs in progress are stopped by, and who hears of them. */
export interface RunnerHooks {
  /** Jobs under way end with what they have learned, and no new ones start. */
  readonly signal?: StopSignal | undefined;
  /** Jobs done, fractions of those under way counted in. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Runs jobs, in parallel or not; null stands for a job that had not started when the signal came. */
export type Runner<Job, Result> = (
  jobs: readonly Job[],
  hooks: RunnerHooks,
) => Promise<readonly (Result | null)[]>;

/** Runs trainings of networks. */
export type JobRunner = Runner<TrainingJob, TrainingResult>;
/** Runs fits of what a model is compared with. */
export type BaselineRunner = Runner<BaselineJob, BaselineResult>;

/** One job after the other, in this thread. */
const inProcess =
  <Job, Result>(work: (job: Job, hooks: JobHooks) => Promise<Result>): Runner<Job, Result> =>
  async (jobs, { signal, onProgress }) => {
    const results: (Result | null)[] = [];
    for (const [index, job] of jobs.entries()) {
      const skip = signal?.aborted === true;
      const hooks = { signal, onProgress: (fraction: number) => onProgress?.(index + fraction) };
      results.push(skip ? null : await work(job, hooks));
    }
    return results;
  };

export const runInProcess = inProcess(runTrainingJob);
export const runBaselinesInProcess = inProcess(runBaselineJob);
