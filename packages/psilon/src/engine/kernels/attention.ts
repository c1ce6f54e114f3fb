// softmax(Q·Kᵀ/√d)·V of every head of every example, and its way back. A head's part of Q, K, V and what is written are `size` of the
// heads·size columns of an example's tokens; its probabilities P are tokens × tokens, and stay in the cache while they are used.

import { exp4 } from "./elementary";
import { multiplyParts } from "./matmul";
import { loadPart, multiplyAdd, splat, storePart, sumLanes } from "./vector";

@inline
function largestLane(x: v128): f32 {
  return max<f32>(
    max<f32>(v128.extract_lane<f32>(x, 0), v128.extract_lane<f32>(x, 1)),
    max<f32>(v128.extract_lane<f32>(x, 2), v128.extract_lane<f32>(x, 3)),
  );
}

/** The last 1 to 3 values of a row, and in the missing lanes what is larger than none. */
@inline
function loadLast(pointer: usize, count: i32): v128 {
  const present = v128.lt<i32>(i32x4(0, 1, 2, 3), i32x4.splat(count));
  return v128.bitselect(loadPart(pointer, count), splat(-f32.MAX_VALUE), present);
}

@inline
function power(x: v128, scale: f32, least: v128): v128 {
  return exp4(v128.mul<f32>(v128.sub<f32>(x, least), splat(scale)));
}

/** Each row of p ← softmax(scale·p). */
function softmaxRows(rows: i32, columns: i32, scale: f32, p: usize): void {
  const whole = <usize>(columns & ~3) << 2;
  const rest = columns & 3;
  for (let i = 0; i < rows; i++) {
    const end = p + whole;
    let top = rest ? loadLast(end, rest) : v128.load(p);
    for (let at = p; at < end; at += 16) top = v128.pmax<f32>(top, v128.load(at));
    const largest = splat(largestLane(top));
    let sum = splat(0);
    for (let at = p; at < end; at += 16) {
      const x = power(v128.load(at), scale, largest);
      v128.store(at, x);
      sum = v128.add<f32>(sum, x);
    }
    if (rest) {
      const x = power(loadLast(end, rest), scale, largest);
      storePart(end, x, rest);
      sum = v128.add<f32>(sum, x);
    }
    const share = splat(1 / sumLanes(sum));
    for (let at = p; at < end; at += 16) v128.store(at, v128.mul<f32>(v128.load(at), share));
    if (rest) storePart(end, v128.mul<f32>(loadPart(end, rest), share), rest);
    p = end + (<usize>rest << 2);
  }
}

/** Each row of d ← scale·p ⊙ (d − ⟨p, d⟩): from ∂ℓ/∂P the slope of the products Q·Kᵀ. */
function softmaxSlopes(rows: i32, columns: i32, scale: f32, p: usize, d: usize): void {
  for (let i = 0; i < rows; i++) {
    let dot = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      dot = multiplyAdd(loadPart(p + at, columns - j), loadPart(d + at, columns - j), dot);
    }
    const mean = splat(sumLanes(dot));
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const share = v128.mul<f32>(loadPart(p + at, columns - j), splat(scale));
      storePart(d + at, v128.mul<f32>(share, v128.sub<f32>(loadPart(d + at, columns - j), mean)), columns - j);
    }
    p += <usize>columns << 2;
    d += <usize>columns << 2;
  }
}

/** P of one head of one example. */
function probabilities(tokens: i32, size: i32, row: usize, scale: f32, q: usize, k: usize, p: usize): void {
  multiplyParts(true, tokens, tokens, size, q, row, 4, k, row, p, <usize>tokens << 2, false);
  softmaxRows(tokens, tokens, scale, p);
}

/** out ← P·V; `p`: room for one P. */
export function attend(
  examples: i32, tokens: i32, heads: i32, size: i32, scale: f32, q: usize, k: usize, v: usize, p: usize, out: usize,
): void {
  const row = <usize>(heads * size) << 2;
  for (let e = 0; e < examples; e++) {
    for (let h = 0; h < heads; h++) {
      const at = <usize>(e * tokens) * row + (<usize>(h * size) << 2);
      probabilities(tokens, size, row, scale, q + at, k + at, p);
      multiplyParts(false, tokens, size, tokens, p, <usize>tokens << 2, 4, v + at, row, out + at, row, false);
    }
  }
}

/** δQ, δK and δV from δ, the slope of what `attend` wrote, with every P anew; `slopes`: room for one ∂ℓ/∂P. */
export function attendBackward(
  examples: i32, tokens: i32, heads: i32, size: i32, scale: f32, q: usize, k: usize, v: usize, p: usize, slopes: usize,
  delta: usize, dq: usize, dk: usize, dv: usize,
): void {
  const row = <usize>(heads * size) << 2;
  const pRow = <usize>tokens << 2;
  for (let e = 0; e < examples; e++) {
    for (let h = 0; h < heads; h++) {
      const at = <usize>(e * tokens) * row + (<usize>(h * size) << 2);
      probabilities(tokens, size, row, scale, q + at, k + at, p);
      multiplyParts(false, tokens, size, tokens, p, 4, pRow, delta + at, row, dv + at, row, false);
      multiplyParts(true, tokens, tokens, size, delta + at, row, 4, v + at, row, slopes, pRow, false);
      softmaxSlopes(tokens, tokens, scale, p, slopes);
      multiplyParts(false, tokens, size, tokens, slopes, pRow, 4, k + at, row, dq + at, row, false);
      multiplyParts(false, tokens, size, tokens, slopes, 4, pRow, q + at, row, dk + at, row, false);
    }
  }
}
