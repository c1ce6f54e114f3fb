import { checkLengths, rowWeight, weightedMean } from "./averages.js";

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
