import { log } from "../../engine/random/log.js";
import { checkLengths, rowWeight, weightedMean } from "./averages.js";
import type { RegressionMetricOptions } from "./numbers.js";

/** Counts are predicted as at least this, so that what was sure to be none costs much, not infinity. */
const LEAST_COUNT = 2 ** -23;

/** 2·Σ w_i·(y_i·ln(y_i/μ_i) − y_i + μ_i) / Σ w_i, averaged over outputs: scikit-learn's `mean_poisson_deviance`. */
export function poissonDeviance(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights, outputs = 1 }: RegressionMetricOptions = {},
): number {
  checkLengths(truth.length, predicted.length);
  const of = (i: number) => {
    const [y, mean] = [truth[i], Math.max(predicted[i], LEAST_COUNT)];
    return 2 * ((y > 0 ? y * log(y / mean) : 0) - y + mean);
  };
  return weightedMean(truth.length, of, rowWeight(weights, outputs));
}
