import { log } from "../random/log.js";

/**
 * NS = mean over rows of 1 − exp(H(p))/d with p_j = |w_j|/‖w‖₁ and H the Shannon entropy in nats (arXiv:2404.19112,
 * near-sparsity): 0 for a row of equal magnitudes, 1 − 1/d for a row with one nonzero. A zero row counts as 1.
 *
 * `matrix`: rows of `columns` values.
 */
export function nearSparsity(matrix: ArrayLike<number>, columns: number): number {
  const rows = matrix.length / columns;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    let norm = 0;
    for (let j = 0; j < columns; j++) norm += Math.abs(matrix[i * columns + j]);
    let entropy = 0;
    for (let j = 0; j < columns; j++) {
      const p = Math.abs(matrix[i * columns + j]) / norm;
      if (p > 0) entropy -= p * log(p);
    }
    total += norm > 0 ? 1 - Math.exp(entropy) / columns : 1;
  }
  return total / rows;
}

/** The share of values that are exactly 0. */
export function exactSparsity(values: ArrayLike<number>): number {
  let zeros = 0;
  for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
  return zeros / values.length;
}

/**
 * The share of values with |w| < threshold: by default 1e-13, as sparsity is reported for decay that brings weights
 * near 0 without reaching it (arXiv:2404.10824).
 */
export function shareBelow(values: ArrayLike<number>, threshold = 1e-13): number {
  let below = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) < threshold) below++;
  return below / values.length;
}
