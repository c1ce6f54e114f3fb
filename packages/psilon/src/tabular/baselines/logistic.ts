import type { Random } from "../../random/random.js";
import { logLoss } from "../metrics.js";
import { kFolds, pick } from "../splits.js";
import { ALPHAS } from "./alphas.js";
import { cholesky, choleskySolve } from "./cholesky.js";
import { centered, gram, type LinearModel, predictLinear } from "./linear.js";
import { type Curved, minimize } from "./newton.js";
import { dot } from "./vector.js";

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
  return solver(data, classes, FINE)(chooseAlpha(data, classes, random));
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
    solve: solver(partOf(data, train), classes, ROUGH),
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
function solver(data: LabelledRows, classes: number, tolerance: number): (alpha: number) => Logistic {
  const { labels, weights } = data;
  const rows = labels.length;
  const d = data.inputs.length / rows;
  const outputs = classes === 2 ? 1 : classes;
  const { values, means } = centered(data.inputs, d, weights);
  const x = withOnes(values, d);
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows;
  // The logits' slopes and last their intercept, logit after logit.
  let theta: Float64Array = new Float64Array(outputs * (d + 1));

  return (alpha) => {
    theta = minimize(penalizedLoss({ x, labels, weights, outputs, alpha }), theta, tolerance * total);
    const slopes = new Float64Array(outputs * d);
    const bias = new Float64Array(outputs);
    for (let k = 0; k < outputs; k++) {
      const own = theta.subarray(k * (d + 1), k * (d + 1) + d);
      slopes.set(own, k * d);
      bias[k] = theta[k * (d + 1) + d] - dot(own, means);
    }
    return { inputs: d, outputs, weights: slopes, bias, classes, alpha };
  };
}

/** A fit ends when the gradient per row is below this: while α is chosen, and for the fit that is returned. */
const ROUGH = 1e-4;
const FINE = 1e-7;
/** The preconditioner looks at so many rows as cost about this many products, but at 4 per unknown at least. */
const PRECONDITIONER_PRODUCTS = 2e7;

interface Problem {
  /** rows × (d + 1): centred inputs, and a 1 for the intercept. */
  readonly x: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Float32Array | undefined;
  readonly outputs: number;
  readonly alpha: number;
}

/** Σ_i w_i·(−ln p_i(label_i)) + (α/2)‖slopes‖² as a function of theta. */
function penalizedLoss({ x, labels, weights, outputs, alpha }: Problem): Curved {
  const rows = labels.length;
  const width = x.length / rows;
  // What the last evaluation found, which the curvature needs: p row by row.
  const probabilities = new Float64Array(rows * outputs);
  const penalty = (i: number) => (i % width < width - 1 ? alpha : 0);
  const weightOf = (row: number) => (weights ? weights[row] : 1);

  const evaluate = (theta: Float64Array, gradient: Float64Array) => {
    let value = 0;
    for (let i = 0; i < theta.length; i++) {
      gradient[i] = penalty(i) * theta[i];
      value += 0.5 * gradient[i] * theta[i];
    }
    for (let row = 0; row < rows; row++) {
      const own = probabilities.subarray(row * outputs, (row + 1) * outputs);
      multiply(theta, x, row * width, width, own);
      const weight = weightOf(row);
      value += weight * (outputs === 1 ? sigmoidLoss(own, labels[row]) : softmaxLoss(own, labels[row]));
      for (let k = 0; k < outputs; k++) {
        const isLabel = outputs === 1 ? labels[row] === 1 : labels[row] === k;
        const error = weight * (own[k] - (isLabel ? 1 : 0));
        for (let j = 0; j < width; j++) gradient[k * width + j] += error * x[row * width + j];
      }
    }
    return value;
  };

  const products = new Float64Array(outputs);
  const curvature = (vector: Float64Array) => {
    const result = vector.map((entry, i) => penalty(i) * entry);
    for (let row = 0; row < rows; row++) {
      multiply(vector, x, row * width, width, products);
      let mean = 0;
      for (let k = 0; k < outputs; k++) mean += probabilities[row * outputs + k] * products[k];
      for (let k = 0; k < outputs; k++) {
        const factor = weightOf(row) * probabilities[row * outputs + k] * (products[k] - mean);
        for (let j = 0; j < width; j++) result[k * width + j] += factor * x[row * width + j];
      }
    }
    return result;
  };

  /** The inverse of each logit's own second derivative Xᵀ·diag(w·p·(1 − p))·X + αI, estimated on evenly spaced rows. */
  const preconditioner = () => {
    const looked = Math.max(4 * width, PRECONDITIONER_PRODUCTS / width ** 2);
    const stride = Math.max(1, Math.floor(rows / looked));
    const factors = Array.from({ length: outputs }, (_, k) => {
      const spread = new Float64Array(rows);
      for (let row = 0; row < rows; row += stride) {
        const probability = probabilities[row * outputs + k];
        spread[row] = stride * weightOf(row) * probability * (1 - probability);
      }
      const own = gram(x, width, spread);
      // Where all is certain the intercept, which is not penalized, has no curvature either.
      for (let j = 0; j < width; j++) own[j * width + j] += penalty(j) || 1e-6;
      return cholesky(own, width);
    });
    return (vector: Float64Array) => {
      factors.forEach((factor, k) => {
        choleskySolve(factor, width, vector.subarray(k * width, (k + 1) * width));
      });
      // What all logits have in common changes no probability: the solution has none of it, so neither may a step.
      if (outputs > 1) subtractMean(vector, width);
    };
  };
  return { evaluate, curvature, preconditioner };
}

/** Takes the mean over the logits from each logit's row. */
function subtractMean(vector: Float64Array, width: number): void {
  const outputs = vector.length / width;
  for (let j = 0; j < width; j++) {
    let mean = 0;
    for (let k = 0; k < outputs; k++) mean += vector[k * width + j] / outputs;
    for (let k = 0; k < outputs; k++) vector[k * width + j] -= mean;
  }
}

/** Each logit's row of `theta` times one row of x. */
function multiply(
  theta: Float64Array,
  x: Float64Array,
  first: number,
  width: number,
  result: Float64Array,
): void {
  for (let k = 0; k < result.length; k++) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += theta[k * width + j] * x[first + j];
    result[k] = sum;
  }
}

function withOnes(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  const extended = new Float64Array(rows * (columns + 1)).fill(1);
  for (let row = 0; row < rows; row++) {
    extended.set(values.subarray(row * columns, (row + 1) * columns), row * (columns + 1));
  }
  return extended;
}

/** The loss −ln p(label) of one logit, which is replaced by the probability of class 1. */
function sigmoidLoss(logit: Float64Array, label: number): number {
  const wrong = label === 1 ? -logit[0] : logit[0];
  const small = Math.exp(-Math.abs(logit[0]));
  logit[0] = (logit[0] > 0 ? 1 : small) / (1 + small);
  return Math.max(wrong, 0) + Math.log1p(small);
}

/** The loss −ln p(label) of logits, which are replaced by the probabilities. */
function softmaxLoss(logits: Float64Array, label: number): number {
  const own = logits[label];
  return softmax(logits) - own;
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
