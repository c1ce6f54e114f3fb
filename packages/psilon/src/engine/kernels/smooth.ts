// Activations that are differentiable everywhere; their back pass needs what they read. `kind`: 0 GELU, 1 SiLU, 2 sin(s·z), 3 exp(−(s·z)²/2).

import { cos4, erf4, exp4, sin4 } from "./elementary";
import { loadPart, multiplyAdd, splat, storePart } from "./vector";

/** Φ(z), the normal distribution function. */
@inline
function normalBelow(z: v128): v128 {
  return multiplyAdd(erf4(v128.mul<f32>(z, splat(0.7071067811865476))), splat(0.5), splat(0.5));
}

@inline
function logistic(z: v128): v128 {
  return v128.div<f32>(splat(1), v128.add<f32>(splat(1), exp4(v128.neg<f32>(z))));
}

/** exp(−z²/2). */
@inline
function bell(z: v128): v128 {
  return exp4(v128.mul<f32>(v128.mul<f32>(z, z), splat(-0.5)));
}

@inline
function valueOf(kind: i32, s: f32, z: v128): v128 {
  if (kind == 0) return v128.mul<f32>(z, normalBelow(z));
  if (kind == 1) return v128.mul<f32>(z, logistic(z));
  const scaled = v128.mul<f32>(z, splat(s));
  return kind == 2 ? sin4(scaled) : bell(scaled);
}

@inline
function slopeOf(kind: i32, s: f32, z: v128): v128 {
  if (kind == 0) {
    return multiplyAdd(v128.mul<f32>(z, splat(0.3989422804014327)), bell(z), normalBelow(z));
  }
  if (kind == 1) {
    const p = logistic(z);
    return v128.mul<f32>(p, multiplyAdd(z, v128.sub<f32>(splat(1), p), splat(1)));
  }
  const scaled = v128.mul<f32>(z, splat(s));
  if (kind == 2) return v128.mul<f32>(cos4(scaled), splat(s));
  return v128.mul<f32>(v128.mul<f32>(scaled, splat(-s)), bell(scaled));
}

@inline
function forwardRows(kind: i32, s: f32, rows: i32, columns: i32, z: usize, bias: usize, a: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const x = v128.add<f32>(loadPart(z + at, columns - j), loadPart(bias + at, columns - j));
      storePart(z + at, x, columns - j);
      storePart(a + at, valueOf(kind, s, x), columns - j);
    }
    z += <usize>columns << 2;
    a += <usize>columns << 2;
  }
}

/** z ← z + b, a ← φ(z). */
export function addBiasSmooth(
  kind: i32, s: f32, rows: i32, columns: i32, z: usize, bias: usize, a: usize,
): void {
  // A constant kind leaves one function in each loop.
  if (kind == 0) forwardRows(0, s, rows, columns, z, bias, a);
  else if (kind == 1) forwardRows(1, s, rows, columns, z, bias, a);
  else if (kind == 2) forwardRows(2, s, rows, columns, z, bias, a);
  else forwardRows(3, s, rows, columns, z, bias, a);
}

@inline
function backwardRows(kind: i32, s: f32, rows: i32, columns: i32, delta: usize, z: usize, sums: usize): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const d = v128.mul<f32>(loadPart(delta + at, columns - j), slopeOf(kind, s, loadPart(z + at, columns - j)));
      storePart(delta + at, d, columns - j);
      storePart(sums + at, v128.add<f32>(loadPart(sums + at, columns - j), d), columns - j);
    }
    delta += <usize>columns << 2;
    z += <usize>columns << 2;
  }
}

/** δ ← δ·φ′(z); db ← column sums of δ. */
export function smoothBackward(
  kind: i32, s: f32, rows: i32, columns: i32, delta: usize, z: usize, biasGradient: usize,
): void {
  memory.fill(biasGradient, 0, <usize>columns << 2);
  if (kind == 0) backwardRows(0, s, rows, columns, delta, z, biasGradient);
  else if (kind == 1) backwardRows(1, s, rows, columns, delta, z, biasGradient);
  else if (kind == 2) backwardRows(2, s, rows, columns, delta, z, biasGradient);
  else backwardRows(3, s, rows, columns, delta, z, biasGradient);
}
