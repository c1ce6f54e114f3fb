import type { TrialOutcome } from "../../src/sweeps/trial.js";

/** A trial that is done, with these means over two folds; null where a metric is not defined. */
export const done = (means: Readonly<Record<string, number | null>>): TrialOutcome => ({
  status: "done",
  metrics: Object.fromEntries(
    Object.entries(means).map(([metric, mean]) => [
      metric,
      mean === null ? null : { mean, stderr: 0, perSplit: [mean, mean] },
    ]),
  ),
  linear: {},
  lambdas: [0, 0],
  seconds: 1,
});

export const failed: TrialOutcome = { status: "failed", reason: "Why." };
