import { checkLengths, rowWeight, weightedMean } from "./averages.js";

/** How to average: `weights`, one per row; `outputs` per row, 1 by default, in arrays of rows × outputs. */
export interface RegressionMetricOptions {
  readonly weights?: ArrayLike<number>;
  readonly outputs?: number;
}

/** √(Σ w_i·(y_i − ŷ_i)² / Σ w_i), the squares averaged over outputs first. Units: the target's. */
export function rmse(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights, outputs = 1 }: RegressionMetricOptions = {},
): number {
  checkLengths(truth.length, predicted.length);
  return Math.sqrt(
    weightedMean(truth.length, (i) => (truth[i] - predicted[i]) ** 2, rowWeight(weights, outputs)),
  );
}

/** Σ w_i·|y_i − ŷ_i| / Σ w_i, averaged over outputs. Units: the target's. */
export function mae(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights, outputs = 1 }: RegressionMetricOptions = {},
): number {
  checkLengths(truth.length, predicted.length);
  return weightedMean(truth.length, (i) => Math.abs(truth[i] - predicted[i]), rowWeight(weights, outputs));
}

/**
 * 1 − Σ w_i·(y_i − ŷ_i)² / Σ w_i·(y_i − ȳ)², averaged over outputs. An output that is constant in `truth` counts as 1
 * when it is predicted exactly and as 0 otherwise.
 */
export function r2(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { weights, outputs = 1 }: RegressionMetricOptions = {},
): number {
  checkLengths(truth.length, predicted.length);
  const rows = truth.length / outputs;
  const weight = rowWeight(weights, 1);
  let sum = 0;
  for (let k = 0; k < outputs; k++) {
    const mean = weightedMean(rows, (i) => truth[i * outputs + k], weight);
    const variance = weightedMean(rows, (i) => (truth[i * outputs + k] - mean) ** 2, weight);
    const error = weightedMean(
      rows,
      (i) => (truth[i * outputs + k] - predicted[i * outputs + k]) ** 2,
      weight,
    );
    sum += variance > 0 ? 1 - error / variance : error > 0 ? 0 : 1;
  }
  return sum / outputs;
}
