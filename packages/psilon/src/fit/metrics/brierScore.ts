/**
 * Σ_k (p_ik − 1[y_i = k])² of every row, over all classes, of two over the second alone (Brier 1950). The mean is the Brier score as
 * `brier_score_loss` of scikit-learn since 1.7 scales it: in [0, 1] for two classes, which is half of the sum, and in [0, 2] for more.
 *
 * `labels`: one per row. `probabilities`: rows × classes.
 */
export function brierErrors(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, i) => {
    let sum = 0;
    for (let k = classes === 2 ? 1 : 0; k < classes; k++)
      sum += (probabilities[i * classes + k] - Number(labels[i] === k)) ** 2;
    return sum;
  });
}
