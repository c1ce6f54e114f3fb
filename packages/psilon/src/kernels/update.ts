// The weight update in one pass over memory: pullback through the normalizer, optimizer step on V, the new norm, and
// while the row is still in cache the next step's effective weights. Rules: 0 is SGD with momentum, 1 is Adam.

import { finishNorm, normTerm, pullbackTerm, scaleRow } from "./normalize";
import { loadPart, multiplyAdd, splat, storePart } from "./vector";

// The rule's constants go through every inlined function as vectors, so that they stay in registers:
// `rate`, β₁, 1 − β₁, β₂, 1 − β₂, ε and 1/√(1 − β₂ᵗ). The betas arrive as float64, since in float32 the difference
// 1 − 0.999 is off by 5e-5 of itself.

/** One vector through the rule; returns the new values and stores the moments. */
@inline
function stepTerm(
  rule: i32, v: v128, g: v128, first: usize, second: usize, count: i32,
  rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, epsilon: v128, correction: v128,
): v128 {
  if (rule == 0) {
    const m = multiplyAdd(beta1, loadPart(first, count), g);
    storePart(first, m, count);
    return v128.sub<f32>(v, v128.mul<f32>(rate, m));
  }
  const m = multiplyAdd(beta1, loadPart(first, count), v128.mul<f32>(rest1, g));
  const s = multiplyAdd(beta2, loadPart(second, count), v128.mul<f32>(rest2, v128.mul<f32>(g, g)));
  storePart(first, m, count);
  storePart(second, s, count);
  const root = multiplyAdd(v128.sqrt<f32>(s), correction, epsilon);
  return v128.sub<f32>(v, v128.div<f32>(v128.mul<f32>(rate, m), root));
}

/** One vector of a row: pullback and step on both halves of a pair; returns the new norm's sum so far. */
@inline
function updateTerm(
  rule: i32, norm: i32, paired: bool, half: usize,
  raw: usize, gradient: usize, first: usize, second: usize, c: v128, slope: v128, sum: v128, count: i32,
  rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, epsilon: v128, correction: v128,
): v128 {
  const v = loadPart(raw, count);
  const other = paired ? loadPart(raw + half, count) : v;
  const wins = v128.ge<f32>(v128.abs<f32>(v), v128.abs<f32>(other));
  const g = pullbackTerm(norm, paired, loadPart(gradient, count), v, wins, c, slope);
  const newV = stepTerm(rule, v, g, first, second, count, rate, beta1, rest1, beta2, rest2, epsilon, correction);
  storePart(raw, newV, count);
  let newOther = newV;
  if (paired) {
    const h = pullbackTerm(norm, paired, loadPart(gradient + half, count), other, v128.not(wins), c, slope);
    newOther = stepTerm(
      rule, other, h, first + half, second + half, count, rate, beta1, rest1, beta2, rest2, epsilon, correction,
    );
    storePart(raw + half, newOther, count);
  }
  return normTerm(norm, paired, newV, newOther, sum);
}

@inline
function updateRow(
  rule: i32, norm: i32, paired: bool, columns: i32,
  raw: usize, gradient: usize, first: usize, second: usize, size: f32, dot: f32, length: f32,
  rate: v128, beta1: v128, rest1: v128, beta2: v128, rest2: v128, epsilon: v128, correction: v128,
): f32 {
  const half = <usize>columns << 2;
  const c = splat(length / size);
  const slope = splat(norm == 1 ? dot : dot / size);
  let sum = splat(0);
  let j = 0;
  // The literal 4 lets the compiler drop every test for a row's last part from the loop.
  for (; j + 4 <= columns; j += 4) {
    const at = <usize>j << 2;
    sum = updateTerm(
      rule, norm, paired, half, raw + at, gradient + at, first + at, second + at, c, slope, sum, 4,
      rate, beta1, rest1, beta2, rest2, epsilon, correction,
    );
  }
  if (j < columns) {
    const at = <usize>j << 2;
    sum = updateTerm(
      rule, norm, paired, half, raw + at, gradient + at, first + at, second + at, c, slope, sum, columns - j,
      rate, beta1, rest1, beta2, rest2, epsilon, correction,
    );
  }
  return finishNorm(norm, sum);
}

