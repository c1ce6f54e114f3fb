import { log } from "../../engine/random/log.js";
import { checkLengths, rowWeight, weightedMean } from "./averages.js";

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
  return weightedMean(labels.length, lossAt(labels, probabilities, classes), rowWeight(weights, 1));
}

/** −ln p_i(label_i) of row i. */
export function lossAt(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): (i: number) => number {
  return (i) => -log(Math.max(probabilities[i * classes + labels[i]], LEAST_PROBABILITY));
}
