import { likeliestLabels } from "./labels.js";

/** Bins of equal width from 0 to 1. */
export const CLASS_BINS = 15;

/** Of every row the probability that is looked at, the second class's of two and the predicted one's of more: its bin, and whether it came true. */
export interface ToldRow {
  readonly bin: number;
  readonly probability: number;
  readonly cameTrue: number;
}

/** `labels`: one per row. `probabilities`: rows × classes. */
export function toldRows(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): ToldRow[] {
  const likeliest = likeliestLabels(probabilities, classes);
  return Array.from(likeliest, (predicted, i) => {
    const label = classes === 2 ? 1 : predicted;
    const probability = probabilities[i * classes + label];
    const bin = Math.min(Math.floor(probability * CLASS_BINS), CLASS_BINS - 1);
    return { bin, probability, cameTrue: Number(labels[i] === label) };
  });
}

/**
 * The expected calibration error Σ_b |Σ_{i in b} w_i·(p_i − 1[it came true])| / Σ w_i, by the rows' bins b: of two classes (Naeini, Cooper &
 * Hauskrecht, AAAI 2015), of more (Guo et al., arXiv:1706.04599). In [0, 1].
 */
export function calibrationError(told: readonly ToldRow[]): (weights: ArrayLike<number>) => number {
  const bins = Uint8Array.from(told, ({ bin }) => bin);
  const gaps = Float64Array.from(told, ({ probability, cameTrue }) => probability - cameTrue);
  return (weights) => {
    const sums = new Float64Array(CLASS_BINS);
    let total = 0;
    for (let i = 0; i < bins.length; i++) {
      sums[bins[i]] += weights[i] * gaps[i];
      total += weights[i];
    }
    return sums.reduce((error, gap) => error + Math.abs(gap), 0) / total;
  };
}
