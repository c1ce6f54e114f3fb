import { moments } from "../preprocess/statistics.js";
import { targetValues } from "../preprocess/target.js";
import type { Frame } from "../tables/frame.js";
import { unlimited } from "./budget.js";
import type { FitOptions } from "./options.js";
import { makePlan, type Plan } from "./plan.js";
import { runInProcess } from "./runner.js";
import { evaluate } from "./search.js";

/** A log scale has to be better by this share: the values themselves are what is asked for. */
const BETTER = 0.99;

/** Values with more skewness than this, whose logarithms have less, may be better learned on a log scale. */
const SKEWED = 1;

/** Of the steps that networks take which try both. */
const SHARE = 0.25;

/**
 * The plan of a training, its target on the scale that predicts held-out rows better in the target's own units: networks are trained on either, at
 * two λ in a quarter of the steps, where the option leaves it open and the train rows' values are all above 0 and skewed.
 */
export async function planOnScale(
  frame: Frame,
  target: string | readonly string[],
  options: FitOptions,
  budget = unlimited,
): Promise<Plan> {
  const plan = makePlan(frame, target, options);
  const { targetScale = "auto", loss, objective, run = runInProcess, signal, onProgress } = options;
  const isOpen = targetScale === "auto" && !loss && !objective && isSkewed(plan, options);
  if (!isOpen) return plan;
  const logarithmic = makePlan(frame, target, { ...options, targetScale: "log" });
  const { lambdas, encodings, shapes, splits } = plan;
  const places = new Set([Math.floor((lambdas.length - 1) / 3), Math.floor(lambdas.length / 2)]);
  const candidates = [...places].map((place) => ({
    encoding: encodings[encodings.length - 1],
    ...shapes[0],
    lambda: lambdas[place],
  }));
  const count = candidates.length * splits;
  const errors: number[] = [];
  for (const [b, one] of [plan, logarithmic].entries()) {
    const trials = await evaluate(
      one,
      (jobs) =>
        budget.run(
          run,
          jobs,
          {
            signal,
            onProgress: (done) => onProgress?.({ stage: "scale", done: b * count + done, total: 2 * count }),
          },
          "scale",
        ),
      one.views.sample,
      candidates,
      SHARE,
    );
    const scores = trials.flatMap((trial) => trial.scores ?? []);
    errors.push(
      Math.min(
        ...scores.map((all) => ("rmse" in all ? all.rmse : "pinball" in all ? all.pinball : Number.NaN)),
      ),
    );
  }
  const [value, log] = errors;
  return log < BETTER * value ? logarithmic : plan;
}

/** Whether a log scale is possible, for the rows to test on too, and likely to be better. */
function isSkewed({ target, views: { truth } }: Plan, { test }: FitOptions): boolean {
  if (target.task !== "regression") return false;
  const tested = test ? targetValues(target, test.frame, test.rows) : new Float64Array();
  const isPositive = [truth, tested].every((values) => values.every((y: number) => y > 0));
  const count = target.names.length;
  return (
    isPositive &&
    target.names.some((_, k) => {
      const values = Float64Array.from({ length: truth.length / count }, (_, i) => truth[i * count + k]);
      return skewness(values) > Math.max(SKEWED, Math.abs(skewness(values.map(Math.log))));
    })
  );
}

/** The mean cube of what is standardized. */
function skewness(values: Float64Array): number {
  const { mean, std } = moments(values);
  return values.reduce((sum, value) => sum + ((value - mean) / std) ** 3, 0) / values.length;
}
