// Penalties of the effective weights that see a matrix entry by entry or row by row, and their gradients. Norms are
// summed in float64, where no square of a float32 value overflows or vanishes.

import { sumOfSquares } from "./pathNorm";
import { loadPart, multiplyAdd, signOf, splat, storePart } from "./vector";

/** Σ |w|^p. */
export function powerSum(count: i32, p: f32, w: usize): f64 {
  let total: f64 = 0;
  for (let j = 0; j < count; j++) total += Mathf.pow(abs(load<f32>(w + (<usize>j << 2))), p);
  return total;
}

/** G ← G + scale·p·|w|^(p − 1)·sign(w), and nothing where w is 0. */
export function addPowerGradient(count: i32, p: f32, w: usize, scale: f32, gradient: usize): void {
  const factor = scale * p;
  // The two common powers need no power.
  if (p == 1 || p == 2) {
    for (let j = 0; j < count; j += 4) {
      const at = <usize>j << 2;
      const left = count - j;
      const x = loadPart(w + at, left);
      const slope = p == 1 ? signOf(x) : x;
      storePart(gradient + at, multiplyAdd(splat(factor), slope, loadPart(gradient + at, left)), left);
    }
    return;
  }
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2;
    const x = load<f32>(w + at);
    if (x == 0) continue;
    const slope = factor * Mathf.pow(abs(x), p - 1);
    store<f32>(gradient + at, load<f32>(gradient + at) + (x > 0 ? slope : -slope));
  }
}

/** Σ |x|. */
function sumOfSizes(count: i32, x: usize): f64 {
  let low = f64x2.splat(0), high = low;
  for (let j = 0; j < count; j += 4) {
    const size = v128.abs<f32>(loadPart(x + (<usize>j << 2), count - j));
    low = f64x2.add(low, f64x2.promote_low_f32x4(size));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(size, size, 2, 3, 0, 1)));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Σ_i ‖W_i‖₁/‖W_i‖₂ over the rows that are not 0. */
export function filterRatios(rows: i32, width: i32, w: usize): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const squares = sumOfSquares(width, w);
    if (squares > 0) total += sumOfSizes(width, w) / sqrt(squares);
    w += <usize>width << 2;
  }
  return total;
}

/** G_i ← G_i + scale/‖W_i‖₂·(sign(W_i) − ‖W_i‖₁/‖W_i‖₂²·W_i), and nothing in a row of zeros. */
export function addFilterRatioGradient(rows: i32, width: i32, w: usize, scale: f32, gradient: usize): void {
  for (let i = 0; i < rows; i++) {
    const squares = sumOfSquares(width, w);
    if (squares > 0) {
      const factor = splat(<f32>(<f64>scale / sqrt(squares)));
      const pull = splat(<f32>(-sumOfSizes(width, w) / squares));
      for (let j = 0; j < width; j += 4) {
        const at = <usize>j << 2;
        const left = width - j;
        const x = loadPart(w + at, left);
        const slope = multiplyAdd(pull, x, signOf(x));
        storePart(gradient + at, multiplyAdd(factor, slope, loadPart(gradient + at, left)), left);
      }
    }
    w += <usize>width << 2;
    gradient += <usize>width << 2;
  }
}
