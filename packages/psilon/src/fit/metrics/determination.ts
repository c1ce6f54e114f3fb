import { checkLengths, type Weighted } from "./averages.js";

/**
 * R² = 1 − Σ w_i·(y_i − ŷ_i)² / Σ w_i·(y_i − ȳ)² of one number per row (scikit-learn's `r2_score`); null where all true values are equal, where
 * `r2` says 0 or 1.
 */
export function determination(truth: ArrayLike<number>, predicted: ArrayLike<number>): Weighted {
  checkLengths(truth.length, predicted.length);
  const squares = Float64Array.from(truth, (y, i) => (y - predicted[i]) ** 2);
  return (weights) => {
    let [total, sum, error] = [0, 0, 0];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < squares.length; i++) {
      const [weight, y] = [weights[i], truth[i]];
      if (weight === 0) continue;
      total += weight;
      sum += weight * y;
      error += weight * squares[i];
      if (y < least) least = y;
      if (y > most) most = y;
    }
    if (least === most) return null;
    const mean = sum / total;
    let spread = 0;
    for (let i = 0; i < squares.length; i++) spread += weights[i] * (truth[i] - mean) ** 2;
    return 1 - error / spread;
  };
}
