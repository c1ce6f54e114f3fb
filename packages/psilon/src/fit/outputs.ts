import type { LossKind } from "../engine/training/loss.js";
import { type Target, unscaleTarget } from "../preprocess/target.js";
import { accuracy, likeliestLabels, logLoss, mae, r2, rmse, type Summary, summarize } from "./metrics.js";

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

/** By metric, over several splits. */
export function summarizeScores(perSplit: readonly Scores[]): Readonly<Record<string, Summary>> {
  const values = perSplit as readonly Readonly<Record<string, number>>[];
  return Object.fromEntries(
    Object.keys(values[0]).map((name) => [name, summarize(values.map((scores) => scores[name]))]),
  );
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