@inline
function updateAll(
  rule: i32, norm: i32, paired: bool, rows: i32, columns: i32,
  raw: usize, gradient: usize, effective: usize, first: usize, second: usize,
  norms: usize, dots: usize, oldLengths: usize, newLengths: usize, lengthStep: i32,
  eta: f32, decay1: f64, decay2: f64, small: f32, unbias: f32,
): i32 {
  const rate = splat(eta);
  const beta1 = splat(<f32>decay1);
  const rest1 = splat(<f32>(1 - decay1));
  const beta2 = splat(<f32>decay2);
  const rest2 = splat(<f32>(1 - decay2));
  const epsilon = splat(small);
  const correction = splat(unbias);
  const width = paired ? 2 * columns : columns;
  let bad = -1;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const index = <usize>i << 2;
    const lengthAt = <usize>(i * lengthStep);
    const size = updateRow(
      rule, norm, paired, columns, raw + offset, gradient + offset, first + offset, second + offset,
      load<f32>(norms + index), load<f32>(dots + index), load<f32>(oldLengths + lengthAt),
      rate, beta1, rest1, beta2, rest2, epsilon, correction,
    );
    if (!(size > 0 && size < Infinity) && bad < 0) bad = i;
    store<f32>(norms + index, size);
    scaleRow(width, load<f32>(newLengths + lengthAt) / size, raw + offset, effective + offset);
  }
  return bad;
}

/**
 * Updates V and writes the new W. `oldLengths` are those the gradient was taken at, `newLengths` those of the new W.
 * Adam: `rate` is η/(1−β₁ᵗ) and `correction` is 1/√(1−β₂ᵗ). SGD: `beta1` is the momentum.
 * Returns the first row whose new norm is 0 or not finite, or −1.
 */
export function updateRows(
  rule: i32, norm: i32, paired: bool, rows: i32, columns: i32,
  raw: usize, gradient: usize, effective: usize, first: usize, second: usize,
  norms: usize, dots: usize, oldLengths: usize, newLengths: usize, lengthStep: i32,
  rate: f32, beta1: f64, beta2: f64, epsilon: f32, correction: f32,
): i32 {
  if (rule == 0) {
    if (norm == 1) {
      if (paired) return updateAll(0, 1, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
      return updateAll(0, 1, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
    }
    if (paired) return updateAll(0, 2, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
    return updateAll(0, 2, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
  }
  if (norm == 1) {
    if (paired) return updateAll(1, 1, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
    return updateAll(1, 1, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
  }
  if (paired) return updateAll(1, 2, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
  return updateAll(1, 2, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep, rate, beta1, beta2, epsilon, correction);
}

/** The same rules for values without a normalizer: biases, lengths, plain weights. */
export function updateValues(
  rule: i32, count: i32, values: usize, gradient: usize, first: usize, second: usize,
  rate: f32, beta1: f64, beta2: f64, epsilon: f32, correction: f32,
): void {
  const r = splat(rate);
  const b1 = splat(<f32>beta1);
  const c1 = splat(<f32>(1 - beta1));
  const b2 = splat(<f32>beta2);
  const c2 = splat(<f32>(1 - beta2));
  const e = splat(epsilon);
  const u = splat(correction);
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const left = count - j;
    const v = loadPart(values + at, left);
    const g = loadPart(gradient + at, left);
    const moved = rule == 0
      ? stepTerm(0, v, g, first + at, second + at, left, r, b1, c1, b2, c2, e, u)
      : stepTerm(1, v, g, first + at, second + at, left, r, b1, c1, b2, c2, e, u);
    storePart(values + at, moved, left);
  }
}
