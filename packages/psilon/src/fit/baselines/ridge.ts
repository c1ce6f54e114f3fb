import { ALPHAS } from "./alphas.js";
import type { Breathe } from "./breathe.js";
import { centered, gram, type Ridge, type RidgeRows } from "./linear.js";
import { fitSparseRidge } from "./sparseRidge.js";
import {
  fromTridiagonal,
  pivots,
  solveTridiagonal,
  type Tridiagonal,
  toTridiagonal,
  traceOfInverse,
  tridiagonalize,
} from "./tridiagonal.js";
import { dot } from "./vector.js";

/** A reduction to tridiagonal form is cubic in the unknowns. */
const MOST_REDUCED = 1000;

/**
 * The least Σ_i w_i·‖y_i − W·x_i − b‖² + α‖W‖², one α for all outputs, from `ALPHAS` by generalized cross-validation: the least
 * ‖residuals‖²/(n − 1 − tr H)², a rotation-invariant leave-one-out error (Golub, Heath & Wahba, Technometrics 1979).
 * One reduction to tridiagonal form serves every α (Eldén, BIT 1984). In float64 throughout, and without iterations; only with more
 * than `most` rows and inputs, which may be sparse, by them (`fitSparseRidge`).
 */
export async function fitRidge(data: RidgeRows, breathe: Breathe, most = MOST_REDUCED): Promise<Ridge> {
  const { inputs, targets, rows, weights } = data;
  const d = inputs.length / rows;
  const outputs = targets.length / rows;
  if (Math.min(d, rows) > most) return fitSparseRidge(data, breathe);
  const x = centered(inputs, d, weights);
  const y = centered(targets, outputs, weights);
  if (weights) {
    scaleRows(x.values, d, weights);
    scaleRows(y.values, outputs, weights);
  }
  const columns = Array.from({ length: outputs }, (_, k) =>
    Float64Array.from({ length: rows }, (_, i) => y.values[i * outputs + k]),
  );
  const system =
    d < rows
      ? await normalEquations(x.values, d, columns, breathe)
      : await dualEquations(x.values, rows, columns, weights, breathe);
  for (const side of system.sides) toTridiagonal(system.matrix, side);

  let best = { score: Number.POSITIVE_INFINITY, alpha: ALPHAS[0], solutions: [] as Float64Array[] };
  for (const alpha of ALPHAS) {
    const pivot = pivots(system.matrix, alpha);
    if (!pivot) break;
    const solutions = system.sides.map((side) => solveTridiagonal(system.matrix, pivot, side));
    const residual = solutions.reduce((sum, u, k) => sum + system.residual(u, k, alpha), 0);
    const score = residual / system.freedom(traceOfInverse(system.matrix, alpha, pivot), alpha) ** 2;
    if (score < best.score) best = { score, alpha, solutions };
  }

  const coefficients = new Float64Array(outputs * d);
  // The means are all that one row can tell.
  const bias = Float64Array.from(y.means);
  best.solutions.forEach((u, k) => {
    fromTridiagonal(system.matrix, u);
    const w = system.coefficients(u);
    coefficients.set(w, k * d);
    bias[k] = y.means[k] - dot(w, x.means);
  });
  return { inputs: d, outputs, weights: coefficients, bias, alpha: best.alpha };
}

/** (A + αI)·u = side for each output, and what its solution says about the regression. */
interface System {
  readonly matrix: Tridiagonal;
  readonly sides: readonly Float64Array[];
  /** ‖residuals‖² of output k. */
  residual(u: Float64Array, k: number, alpha: number): number;
  /** n − 1 − tr H, given tr (A + αI)⁻¹. */
  freedom(trace: number, alpha: number): number;
  /** The regression's coefficients. */
  coefficients(u: Float64Array): Float64Array;
}

/** w = u where (XᵀX + αI)·u = Xᵀy. */
async function normalEquations(
  x: Float64Array,
  d: number,
  columns: readonly Float64Array[],
  breathe: Breathe,
): Promise<System> {
  const sides = columns.map((y) => transposedProduct(x, d, y));
  return {
    matrix: await tridiagonalize(await gram(x, d, undefined, breathe), d, breathe),
    sides,
    residual: (u, k, alpha) =>
      Math.max(0, dot(columns[k], columns[k]) - dot(sides[k], u) - alpha * dot(u, u)),
    freedom: (trace, alpha) => columns[0].length - 1 - d + alpha * trace,
    coefficients: (u) => u,
  };
}

/**
 * w = Xᵀu where (XXᵀ + αI)·u = y, the smaller system when there are fewer rows than inputs.
 *
 * Centring left XXᵀ singular in the direction √w of the intercept, where rounding would drown a small α; so that
 * direction, which no centred target has a share in, is given an ordinary eigenvalue.
 */
async function dualEquations(
  x: Float64Array,
  rows: number,
  columns: readonly Float64Array[],
  weights: ArrayLike<number> | undefined,
  breathe: Breathe,
): Promise<System> {
  const d = x.length / rows;
  const products = new Float64Array(rows * rows);
  let trace = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    await breathe();
    const own = x.subarray(i * d, (i + 1) * d);
    for (let j = 0; j < rows; j++) products[i * rows + j] = dot(own, x.subarray(j * d, (j + 1) * d));
    trace += products[i * rows + i];
    total += weights?.[i] ?? 1;
  }
  const eigenvalue = trace / rows || 1;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      const share = weights ? Math.sqrt(weights[i] * weights[j]) : 1;
      products[i * rows + j] += (eigenvalue * share) / total;
    }
  }
  return {
    matrix: await tridiagonalize(products, rows, breathe),
    sides: columns.map((y) => y.slice()),
    residual: (u, _k, alpha) => alpha * alpha * dot(u, u),
    freedom: (traceOfAll, alpha) => alpha * (traceOfAll - 1 / (eigenvalue + alpha)),
    coefficients: (u) => transposedProduct(x, d, u),
  };
}

function scaleRows(values: Float64Array, columns: number, weights: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) values[i] *= Math.sqrt(weights[Math.floor(i / columns)]);
}

/** Xᵀ·u. */
function transposedProduct(x: Float64Array, columns: number, u: Float64Array): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < u.length; i++) {
    for (let j = 0; j < columns; j++) product[j] += x[i * columns + j] * u[i];
  }
  return product;
}
