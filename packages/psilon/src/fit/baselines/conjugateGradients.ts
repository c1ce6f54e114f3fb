import type { Breathe } from "./breathe.js";
import { addScaled, dot } from "./vector.js";

/** A symmetric positive definite system A·x = b, by what it does with vectors. */
export interface LinearSystem {
  /** A·v. */
  product(v: Float64Array): Float64Array;
  /** Multiplies in place by a symmetric positive definite guess at A⁻¹. */
  precondition(v: Float64Array): void;
}

/** When to end: when the residual's square, in the preconditioner's norm, has shrunk to `enough`, or after `most` steps. */
export interface Patience {
  readonly enough: number;
  readonly most: number;
}

/** A⁻¹·b by preconditioned conjugate gradients from 0 (Nocedal & Wright, *Numerical Optimization*, alg. 5.3). */
export async function conjugateGradients(
  { product, precondition }: LinearSystem,
  b: Float64Array,
  { enough, most }: Patience,
  breathe: Breathe,
): Promise<Float64Array> {
  const solution = new Float64Array(b.length);
  const residual = b.slice();
  const preconditioned = residual.slice();
  precondition(preconditioned);
  const search = preconditioned.slice();
  let size = dot(residual, preconditioned);
  const first = size;
  for (let step = 0; step < most && size > enough * first; step++) {
    await breathe();
    const curved = product(search);
    const length = size / dot(search, curved);
    addScaled(solution, length, search);
    addScaled(residual, -length, curved);
    preconditioned.set(residual);
    precondition(preconditioned);
    const previous = size;
    size = dot(residual, preconditioned);
    for (let i = 0; i < search.length; i++) search[i] = preconditioned[i] + (size / previous) * search[i];
  }
  return solution;
}
