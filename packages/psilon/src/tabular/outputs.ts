import type { LossKind } from "../training/loss.js";
import { accuracy, likeliestLabels, logLoss, mae, r2, rmse } from "./metrics.js";
import { type Target, unscaleTarget } from "./target.js";

/** Scores in the user's units. */
export type Scores =
  | { readonly rmse: number; readonly mae: number; readonly r2: number }
  | { readonly accuracy: number; readonly logLoss: number };

/** The loss that trains for a target, and how many outputs it takes: two classes need one logit. */
export function lossFor(target: Target): { readonly loss: LossKind; readonly outputs: number } {
  if (target.task === "regression") return { loss: "squared-error", outputs: target.names.length };
  const classes = target.classes.length;
  return classes === 2 ? { loss: "logistic", outputs: 1 } : { loss: "softmax", outputs: classes };
}

/** The columns to be predicted. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "regression" ? target.names : [target.name];
}

/** Class probabilities, rows × classes, from logits: σ(z) for two classes, softmax for more. */
export function probabilities(outputs: ArrayLike<number>, classes: number): Float64Array {
  const columns = classes === 2 ? 1 : classes;
  const rows = outputs.length / columns;
  const result = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    // σ(z) is the softmax of (0, z).
    const logit = (k: number) => (columns === 1 ? k * outputs[i] : outputs[i * columns + k]);
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) top = Math.max(top, logit(k));
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += result[i * classes + k] = Math.exp(logit(k) - top);
    for (let k = 0; k < classes; k++) result[i * classes + k] /= sum;
  }
  return result;
}

/** True values of some rows: in the user's units (rows × outputs), or labels. */
export type Truth = Float64Array | Int32Array;

/** Scores of a network's outputs (scaled values or logits). */
export function scoreOutputs(target: Target, truth: Truth, outputs: ArrayLike<number>): Scores {
  if (target.task === "regression")
    return scoreValues(target.names.length, truth, unscaleTarget(target, outputs));
  return scoreProbabilities(truth, probabilities(outputs, target.classes.length), target.classes.length);
}

export function scoreValues(outputs: number, truth: Truth, predicted: ArrayLike<number>): Scores {
  return {
    rmse: rmse(truth, predicted, { outputs }),
    mae: mae(truth, predicted, { outputs }),
    r2: r2(truth, predicted, { outputs }),
  };
}

export function scoreProbabilities(labels: Truth, predicted: ArrayLike<number>, classes: number): Scores {
  return {
    accuracy: accuracy(labels, likeliestLabels(predicted, classes)),
    logLoss: logLoss(labels, predicted),
  };
}

/**
 * The one figure λ is chosen by, lower is better, from what training minimizes: the weighted RMSE in scaled units, in
 * which targets of different units count alike, or the weighted log loss.
 *
 * `targets`: scaled values or labels. `weights`: one per row, or null for all ones.
 */
export function criterion(
  target: Target,
  targets: Float32Array,
  outputs: ArrayLike<number>,
  weights: Float32Array | null,
): number {
  if (target.task === "regression") {
    return rmse(targets, outputs, { outputs: target.names.length, ...(weights && { weights }) });
  }
  return logLoss(targets, probabilities(outputs, target.classes.length), weights ?? undefined);
}

/**
 * The same figure for an ensemble of `members` networks, of which two were trained. By the ambiguity decomposition
 * (Krogh and Vedelsby 1995) the squared error of a mean of M independent networks is a + b/M; one network and the mean
 * of two tell a and b. The log loss of mean logits is taken to follow the same line.
 *
 * `twins`: the outputs of two networks that differ in their seed alone, on rows that neither was trained on.
 */
export function ensembleCriterion(
  target: Target,
  targets: Float32Array,
  twins: readonly [ArrayLike<number>, ArrayLike<number>],
  weights: Float32Array | null,
  members: number,
): number {
  const isSquared = target.task === "regression";
  const loss = (outputs: ArrayLike<number>) => {
    const value = criterion(target, targets, outputs, weights);
    return isSquared ? value * value : value;
  };
  const [first, second] = twins;
  const alone = (loss(first) + loss(second)) / 2;
  const together = loss(Array.from(first, (output, i) => (output + second[i]) / 2));
  const slope = 2 * (alone - together);
  const value = together + slope * (1 / members - 1 / 2);
  return isSquared ? Math.sqrt(Math.max(0, value)) : value;
}
