import { checkLengths, type Weighted } from "./averages.js";
import { midranks, rank } from "./ranks.js";

/**
 * Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of theirs (Spearman 1904; SciPy's `spearmanr`). In
 * [−1, 1]; null where all true values, or all predictions, are equal. One of each per row.
 */
export function spearman(truth: ArrayLike<number>, predicted: ArrayLike<number>): Weighted {
  checkLengths(truth.length, predicted.length);
  const rankings = [truth, predicted].map(rank);
  const places = rankings.map(() => new Float64Array(truth.length));
  return (weights) => {
    const [a, b] = rankings.map((ranking, k) => midranks(ranking, weights, places[k]));
    let total = 0;
    for (let i = 0; i < a.length; i++) total += weights[i];
    // Of ranks 1 to n with ties.
    const mean = (total + 1) / 2;
    let [both, first, second] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      const [x, y] = [a[i] - mean, b[i] - mean];
      both += weights[i] * x * y;
      first += weights[i] * x * x;
      second += weights[i] * y * y;
    }
    return first > 0 && second > 0 ? both / Math.sqrt(first * second) : null;
  };
}
