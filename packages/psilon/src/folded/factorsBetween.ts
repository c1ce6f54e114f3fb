import type { FoldedDense } from "./folded.js";

/** Alternating least squares come to an end far earlier, but where a matrix is nearly empty. */
const ROUNDS = 500;
const CLOSE = 1e-9;

/**
 * r with `to`_ij = c_i·`from`_ij·r_j, by alternating least squares in float64: the factors by which a member of a shared ensemble weighs the
 * columns of another's first matrix. Of a column without entries it is 1. `isScaled`: whether rows were scaled back to their norm, so that
 * there are c_i and the size of r means nothing; it is then 1 in the mean. Otherwise every c_i is 1.
 */
export function factorsBetween(from: FoldedDense, to: FoldedDense, isScaled: boolean): Float64Array {
  const { rows, columns } = from;
  const factors = new Float64Array(columns).fill(1);
  const scales = new Float64Array(rows).fill(1);
  for (let round = 0; round < (isScaled ? ROUNDS : 1); round++) {
    const before = factors.slice();
    for (let j = 0; j < columns; j++) {
      const fit = least(from.weight, to.weight, j, columns, scales);
      if (fit !== null) factors[j] = fit;
    }
    if (!isScaled) break;
    const size = factors.reduce((sum, r) => sum + Math.abs(r), 0) / columns;
    for (let j = 0; j < columns; j++) factors[j] /= size;
    for (let i = 0; i < rows; i++) {
      const row = (matrix: Float32Array) => matrix.subarray(i * columns, (i + 1) * columns);
      scales[i] = least(row(from.weight), row(to.weight), 0, 1, factors) ?? 1;
    }
    if (factors.every((r, j) => Math.abs(r - before[j]) <= CLOSE)) break;
  }
  return factors;
}

/** The x of least Σ_k (to_k − x·known_k·from_k)² over the entries from `start` in steps; null where all of `from` are 0. */
function least(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  known: Float64Array,
): number | null {
  let product = 0;
  let square = 0;
  for (let at = start, k = 0; at < from.length; at += step, k++) {
    const value = from[at] * known[k];
    product += value * to[at];
    square += value * value;
  }
  return square > 0 ? product / square : null;
}
