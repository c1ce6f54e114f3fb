// The weight update in one pass over memory: a row is pulled back through its normalizer, stepped, measured and turned
// into the next effective weights while it is in cache.

import { pullbackRow, rowNorm, scaleRow } from "./normalize";
import { stepValues } from "./step";

/** 2^-20: a row of a normalized weight with a smaller norm is enlarged. */
const SMALLEST: f32 = 1 / 1048576;

function normOf(norm: i32, paired: bool, columns: i32, v: usize): f32 {
  if (norm == 1) return paired ? rowNorm(1, true, columns, v) : rowNorm(1, false, columns, v);
  return paired ? rowNorm(2, true, columns, v) : rowNorm(2, false, columns, v);
}

/**
 * V_i ← 2²⁰·V_i until the norm is at least 2^-20, with the moments of the new coordinates' gradient. W depends on the
 * row's direction only, and a power of two is exact. Returns the norm.
 */
function enlarge(
  rule: i32, norm: i32, paired: bool, columns: i32, width: i32, v: usize, first: usize, second: usize,
): f32 {
  let size: f32;
  do {
    scaleRow(width, 1 / SMALLEST, v, v);
    scaleRow(width, SMALLEST, first, first);
    if (rule == 1) scaleRow(width, SMALLEST * SMALLEST, second, second);
    size = normOf(norm, paired, columns, v);
  } while (size > 0 && size < SMALLEST);
  return size;
}

/**
 * Updates V and writes the new W. `oldLengths` are those the gradient was taken at, `newLengths` those of the new W;
 * `pulled` tells that the gradient is ∂ℓ/∂V already. Rules, decays and the constants at `step`: see `step.ts`.
 * Returns the first row whose new norm is 0 or not finite, or −1.
 */
export function updateRows(
  rule: i32, decay: i32, pulled: bool, norm: i32, paired: bool, rows: i32, columns: i32,
  raw: usize, gradient: usize, effective: usize, first: usize, second: usize,
  norms: usize, dots: usize, oldLengths: usize, newLengths: usize, lengthStep: i32, step: usize,
): i32 {
  const width = paired ? 2 * columns : columns;
  let bad = -1;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const index = <usize>i << 2;
    const lengthAt = <usize>(i * lengthStep);
    const v = raw + offset;
    const g = gradient + offset;
    const m = first + offset;
    const s = second + offset;
    if (pulled || paired) {
      if (!pulled) {
        const length = load<f32>(oldLengths + lengthAt);
        // Which half of a pair carries the norm has to be known for both before one of them moves.
        if (norm == 1) pullbackRow(1, true, columns, g, v, load<f32>(norms + index), load<f32>(dots + index), length);
        else pullbackRow(2, true, columns, g, v, load<f32>(norms + index), load<f32>(dots + index), length);
      }
      stepValues(rule, decay, width, v, g, m, s, 1, 0, 0, 1, step);
    } else {
      const size = load<f32>(norms + index);
      const dot = load<f32>(dots + index);
      const slope = norm == 1 ? dot : dot / size;
      stepValues(rule, decay, width, v, g, m, s, load<f32>(oldLengths + lengthAt) / size, slope, norm, 1, step);
    }
    let size = normOf(norm, paired, columns, v);
    if (size > 0 && size < SMALLEST) size = enlarge(rule, norm, paired, columns, width, v, m, s);
    if (!(size > 0 && size < Infinity) && bad < 0) bad = i;
    store<f32>(norms + index, size);
    scaleRow(width, load<f32>(newLengths + lengthAt) / size, v, effective + offset);
  }
  return bad;
}

/**
 * The same for values without a normalizer: plain weights, biases, and lengths, on the scale of `unit`: u·∂ is the
 * gradient of g/u.
 */
export function updateValues(
  rule: i32, decay: i32, count: i32, unit: f32, values: usize, gradient: usize, first: usize, second: usize, step: usize,
): void {
  stepValues(rule, decay, count, values, gradient, first, second, unit, 0, 0, unit, step);
}
