// Passes of a vector through magnitudes of a weight matrix: the explicit path norms and their gradients.
//
// `kind` says which magnitude M an entry (or the pair of entries) of the matrix has:
//   0 single  M = |w|
//   1 larger  M = max(|w⁺|, |w⁻|)
//   2 folded  M = |w⁺| + |w⁻|
//   3 signed  M = w
//   4 sum, 5 difference  M = a + b or a − b, with a = max(w⁺, w⁻, 0) and b = max(−w⁺, −w⁻, 0)
// With `identity` the layer is residual: M is then I + M, but kind 2 stands for |I + W⁺| + |I + W⁻|.

import { loadPart, multiplyAdd, signOf, splat, storePart, sumLanes } from "./vector";

@inline
function magnitude(kind: i32, plus: v128, minus: v128): v128 {
  if (kind == 3) return plus;
  if (kind > 3) {
    const up = v128.max<f32>(v128.max<f32>(plus, minus), splat(0));
    const down = v128.min<f32>(v128.min<f32>(plus, minus), splat(0));
    return kind == 4 ? v128.sub<f32>(up, down) : v128.add<f32>(up, down);
  }
  const size = v128.abs<f32>(plus);
  if (kind == 0) return size;
  if (kind == 1) return v128.max<f32>(size, v128.abs<f32>(minus));
  return v128.add<f32>(size, v128.abs<f32>(minus));
}

/** Whether a row of W⁻ follows each of W⁺. */
@inline
function paired(kind: i32): bool {
  return kind != 0 && kind != 3;
}

/** What I adds to M at a diagonal entry. */
@inline
function diagonalExtra(kind: i32, plus: f32, minus: f32): f32 {
  return kind == 2 ? abs<f32>(1 + plus) - abs<f32>(plus) + abs<f32>(1 + minus) - abs<f32>(minus) : 1;
}

/** out ← M·u, with M rows × columns. */
export function magnitudeTimes(
  kind: i32, identity: bool, rows: i32, columns: i32, w: usize, u: usize, out: usize,
): void {
  const half = paired(kind) ? <usize>columns << 2 : 0;
  const stride = <usize>columns << (paired(kind) ? 3 : 2);
  for (let i = 0; i < rows; i++) {
    let sum = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const plus = loadPart(w + at, columns - j);
      const minus = loadPart(w + at + half, columns - j);
      sum = multiplyAdd(magnitude(kind, plus, minus), loadPart(u + at, columns - j), sum);
    }
    let value = sumLanes(sum);
    const at = <usize>i << 2;
    if (identity) value += diagonalExtra(kind, load<f32>(w + at), load<f32>(w + at + half)) * load<f32>(u + at);
    store<f32>(out + at, value);
    w += stride;
  }
}

/** out ← Mᵀ·r. */
export function magnitudeTransposeTimes(
  kind: i32, identity: bool, rows: i32, columns: i32, w: usize, r: usize, out: usize,
): void {
  const half = paired(kind) ? <usize>columns << 2 : 0;
  const stride = <usize>columns << (paired(kind) ? 3 : 2);
  memory.fill(out, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    const rowValue = load<f32>(r + (<usize>i << 2));
    const factor = splat(rowValue);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const size = magnitude(kind, loadPart(w + at, count), loadPart(w + at + half, count));
      storePart(out + at, multiplyAdd(factor, size, loadPart(out + at, count)), count);
    }
    if (identity) {
      const at = <usize>i << 2;
      const extra = diagonalExtra(kind, load<f32>(w + at), load<f32>(w + at + half));
      store<f32>(out + at, load<f32>(out + at) + extra * rowValue);
    }
    w += stride;
  }
}

/** G ← G + scale·∂(rᵀM u)/∂W: at entry (i, j) scale·r_i·u_j times the sign of what carries M there. */
export function addMagnitudeGradient(
  kind: i32, identity: bool, rows: i32, columns: i32, w: usize, r: usize, u: usize, scale: f32, gradient: usize,
): void {
  const half = paired(kind) ? <usize>columns << 2 : 0;
  const stride = <usize>columns << (paired(kind) ? 3 : 2);
  for (let i = 0; i < rows; i++) {
    const rowScale = scale * load<f32>(r + (<usize>i << 2));
    const factor = splat(rowScale);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const plus = loadPart(w + at, count);
      const minus = loadPart(w + at + half, count);
      const slope = v128.mul<f32>(factor, loadPart(u + at, count));
      // Ties go to the first side, as in the normalizer.
      const wins = v128.ge<f32>(v128.abs<f32>(plus), v128.abs<f32>(minus));
      let signPlus = kind == 3 ? splat(1) : signOf(plus);
      if (kind == 1) signPlus = v128.and(signPlus, wins);
      if (kind > 3) signPlus = extremeSign(kind, plus, v128.ge<f32>(plus, minus), v128.le<f32>(plus, minus));
      storePart(gradient + at, multiplyAdd(slope, signPlus, loadPart(gradient + at, count)), count);
      if (paired(kind)) {
        let signMinus = signOf(minus);
        if (kind == 1) signMinus = v128.andnot(signMinus, wins);
        if (kind > 3) signMinus = extremeSign(kind, minus, v128.gt<f32>(minus, plus), v128.lt<f32>(minus, plus));
        const atMinus = gradient + at + half;
        storePart(atMinus, multiplyAdd(slope, signMinus, loadPart(atMinus, count)), count);
      }
    }
    if (identity && kind == 2) {
      const at = <usize>i << 2;
      const slope = rowScale * load<f32>(u + at);
      fixDiagonal(w + at, slope, gradient + at);
      fixDiagonal(w + at + half, slope, gradient + at + half);
    }
    w += stride;
    gradient += stride;
  }
}

/** ∂(a ± b)/∂x of kinds 4 and 5: 1 where x is the positive maximum, ±(−1) where it is the negative minimum. */
@inline
function extremeSign(kind: i32, x: v128, isLargest: v128, isLeast: v128): v128 {
  const up = v128.and(v128.and(isLargest, v128.gt<f32>(x, splat(0))), splat(1));
  const down = v128.and(v128.and(isLeast, v128.lt<f32>(x, splat(0))), splat(kind == 4 ? -1 : 1));
  return v128.or(up, down);
}

/** Replaces sign(w) by sign(1 + w) at a diagonal entry. */
@inline
function fixDiagonal(w: usize, slope: f32, gradient: usize): void {
  const value = load<f32>(w);
  store<f32>(gradient, load<f32>(gradient) + slope * (sign(1 + value) - sign(value)));
}

@inline
function sign(x: f32): f32 {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

/** G ← G + scale·W, the gradient of ½·scale·Σ W². */
export function addScaled(count: i32, scale: f32, w: usize, gradient: usize): void {
  const factor = splat(scale);
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const left = count - j;
    storePart(gradient + at, multiplyAdd(factor, loadPart(w + at, left), loadPart(gradient + at, left)), left);
  }
}

/** Σ x², in float64. */
export function sumOfSquares(count: i32, x: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let j = 0; j < count; j += 4) {
    const v = loadPart(x + (<usize>j << 2), count - j);
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = v128.add<f64>(low, v128.mul<f64>(a, a));
    high = v128.add<f64>(high, v128.mul<f64>(b, b));
  }
  const sum = v128.add<f64>(low, high);
  return v128.extract_lane<f64>(sum, 0) + v128.extract_lane<f64>(sum, 1);
}
