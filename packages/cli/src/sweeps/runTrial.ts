import {
  type BaselineJob,
  type BaselineResult,
  crossValidate,
  InputError,
  inferSchema,
  runBaselineJob,
} from "psilon";
import { contentHash } from "../contentHash.js";
import { figuresOf } from "../foldFigures.js";
import type { Study } from "./study.js";
import type { Trial, TrialOutcome } from "./trial.js";

export interface TrialHooks {
  readonly signal?: AbortSignal;
  /** Hears the share of the trial that is done. */
  readonly onProgress?: (share: number) => void;
}

/** Runs one trial after the other of a study; what they have in common is found out once. Throws InputError for what is not installed. */
export type StudyRunner = (trial: Trial, hooks: TrialHooks) => Promise<TrialOutcome>;

/** Throws InputError for a table that cannot be learned from. */
export function openStudy({ frame, target, options, folds }: Study): StudyRunner {
  const { columns, task } = options;
  const kinds = inferSchema(frame, { target, overrides: columns, task });
  // All trials are compared with the same, on the same folds.
  const fitted = new Map<string, BaselineResult>();
  const runBaseline = async (job: BaselineJob, signal: AbortSignal | undefined) => {
    const hash = contentHash(job);
    const result = fitted.get(hash) ?? (await runBaselineJob(job, { signal }));
    if (!signal?.aborted) fitted.set(hash, result);
    return result;
  };
  return async ({ settings }, { signal, onProgress }) => {
    const started = performance.now();
    try {
      const { splits, metrics, baselines } = await crossValidate(frame, target, {
        ...options,
        kinds,
        ...settings,
        folds,
        runBaselines: (jobs) => Promise.all(jobs.map((job) => runBaseline(job, signal))),
        signal,
        onProgress: ({ done }) => onProgress?.(done),
      });
      const records = splits.map(({ model }) => model.record);
      return {
        status: "done",
        metrics: { ...metrics, ...figuresOf(records) },
        linear: baselines.linear,
        lambdas: records.map(({ lambda }) => lambda),
        seconds: (performance.now() - started) / 1000,
      };
    } catch (error) {
      if (signal?.aborted || !(error instanceof InputError)) throw error;
      // Elsewhere the trial may come to something.
      if (error.problem.code === "not-installed") throw error;
      return { status: "failed", reason: error.message };
    }
  };
}
