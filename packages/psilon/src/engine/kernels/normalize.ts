// W_i = g_i · V_i / N(V_i) and its pullback, a row at a time. A row is `columns` values, or for a CReLU pair twice as
// many: V⁺ then V⁻, with N taken over max(|V⁺|, |V⁻|). Norm kinds: 1 is L1, 2 is L2. `lengthStep` is 0 where all
// rows share one length and 4 where each has its own.

import { loadPart, multiplyAdd, signOf, splat, storePart, sumLanes } from "./vector";

/** What one vector of (the larger side of) a row adds to its norm's sum. */
@inline
function normTerm(norm: i32, paired: bool, v: v128, other: v128, sum: v128): v128 {
  let size = v128.abs<f32>(v);
  if (paired) size = v128.max<f32>(size, v128.abs<f32>(other));
  return norm == 1 ? v128.add<f32>(sum, size) : multiplyAdd(size, size, sum);
}

@inline
function finishNorm(norm: i32, sum: v128): f32 {
  return norm == 1 ? sumLanes(sum) : sqrt<f32>(sumLanes(sum));
}

/** N(V_i) of the row at `v`. */
@inline
export function rowNorm(norm: i32, paired: bool, columns: i32, v: usize): f32 {
  const half = <usize>columns << 2;
  // Two sums, since one addition after the other would wait for its predecessor.
  let sum = splat(0);
  let other = splat(0);
  let j = 0;
  for (; j + 8 <= columns; j += 8) {
    const at = v + (<usize>j << 2);
    const plus = v128.load(at);
    const next = v128.load(at, 16);
    sum = normTerm(norm, paired, plus, paired ? v128.load(at + half) : plus, sum);
    other = normTerm(norm, paired, next, paired ? v128.load(at + half, 16) : next, other);
  }
  for (; j < columns; j += 4) {
    const at = v + (<usize>j << 2);
    const plus = loadPart(at, columns - j);
    sum = normTerm(norm, paired, plus, paired ? loadPart(at + half, columns - j) : plus, sum);
  }
  sum = v128.add<f32>(sum, other);
  return finishNorm(norm, sum);
}

/** to ← factor · from. */
@inline
export function scaleRow(width: i32, factor: f32, from: usize, to: usize): void {
  const factors = splat(factor);
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const offset = <usize>j << 2;
    v128.store(to + offset, v128.mul<f32>(factors, v128.load(from + offset)));
  }
  const offset = <usize>j << 2;
  if (j < width) storePart(to + offset, v128.mul<f32>(factors, loadPart(from + offset, width - j)), width - j);
}

/** Fills `norms` and the effective weights; returns the first row whose norm is 0 or not finite, or −1. */
export function normalizeRows(
  norm: i32, paired: bool, rows: i32, columns: i32,
  raw: usize, effective: usize, norms: usize, lengths: usize, lengthStep: i32,
): i32 {
  const width = paired ? 2 * columns : columns;
  let bad = -1;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    let size: f32;
    if (norm == 1) size = paired ? rowNorm(1, true, columns, raw + offset) : rowNorm(1, false, columns, raw + offset);
    else size = paired ? rowNorm(2, true, columns, raw + offset) : rowNorm(2, false, columns, raw + offset);
    if (!(size > 0 && size < Infinity) && bad < 0) bad = i;
    store<f32>(norms + (<usize>i << 2), size);
    scaleRow(width, load<f32>(lengths + <usize>(i * lengthStep)) / size, raw + offset, effective + offset);
  }
  return bad;
}

/** dots_i = ⟨G_i, V_i⟩ / N_i = ∂ℓ/∂g_i; returns their sum, the gradient of a shared length. */
export function lengthGradients(rows: i32, width: i32, gradient: usize, raw: usize, norms: usize, dots: usize): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    let sum = splat(0);
    let j = 0;
    for (; j + 4 <= width; j += 4) {
      const at = offset + (<usize>j << 2);
      sum = multiplyAdd(v128.load(gradient + at), v128.load(raw + at), sum);
    }
    const at = offset + (<usize>j << 2);
    if (j < width) sum = multiplyAdd(loadPart(gradient + at, width - j), loadPart(raw + at, width - j), sum);
    const dot = sumLanes(sum) / load<f32>(norms + (<usize>i << 2));
    store<f32>(dots + (<usize>i << 2), dot);
    total += dot;
  }
  return total;
}

/** ∂ℓ/∂V for one vector: c·(G − k·∂N/∂V), where `slope` is k for L1 and k/N for L2, and only winners carry ∂N/∂V. */
@inline
function pullbackTerm(norm: i32, paired: bool, g: v128, v: v128, wins: v128, c: v128, slope: v128): v128 {
  let direction = norm == 1 ? signOf(v) : v;
  if (paired) direction = v128.and(direction, wins);
  return v128.mul<f32>(c, v128.sub<f32>(g, v128.mul<f32>(slope, direction)));
}

@inline
function pullbackPart(
  norm: i32, paired: bool, half: usize, gradient: usize, raw: usize, c: v128, slope: v128, count: i32,
): void {
  const v = loadPart(raw, count);
  const other = paired ? loadPart(raw + half, count) : v;
  // Ties go to the first side, always.
  const wins = v128.ge<f32>(v128.abs<f32>(v), v128.abs<f32>(other));
  storePart(gradient, pullbackTerm(norm, paired, loadPart(gradient, count), v, wins, c, slope), count);
  if (paired) {
    const h = loadPart(gradient + half, count);
    storePart(gradient + half, pullbackTerm(norm, paired, h, other, v128.not(wins), c, slope), count);
  }
}

@inline
export function pullbackRow(
  norm: i32, paired: bool, columns: i32, gradient: usize, raw: usize, size: f32, dot: f32, length: f32,
): void {
  const half = <usize>columns << 2;
  const c = splat(length / size);
  const slope = splat(norm == 1 ? dot : dot / size);
  let j = 0;
  // The literal 4 lets the compiler drop every test for a row's last part from the loop.
  for (; j + 4 <= columns; j += 4) {
    const at = <usize>j << 2;
    pullbackPart(norm, paired, half, gradient + at, raw + at, c, slope, 4);
  }
  const at = <usize>j << 2;
  if (j < columns) pullbackPart(norm, paired, half, gradient + at, raw + at, c, slope, columns - j);
}

/** Turns ∂ℓ/∂W into ∂ℓ/∂V in place, after `lengthGradients`. */
export function pullbackRows(
  norm: i32, paired: bool, rows: i32, columns: i32,
  gradient: usize, raw: usize, norms: usize, dots: usize, lengths: usize, lengthStep: i32,
): void {
  const width = paired ? 2 * columns : columns;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const g = gradient + offset;
    const v = raw + offset;
    const size = load<f32>(norms + (<usize>i << 2));
    const dot = load<f32>(dots + (<usize>i << 2));
    const length = load<f32>(lengths + <usize>(i * lengthStep));
    if (norm == 1) {
      if (paired) pullbackRow(1, true, columns, g, v, size, dot, length);
      else pullbackRow(1, false, columns, g, v, size, dot, length);
    } else if (paired) pullbackRow(2, true, columns, g, v, size, dot, length);
    else pullbackRow(2, false, columns, g, v, size, dot, length);
  }
}
