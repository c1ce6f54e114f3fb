import { log } from "../engine/random/log.js";

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

/** The share of rows whose label is predicted, in [0, 1]. */
export function accuracy(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  checkLengths(labels.length, predicted.length);
  return weightedMean(labels.length, (i) => (labels[i] === predicted[i] ? 1 : 0), rowWeight(weights, 1));
}

/** Probabilities are taken as at least this, float32's spacing at 1: a sure error costs 15.9, not infinity. */
const LEAST_PROBABILITY = 2 ** -23;

/** −Σ w_i·ln p_i(label_i) / Σ w_i in nats. `probabilities`: rows × classes, two columns for two classes. */
export function logLoss(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const classes = probabilities.length / labels.length;
  if (!Number.isInteger(classes)) checkLengths(labels.length, probabilities.length);
  return weightedMean(
    labels.length,
    (i) => -log(Math.max(probabilities[i * classes + labels[i]], LEAST_PROBABILITY)),
    rowWeight(weights, 1),
  );
}

/**
 * The mean over rows of the mean over levels τ of max(τ·e, (τ − 1)·e) with e = y − q, for quantiles q, rows × levels; as scikit-learn's
 * `mean_pinball_loss` of each level has it. Units: the target's.
 */
export function pinball(
  truth: ArrayLike<number>,
  quantiles: ArrayLike<number>,
  levels: readonly number[],
  weights?: ArrayLike<number>,
): number {
  const count = levels.length;
  checkLengths(truth.length * count, quantiles.length);
  const of = (i: number) => {
    const error = truth[Math.floor(i / count)] - quantiles[i];
    const level = levels[i % count];
    return error > 0 ? level * error : (level - 1) * error;
  };
  return weightedMean(quantiles.length, of, rowWeight(weights, count));
}

/** The share of rows from the lowest to the highest of their quantiles, of one level that of rows no higher than it. */
export function coverage(truth: ArrayLike<number>, quantiles: ArrayLike<number>, levels: number): number {
  checkLengths(truth.length * levels, quantiles.length);
  const isIn = (i: number) =>
    truth[i] <= quantiles[(i + 1) * levels - 1] && (levels === 1 || truth[i] >= quantiles[i * levels]);
  return weightedMean(
    truth.length,
    (i) => (isIn(i) ? 1 : 0),
    () => 1,
  );
}

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

/** The most probable label of every row; of equally probable ones, the first. */
export function likeliestLabels(probabilities: ArrayLike<number>, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, i) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[i * classes + k] > probabilities[i * classes + best]) best = k;
    }
    return best;
  });
}

/** Repeated measurements, one a split. */
export interface Summary {
  readonly mean: number;
  /** s/√n, with s over n − 1; null for a single measurement. */
  readonly stderr: number | null;
  readonly perSplit: readonly number[];
}

export function summarize(perSplit: readonly number[]): Summary {
  const n = perSplit.length;
  const mean = perSplit.reduce((sum, value) => sum + value, 0) / n;
  const squares = perSplit.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, stderr: n > 1 ? Math.sqrt(squares / (n - 1) / n) : null, perSplit };
}

function weightedMean(count: number, value: (i: number) => number, weight: (i: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    sum += weight(i) * value(i);
    total += weight(i);
  }
  return sum / total;
}

function rowWeight(weights: ArrayLike<number> | undefined, outputs: number): (i: number) => number {
  return weights === undefined ? () => 1 : (i) => weights[Math.floor(i / outputs)];
}

export function checkLengths(truth: number, predicted: number): void {
  if (truth !== predicted)
    throw new RangeError(`There are ${truth} true values but ${predicted} predictions.`);
}
