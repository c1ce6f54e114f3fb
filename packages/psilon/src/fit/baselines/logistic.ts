import type { Random } from "../../engine/random/random.js";
import { kFolds, pick } from "../../tables/splits.js";
import { logLoss } from "../metrics/logLoss.js";
import { ALPHAS } from "./alphas.js";
import type { Breathe } from "./breathe.js";
import { denseDesign } from "./denseDesign.js";
import type { Design } from "./design.js";
import { type LinearModel, predictLinear } from "./linear.js";
import { type Curved, minimize } from "./newton.js";
import { sparseDesign } from "./sparseDesign.js";
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
/** A factorization is cubic in the inputs. */
const MOST_FACTORIZED = 400;

/**
 * Logistic regression, softmax for more than two classes: the least Σ_i w_i·(−ln p_i(label_i)) + (α/2)‖W‖², the biases
 * free. α is the one of `ALPHAS` with the least log loss over five folds, or over a fifth of the rows where there are
 * many. In float64.
 *
 * `most`: the most inputs whose curvature is factorized; with more, which may be sparse, it is guessed column by column.
 */
export async function fitLogistic(
  data: LabelledRows,
  classes: number,
  random: Random,
  breathe: Breathe,
  most = MOST_FACTORIZED,
): Promise<Logistic> {
  const solverFor = (part: LabelledRows, tolerance: number) => {
    const columns = part.inputs.length / part.labels.length;
    const design =
      columns > most
        ? sparseDesign(part.inputs, columns, part.weights)
        : denseDesign(part.inputs, columns, part.weights, breathe);
    return solver(design, part, classes, tolerance, breathe);
  };
  const alpha = await chooseAlpha(data, classes, random, (part) => solverFor(part, ROUGH));
  return solverFor(data, FINE)(alpha);
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

/** Fits for one α, starting from where the α before it ended. */
type Solver = (alpha: number) => Promise<Logistic>;

async function chooseAlpha(
  data: LabelledRows,
  classes: number,
  random: Random,
  solverFor: (part: LabelledRows) => Solver,
): Promise<number> {
  const rows = data.labels.length;
  const splits = kFolds(rows, Math.min(FOLDS, rows), random, data.labels);
  const used = data.inputs.length * classes > MANY ? splits.slice(0, 1) : splits;
  const parts = used.map(({ train, test }) => ({
    solve: solverFor(partOf(data, train)),
    test: partOf(data, test),
  }));
  let best = { loss: Number.POSITIVE_INFINITY, place: 0 };
  for (let place = 0; place < ALPHAS.length && place <= best.place + PATIENCE; place++) {
    let loss = 0;
    for (const { solve, test } of parts) {
      const probabilities = predictLogistic(await solve(ALPHAS[place]), test.inputs);
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

function solver(
  design: Design,
  { labels, weights }: LabelledRows,
  classes: number,
  tolerance: number,
  breathe: Breathe,
): Solver {
  const { width, means } = design;
  const d = width - 1;
  const outputs = classes === 2 ? 1 : classes;
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
  // The logits' slopes and last their intercept, logit after logit.
  let theta: Float64Array = new Float64Array(outputs * width);

  return async (alpha) => {
    const problem = penalizedLoss({ design, labels, weights, outputs, alpha });
    theta = await minimize(problem, theta, tolerance * total, breathe);
    const slopes = new Float64Array(outputs * d);
    const bias = new Float64Array(outputs);
    for (let k = 0; k < outputs; k++) {
      const own = theta.subarray(k * width, k * width + d);
      slopes.set(own, k * d);
      bias[k] = theta[k * width + d] - dot(own, means);
    }
    return { inputs: d, outputs, weights: slopes, bias, classes, alpha };
  };
}

/** A fit ends when the gradient per row is below this: while α is chosen, and for the fit that is returned. */
const ROUGH = 1e-4;
const FINE = 1e-7;

interface Problem {
  readonly design: Design;
  readonly labels: Int32Array;
  readonly weights: Float32Array | undefined;
  readonly outputs: number;
  readonly alpha: number;
}

/** Σ_i w_i·(−ln p_i(label_i)) + (α/2)‖slopes‖² as a function of theta. */
function penalizedLoss({ design, labels, weights, outputs, alpha }: Problem): Curved {
  const { rows, width } = design;
  // What the last evaluation found, which the curvature needs: p row by row.
  let probabilities: Float64Array = new Float64Array(rows * outputs);
  const penalty = (i: number) => (i % width < width - 1 ? alpha : 0);
  const weightOf = (row: number) => (weights ? weights[row] : 1);

  const evaluate = (theta: Float64Array, gradient: Float64Array) => {
    let value = 0;
    for (let i = 0; i < theta.length; i++) {
      gradient[i] = penalty(i) * theta[i];
      value += 0.5 * gradient[i] * theta[i];
    }
    probabilities = design.products(theta);
    const errors = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const own = probabilities.subarray(row * outputs, (row + 1) * outputs);
      const weight = weightOf(row);
      value += weight * (outputs === 1 ? sigmoidLoss(own, labels[row]) : softmaxLoss(own, labels[row]));
      for (let k = 0; k < outputs; k++) {
        const isLabel = outputs === 1 ? labels[row] === 1 : labels[row] === k;
        errors[row * outputs + k] = weight * (own[k] - (isLabel ? 1 : 0));
      }
    }
    design.addRows(errors, gradient);
    return value;
  };

  const curvature = (vector: Float64Array) => {
    const result = vector.map((entry, i) => penalty(i) * entry);
    const factors = design.products(vector);
    for (let row = 0; row < rows; row++) {
      let mean = 0;
      for (let k = 0; k < outputs; k++) mean += probabilities[row * outputs + k] * factors[row * outputs + k];
      for (let k = 0; k < outputs; k++) {
        const at = row * outputs + k;
        factors[at] = weightOf(row) * probabilities[at] * (factors[at] - mean);
      }
    }
    design.addRows(factors, result);
    return result;
  };

  /** The inverse of each logit's own second derivative Xᵀ·diag(w·p·(1 − p))·X + αI. */
  const preconditioner = async () => {
    const { stride } = design;
    // Where all is certain the intercept, which is not penalized, has no curvature either.
    const ridge = Float64Array.from({ length: width }, (_, j) => penalty(j) || 1e-6);
    const inverses: ((vector: Float64Array) => void)[] = [];
    for (let k = 0; k < outputs; k++) {
      const spread = new Float64Array(rows);
      for (let row = 0; row < rows; row += stride) {
        const probability = probabilities[row * outputs + k];
        spread[row] = stride * weightOf(row) * probability * (1 - probability);
      }
      inverses.push(await design.curvatureInverse(spread, ridge));
    }
    return (vector: Float64Array) => {
      inverses.forEach((inverse, k) => {
        inverse(vector.subarray(k * width, (k + 1) * width));
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
