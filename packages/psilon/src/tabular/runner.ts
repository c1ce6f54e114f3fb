import { runTrainingJob, type TrainingJob, type TrainingResult } from "./job.js";

export interface RunnerHooks {
  /** Jobs under way end with what they have learned, and no new ones start. */
  readonly signal?: AbortSignal | undefined;
  /** Jobs done, fractions of those under way counted in. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Runs jobs, in parallel or not; null stands for a job that had not started when the signal came. */
export type JobRunner = (
  jobs: readonly TrainingJob[],
  hooks: RunnerHooks,
) => Promise<readonly (TrainingResult | null)[]>;

/** One job after the other, in this thread. */
export const runInProcess: JobRunner = async (jobs, { signal, onProgress }) => {
  const results: (TrainingResult | null)[] = [];
  for (const [index, job] of jobs.entries()) {
    const skip = signal?.aborted === true;
    const hooks = { signal, onProgress: (fraction: number) => onProgress?.(index + fraction) };
    results.push(skip ? null : await runTrainingJob(job, hooks));
  }
  return results;
};
