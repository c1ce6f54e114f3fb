// The weight update in one pass over memory: pullback through the normalizer, optimizer step on V, the new norm, and
// while the row is still in cache the next step's effective weights. Rules: 0 is SGD with momentum, 1 is Adam.

import { finishNorm, normTerm, pullbackTerm, scaleRow } from "./normalize";
import { loadPart, multiplyAdd, splat, storePart } from "./vector";

// The rule's constants, splatted once per call rather than passed through every inlined function.
let rateOf: v128 = i32x4(0, 0, 0, 0);
let beta1Of: v128 = i32x4(0, 0, 0, 0);
let beta2Of: v128 = i32x4(0, 0, 0, 0);
let rest1Of: v128 = i32x4(0, 0, 0, 0);
let rest2Of: v128 = i32x4(0, 0, 0, 0);
let epsilonOf: v128 = i32x4(0, 0, 0, 0);
let correctionOf: v128 = i32x4(0, 0, 0, 0);

@inline
function setRule(rate: f32, beta1: f32, beta2: f32, epsilon: f32, correction: f32): void {
  rateOf = splat(rate);
  beta1Of = splat(beta1);
  beta2Of = splat(beta2);
  rest1Of = splat(1 - beta1);
  rest2Of = splat(1 - beta2);
  epsilonOf = splat(epsilon);
  correctionOf = splat(correction);
}

/** One vector through the rule; returns the new values and stores the moments. */
@inline
function stepTerm(rule: i32, v: v128, g: v128, first: usize, second: usize, count: i32): v128 {
  if (rule == 0) {
    const m = multiplyAdd(beta1Of, loadPart(first, count), g);
    storePart(first, m, count);
    return v128.sub<f32>(v, v128.mul<f32>(rateOf, m));
  }
  const m = multiplyAdd(beta1Of, loadPart(first, count), v128.mul<f32>(rest1Of, g));
  const s = multiplyAdd(beta2Of, loadPart(second, count), v128.mul<f32>(rest2Of, v128.mul<f32>(g, g)));
  storePart(first, m, count);
  storePart(second, s, count);
  const root = multiplyAdd(v128.sqrt<f32>(s), correctionOf, epsilonOf);
  return v128.sub<f32>(v, v128.div<f32>(v128.mul<f32>(rateOf, m), root));
}

@inline
function updateRow(
  rule: i32, norm: i32, paired: bool, columns: i32,
  raw: usize, gradient: usize, first: usize, second: usize, size: f32, dot: f32, length: f32,
): f32 {
  const half = <usize>columns << 2;
  const c = splat(length / size);
  const slope = splat(norm == 1 ? dot : dot / size);
  let sum = splat(0);
  for (let j = 0; j < columns; j += 4) {
    const at = <usize>j << 2;
    const count = columns - j;
    const v = loadPart(raw + at, count);
    const other = paired ? loadPart(raw + at + half, count) : v;
    const wins = v128.ge<f32>(v128.abs<f32>(v), v128.abs<f32>(other));
    const g = pullbackTerm(norm, paired, loadPart(gradient + at, count), v, wins, c, slope);
    const newV = stepTerm(rule, v, g, first + at, second + at, count);
    storePart(raw + at, newV, count);
    let newOther = newV;
    if (paired) {
      const h = pullbackTerm(norm, paired, loadPart(gradient + at + half, count), other, v128.not(wins), c, slope);
      newOther = stepTerm(rule, other, h, first + at + half, second + at + half, count);
      storePart(raw + at + half, newOther, count);
    }
    sum = normTerm(norm, paired, newV, newOther, sum);
  }
  return finishNorm(norm, sum);
}

@inline
function updateAll(
  rule: i32, norm: i32, paired: bool, rows: i32, columns: i32,
  raw: usize, gradient: usize, effective: usize, first: usize, second: usize,
  norms: usize, dots: usize, oldLengths: usize, newLengths: usize, lengthStep: i32,
): i32 {
  const width = paired ? 2 * columns : columns;
  let bad = -1;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const index = <usize>i << 2;
    const lengthAt = <usize>(i * lengthStep);
    const size = updateRow(
      rule, norm, paired, columns, raw + offset, gradient + offset, first + offset, second + offset,
      load<f32>(norms + index), load<f32>(dots + index), load<f32>(oldLengths + lengthAt),
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
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, correction: f32,
): i32 {
  setRule(rate, beta1, beta2, epsilon, correction);
  if (rule == 0) {
    if (norm == 1) {
      if (paired) return updateAll(0, 1, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
      return updateAll(0, 1, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
    }
    if (paired) return updateAll(0, 2, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
    return updateAll(0, 2, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
  }
  if (norm == 1) {
    if (paired) return updateAll(1, 1, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
    return updateAll(1, 1, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
  }
  if (paired) return updateAll(1, 2, true, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
  return updateAll(1, 2, false, rows, columns, raw, gradient, effective, first, second, norms, dots, oldLengths, newLengths, lengthStep);
}

/** The same rules for values without a normalizer: biases, lengths, plain weights. */
export function updateValues(
  rule: i32, count: i32, values: usize, gradient: usize, first: usize, second: usize,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, correction: f32,
): void {
  setRule(rate, beta1, beta2, epsilon, correction);
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const v = loadPart(values + at, count - j);
    const g = loadPart(gradient + at, count - j);
    const moved = rule == 0
      ? stepTerm(0, v, g, first + at, second + at, count - j)
      : stepTerm(1, v, g, first + at, second + at, count - j);
    storePart(values + at, moved, count - j);
  }
}
