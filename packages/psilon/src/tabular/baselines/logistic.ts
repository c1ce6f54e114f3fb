import type { Random } from "../../random/random.js";
import { logLoss } from "../metrics.js";
import { kFolds, pick } from "../splits.js";
import { ALPHAS } from "./alphas.js";
import { cholesky, choleskySolve } from "./cholesky.js";
import { minimize, type Objective } from "./lbfgs.js";
import { centered, gram, type LinearModel, predictLinear } from "./linear.js";

/** One logit for two classes (of the second), else one per class. */
export interface Logistic extends LinearModel {
  readonly classes: number;
  readonly alpha: number;
}

export interface LabelledRows {
  /** rows × d, as `encode` returns them. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** One per row. */
  readonly weights?: Float32Array;
}

const FOLDS = 5;
/** From so many numbers on, one validation part tells as much as five, and is five times quicker. */
const MANY = 200_000;
/** The loss is nearly convex in log α: after so many α without a better one there is none. */
const PATIENCE = 4;

/**
 * Logistic regression, softmax for more than two classes: the least Σ_i w_i·(−ln p_i(label_i)) + (α/2)‖W‖², the biases
 * free. α is the one of `ALPHAS` with the least log loss over five folds, or over a fifth of the rows where there are
 * many. In float64.
 */
export function fitLogistic(data: LabelledRows, classes: number, random: Random): Logistic {
  return solver(data, classes)(chooseAlpha(data, classes, random));
}

/** rows × classes. */
export function predictLogistic(model: Logistic, inputs: ArrayLike<number>): Float64Array {
  const { classes, outputs } = model;
  const logits = predictLinear(model, inputs);
  if (outputs === 1) {
    return Float64Array.from({ length: 2 * logits.length }, (_, i) => {
      const logit = logits[i >> 1];
      return 1 / (1 + Math.exp(i % 2 === 0 ? logit : -logit));
    });
  }
  for (let first = 0; first < logits.length; first += classes) {
    softmax(logits.subarray(first, first + classes));
  }
  return logits;
}

function chooseAlpha(data: LabelledRows, classes: number, random: Random): number {
  const rows = data.labels.length;
  const splits = kFolds(rows, Math.min(FOLDS, rows), random, data.labels);
  const used = data.inputs.length * classes > MANY ? splits.slice(0, 1) : splits;
  const parts = used.map(({ train, test }) => ({
    solve: solver(partOf(data, train), classes),
    test: partOf(data, test),
  }));
  let best = { loss: Number.POSITIVE_INFINITY, place: 0 };
  for (let place = 0; place < ALPHAS.length && place <= best.place + PATIENCE; place++) {
    let loss = 0;
    for (const { solve, test } of parts) {
      const probabilities = predictLogistic(solve(ALPHAS[place]), test.inputs);
      loss += test.labels.length * logLoss(test.labels, probabilities, test.weights);
    }
    if (loss < best.loss) best = { loss, place };
  }
  return ALPHAS[best.place];
}

function partOf({ inputs, labels, weights }: LabelledRows, rows: Int32Array): LabelledRows {
  const d = inputs.length / labels.length;
  const part = new Float32Array(rows.length * d);
  rows.forEach((row, i) => {
    part.set(inputs.subarray(row * d, (row + 1) * d), i * d);
  });
  const own = { inputs: part, labels: pick(labels, rows) };
  return weights ? { ...own, weights: Float32Array.from(rows, (row) => weights[row]) } : own;
}

/** A function that fits for one α, starting from where the α before it ended. */
function solver(data: LabelledRows, classes: number): (alpha: number) => Logistic {
  const { labels, weights } = data;
  const d = data.inputs.length / labels.length;
  const outputs = classes === 2 ? 1 : classes;
  const x = centered(data.inputs, d, weights);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
  const curvature = gram(weightedRows(x.values, d, weights), d);
  let theta: Float64Array = new Float64Array(outputs * (d + 1));

  return (alpha) => {
    // The second derivative is at most XᵀX/4 + αI for each logit; its inverse makes the problem round.
    const bound = curvature.map((entry, i) => entry / 4 + (i % (d + 1) === 0 ? alpha : 0));
    const factor = cholesky(bound, d);
    theta = minimize(objective(x.values, labels, weights, outputs, alpha), theta, {
      tolerance: 1e-7 * total,
      maxIterations: 200,
      precondition: (vector) => {
        for (let k = 0; k < outputs; k++) {
          choleskySolve(factor, d, vector.subarray(k * d, (k + 1) * d));
          vector[outputs * d + k] *= 4 / total;
        }
      },
    });
    const slopes = theta.slice(0, outputs * d);
    const bias = Float64Array.from({ length: outputs }, (_, k) =>
      x.means.reduce((sum, mean, j) => sum - slopes[k * d + j] * mean, theta[outputs * d + k]),
    );
    return { inputs: d, outputs, weights: slopes, bias, classes, alpha };
  };
}

/** The function of (W row by row, then the biases) that is minimized. */
function objective(
  x: Float64Array,
  labels: Int32Array,
  weights: Float32Array | undefined,
  outputs: number,
  alpha: number,
): Objective {
  const d = x.length / labels.length;
  const errors = new Float64Array(outputs);
  return (theta, gradient) => {
    let value = 0;
    for (let i = 0; i < outputs * d; i++) {
      value += 0.5 * alpha * theta[i] * theta[i];
      gradient[i] = alpha * theta[i];
    }
    gradient.fill(0, outputs * d);
    for (let row = 0; row < labels.length; row++) {
      const weight = weights ? weights[row] : 1;
      const first = row * d;
      for (let k = 0; k < outputs; k++) {
        let logit = theta[outputs * d + k];
        for (let j = 0; j < d; j++) logit += theta[k * d + j] * x[first + j];
        errors[k] = logit;
      }
      value +=
        weight * (outputs === 1 ? sigmoidError(errors, labels[row]) : softmaxError(errors, labels[row]));
      for (let k = 0; k < outputs; k++) {
        const error = weight * errors[k];
        gradient[outputs * d + k] += error;
        for (let j = 0; j < d; j++) gradient[k * d + j] += error * x[first + j];
      }
    }
    return value;
  };
}

/** The loss −ln p(label) of one logit, which is replaced by the loss's derivative p − label. */
function sigmoidError(logit: Float64Array, label: number): number {
  const z = label === 1 ? -logit[0] : logit[0];
  const small = Math.exp(-Math.abs(z));
  const probability = (z > 0 ? 1 : small) / (1 + small);
  logit[0] = label === 1 ? -probability : probability;
  return Math.max(z, 0) + Math.log1p(small);
}

/** The loss −ln p(label) of logits, which are replaced by the loss's derivatives p − onehot(label). */
function softmaxError(logits: Float64Array, label: number): number {
  const own = logits[label];
  const logSum = softmax(logits);
  logits[label] -= 1;
  return logSum - own;
}

/** Logits to probabilities in place; returns ln Σ exp(logit). */
function softmax(logits: Float64Array): number {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > greatest) greatest = logit;
  let sum = 0;
  for (let k = 0; k < logits.length; k++) {
    logits[k] = Math.exp(logits[k] - greatest);
    sum += logits[k];
  }
  for (let k = 0; k < logits.length; k++) logits[k] /= sum;
  return greatest + Math.log(sum);
}

function weightedRows(x: Float64Array, columns: number, weights: Float32Array | undefined): Float64Array {
  return weights ? x.map((value, i) => value * Math.sqrt(weights[Math.floor(i / columns)])) : x;
}
