import { numpy as np } from "@jax-js/jax";

/** What the formulas of layers are made of, so that each is written once and computed twice. Matrices have a row per example; no operation uses up its operands. */
export interface Matrices<M> {
  /** A·Bᵀ. */
  timesTransposed(a: M, b: M): M;
  add(a: M, b: M): M;
  /** Adds a column vector, as its transpose, to every row. */
  addToRows(a: M, vector: M): M;
  /** max(A, 0). */
  positive(a: M): M;
  /** min(A, 0). */
  negative(a: M): M;
  /** (A, B). */
  beside(a: M, b: M): M;
}

/** By jax-js, which differentiates it. */
export const traced: Matrices<np.Array> = {
  timesTransposed: (a, b) => np.matmul(a.ref, np.transpose(b.ref)),
  add: (a, b) => a.ref.add(b.ref),
  addToRows: (a, vector) => a.ref.add(np.transpose(vector.ref)),
  positive: (a) => np.maximum(a.ref, 0),
  negative: (a) => np.minimum(a.ref, 0),
  beside: (a, b) => np.concatenate([a.ref, b.ref], 1),
};

/** In float64. */
export const plain: Matrices<number[][]> = {
  timesTransposed: (a, b) =>
    a.map((row) => b.map((other) => row.reduce((sum, v, k) => sum + v * other[k], 0))),
  add: (a, b) => a.map((row, i) => row.map((v, j) => v + b[i][j])),
  addToRows: (a, vector) => a.map((row) => row.map((v, j) => v + vector[j][0])),
  positive: (a) => a.map((row) => row.map((v) => Math.max(v, 0))),
  negative: (a) => a.map((row) => row.map((v) => Math.min(v, 0))),
  beside: (a, b) => a.map((row, i) => [...row, ...b[i]]),
};
