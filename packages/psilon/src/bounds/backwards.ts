import type { PiecewiseLayer, Room } from "./boundedModel.js";

/**
 * a = rP and b = rN: how a row r over what a layer computes reads max(h, 0) and min(h, 0) of what goes in. Both errs by at most γ_n times
 * the products' magnitudes. Returns r·bias; `plus` and `minus` of the room take a and b.
 */
export function pullRow(
  { rows, columns, positive, negative, bias }: PiecewiseLayer,
  row: Float64Array,
  { plus, minus, nonzero }: Room,
): number {
  plus.fill(0, 0, columns);
  minus.fill(0, 0, columns);
  let constant = 0;
  let count = 0;
  for (let i = 0; i < rows; i++) {
    if (row[i] === 0) continue;
    constant += row[i] * bias[i];
    nonzero[count++] = i;
  }
  addRows(positive, columns, row, nonzero, count, plus);
  if (negative) addRows(negative, columns, row, nonzero, count, minus);
  return constant;
}

/** out += Σ_i r_i·(row i of the matrix) over the first `count` of `nonzero`, four at a time to spare loads and stores of `out`. */
export function addRows(
  matrix: Float64Array,
  columns: number,
  row: Float64Array,
  nonzero: Int32Array,
  count: number,
  out: Float64Array,
): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const r0 = row[nonzero[k]];
    const r1 = row[nonzero[k + 1]];
    const r2 = row[nonzero[k + 2]];
    const r3 = row[nonzero[k + 3]];
    const p0 = nonzero[k] * columns;
    const p1 = nonzero[k + 1] * columns;
    const p2 = nonzero[k + 2] * columns;
    const p3 = nonzero[k + 3] * columns;
    for (let j = 0; j < columns; j++) {
      out[j] += r0 * matrix[p0 + j] + r1 * matrix[p1 + j] + r2 * matrix[p2 + j] + r3 * matrix[p3 + j];
    }
  }
  for (; k < count; k++) {
    const r = row[nonzero[k]];
    const p = nonzero[k] * columns;
    for (let j = 0; j < columns; j++) out[j] += r * matrix[p + j];
  }
}

/** No smaller, and products with weights of float32 are whole multiples of 2⁻¹⁰²¹: neither they nor halves of their sums underflow. */
export const LEAST = 2 ** -820;

/**
 * Σ_i |r_i|·w_i over the first `n`, where a weight of 0 keeps what it multiplies out, even if that is infinite. Infinity where an r_i is so
 * small that its product with a matrix may underflow: then nothing is known, and global bounds, which lose nothing, are left.
 */
export function weigh(row: Float64Array, weights: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const size = Math.abs(row[i]);
    if (size !== 0) sum += size < LEAST ? Number.POSITIVE_INFINITY : size * weights[i];
  }
  return sum;
}
