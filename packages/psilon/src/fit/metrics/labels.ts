import { checkLengths, rowWeight, weightedMean } from "./averages.js";

/** The share of rows whose label is predicted, in [0, 1]. */
export function accuracy(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  checkLengths(labels.length, predicted.length);
  return weightedMean(labels.length, (i) => (labels[i] === predicted[i] ? 1 : 0), rowWeight(weights, 1));
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
