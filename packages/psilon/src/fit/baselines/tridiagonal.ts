import type { Breathe } from "./breathe.js";

/** A = P·T·Pᵀ with P orthogonal and T symmetric and tridiagonal. */
export interface Tridiagonal {
  readonly size: number;
  readonly diagonal: Float64Array;
  /** T's entries beside the diagonal, size − 1 of them. */
  readonly beside: Float64Array;
  /** P's reflections I − βᵥ·v·vᵀ: row k holds the k-th v, whose entries up to k are 0. */
  readonly reflectors: Float64Array;
  readonly betas: Float64Array;
}

/**
 * Householder's reduction (Golub & Van Loan, *Matrix Computations*, §8.3.1). Afterwards (A + αI)⁻¹ costs O(n) for every
 * α. `a` (symmetric, size × size) is overwritten.
 */
export async function tridiagonalize(a: Float64Array, size: number, breathe: Breathe): Promise<Tridiagonal> {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(Math.max(0, size - 1));
  const betas = new Float64Array(size);
  const p = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    await breathe();
    diagonal[k] = a[k * size + k];
    if (k + 1 >= size) break;
    const v = a.subarray(k * size, (k + 1) * size);
    v.fill(0, 0, k + 1);
    let tail = 0;
    for (let j = k + 2; j < size; j++) tail += v[j] * v[j];
    const head = v[k + 1];
    if (tail === 0) {
      beside[k] = head;
      continue;
    }
    const norm = Math.sqrt(head * head + tail);
    beside[k] = head > 0 ? -norm : norm;
    v[k + 1] = head - beside[k];
    const beta = 2 / (v[k + 1] * v[k + 1] + tail);
    betas[k] = beta;

    // The rest becomes H·A·H = A − v·wᵀ − w·vᵀ with p = β·A·v and w = p − (β/2)(pᵀv)·v.
    let pv = 0;
    for (let i = k + 1; i < size; i++) {
      let sum = 0;
      for (let j = k + 1; j < size; j++) sum += a[i * size + j] * v[j];
      p[i] = beta * sum;
      pv += p[i] * v[i];
    }
    for (let i = k + 1; i < size; i++) p[i] -= 0.5 * beta * pv * v[i];
    for (let i = k + 1; i < size; i++) {
      for (let j = k + 1; j < size; j++) a[i * size + j] -= v[i] * p[j] + p[i] * v[j];
    }
  }
  return { size, diagonal, beside, reflectors: a, betas };
}

/** Pᵀ·x in place. */
export function toTridiagonal(t: Tridiagonal, x: Float64Array): void {
  for (let k = 0; k < t.size; k++) reflect(t, k, x);
}

/** P·x in place. */
export function fromTridiagonal(t: Tridiagonal, x: Float64Array): void {
  for (let k = t.size - 1; k >= 0; k--) reflect(t, k, x);
}

function reflect({ size, reflectors, betas }: Tridiagonal, k: number, x: Float64Array): void {
  if (betas[k] === 0) return;
  let dot = 0;
  for (let j = k + 1; j < size; j++) dot += reflectors[k * size + j] * x[j];
  for (let j = k + 1; j < size; j++) x[j] -= betas[k] * dot * reflectors[k * size + j];
}

/** The pivots of T + αI from the top; undefined when rounding left it no longer positive definite. */
export function pivots({ size, diagonal, beside }: Tridiagonal, alpha: number): Float64Array | undefined {
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    result[i] = diagonal[i] + alpha - (i > 0 ? beside[i - 1] ** 2 / result[i - 1] : 0);
    if (!(result[i] > 0)) return undefined;
  }
  return result;
}

/** (T + αI)⁻¹·x from its pivots. */
export function solveTridiagonal(t: Tridiagonal, pivot: Float64Array, x: Float64Array): Float64Array {
  const u = x.slice();
  for (let i = 1; i < t.size; i++) u[i] -= (t.beside[i - 1] / pivot[i - 1]) * u[i - 1];
  for (let i = t.size - 1; i >= 0; i--) {
    u[i] = (u[i] - (i + 1 < t.size ? t.beside[i] * u[i + 1] : 0)) / pivot[i];
  }
  return u;
}

/** The trace of (T + αI)⁻¹: its i-th diagonal entry is 1/(pivot from the top + pivot from the bottom − T_ii − α). */
export function traceOfInverse(t: Tridiagonal, alpha: number, pivot: Float64Array): number {
  let trace = 0;
  let below = 0;
  for (let i = t.size - 1; i >= 0; i--) {
    const own = t.diagonal[i] + alpha;
    below = own - (i + 1 < t.size ? t.beside[i] ** 2 / below : 0);
    trace += 1 / (pivot[i] + below - own);
  }
  return trace;
}
