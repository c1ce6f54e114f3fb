import {
  inOrder,
  type RegressionTarget,
  type Target,
  type Truth,
  unscaleTarget,
} from "../preprocess/target.js";
import { labelsOf } from "./labels.js";
import { poissonDeviance } from "./metrics/counts.js";
import { accuracy, likeliestLabels } from "./metrics/labels.js";
import { logLoss } from "./metrics/logLoss.js";
import { mae, r2, rmse } from "./metrics/numbers.js";
import { coverage, pinball } from "./metrics/quantiles.js";
import { type Summary, summarize } from "./metrics/summary.js";

/** Scores in the user's units; `deviance`: of counts. `coverage`: of quantiles, the share of rows from the lowest to the highest. */
export type Scores =
  | { readonly rmse: number; readonly mae: number; readonly r2: number; readonly deviance?: number }
  | { readonly pinball: number; readonly coverage: number }
  | { readonly accuracy: number; readonly logLoss: number };

/** Class probabilities, rows × classes, from logits over the temperature: σ(z) for two classes, softmax for more. */
export function probabilities(outputs: ArrayLike<number>, classes: number, temperature = 1): Float64Array {
  const columns = classes === 2 ? 1 : classes;
  const rows = outputs.length / columns;
  const result = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    // σ(z) is the softmax of (0, z).
    const logit = (k: number) => (columns === 1 ? k * outputs[i] : outputs[i * columns + k]);
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) top = Math.max(top, logit(k));
    let sum = 0;
    for (let k = 0; k < classes; k++)
      sum += result[i * classes + k] = Math.exp((logit(k) - top) / temperature);
    for (let k = 0; k < classes; k++) result[i * classes + k] /= sum;
  }
  return result;
}

/** Scores of a network's outputs (scaled values or logits). */
export function scoreOutputs(target: Target, truth: Truth, outputs: ArrayLike<number>): Scores {
  if (target.task === "regression") return scoreValues(target, truth, unscaleTarget(target, outputs));
  const { classes, temperature } = target;
  const shares = probabilities(outputs, classes.length, temperature);
  return scoreProbabilities(truth, shares, classes.length, labelsOf(target, shares));
}

/** Of predictions in the user's units. */
export function scoreValues(
  { names, levels, loss }: RegressionTarget,
  truth: Truth,
  predicted: ArrayLike<number>,
): Scores {
  if (levels) {
    return {
      pinball: pinball(truth, predicted, levels),
      coverage: coverage(truth, predicted, levels.length),
    };
  }
  const outputs = names.length;
  return {
    rmse: rmse(truth, predicted, { outputs }),
    mae: mae(truth, predicted, { outputs }),
    r2: r2(truth, predicted, { outputs }),
    ...(loss && { deviance: poissonDeviance(truth, predicted, { outputs }) }),
  };
}

/** `decided`: the labels that are predicted; by default the likeliest. */
export function scoreProbabilities(
  labels: Truth,
  predicted: ArrayLike<number>,
  classes: number,
  decided: Int32Array = likeliestLabels(predicted, classes),
): Scores {
  return {
    accuracy: accuracy(labels, decided),
    logLoss: logLoss(labels, predicted),
  };
}

/** By metric, over several splits. */
export function summarizeScores(perSplit: readonly Scores[]): Readonly<Record<string, Summary>> {
  const values = perSplit as readonly Readonly<Record<string, number>>[];
  return Object.fromEntries(
    Object.keys(values[0]).map((name) => [name, summarize(values.map((scores) => scores[name]))]),
  );
}

/**
 * The one figure λ is chosen by, lower is better, from what training minimizes: the weighted RMSE in scaled units, in which targets of
 * different units count alike, of counts the weighted deviance and of quantiles the weighted pinball loss in such units, or the weighted
 * log loss.
 *
 * `targets`: what the loss reads. `weights`: one per row, or null for all ones.
 */
export function criterion(
  target: Target,
  targets: Float32Array,
  outputs: ArrayLike<number>,
  weights: Float32Array | null,
): number {
  if (target.task === "classification") {
    const { classes, temperature } = target;
    return logLoss(targets, probabilities(outputs, classes.length, temperature), weights ?? undefined);
  }
  const { names, levels, loss } = target;
  const options = { outputs: names.length, ...(weights && { weights }) };
  if (levels) {
    const quantiles = inOrder(Float64Array.from(outputs), levels.length);
    return pinball(targets, quantiles, levels, weights ?? undefined);
  }
  return loss === "poisson"
    ? poissonDeviance(targets, Float64Array.from(outputs, Math.exp), options)
    : rmse(targets, outputs, options);
}
