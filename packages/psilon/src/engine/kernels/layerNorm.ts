// Normalization of each row by itself, while it is in the cache. Numbers are taken less the row's first, so that a large mean costs no digits.
// `kept` holds two numbers of each row from the way forward: the mean less the first number, and 1/σ.

import { loadPart, multiplyAdd, splat, storePart, sumLanes } from "./vector";

const EPSILON: f32 = 1e-5;

/** Lanes beyond a row's end as 0. */
@inline
function within(x: v128, count: i32): v128 {
  return count >= 4 ? x : v128.and(x, v128.gt<i32>(i32x4.splat(count), i32x4(0, 1, 2, 3)));
}

/** y ← γ·(x − μ)/√(σ² + ε) + β. */
export function layerNorm(rows: i32, columns: i32, x: usize, gamma: usize, beta: usize, kept: usize, y: usize): void {
  const stride = <usize>columns << 2;
  for (let i = 0; i < rows; i++) {
    const first = splat(load<f32>(x));
    let sum = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const u = v128.sub<f32>(loadPart(x + (<usize>j << 2), columns - j), first);
      sum = v128.add<f32>(sum, within(u, columns - j));
    }
    const mean = sumLanes(sum) / <f32>columns;
    const means = splat(mean);
    let squares = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const u = v128.sub<f32>(loadPart(x + (<usize>j << 2), columns - j), first);
      const d = within(v128.sub<f32>(u, means), columns - j);
      squares = multiplyAdd(d, d, squares);
    }
    const inverse: f32 = 1 / sqrt<f32>(sumLanes(squares) / <f32>columns + EPSILON);
    const inverses = splat(inverse);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const d = v128.sub<f32>(v128.sub<f32>(loadPart(x + at, count), first), means);
      const z = v128.mul<f32>(d, inverses);
      storePart(y + at, multiplyAdd(z, loadPart(gamma + at, count), loadPart(beta + at, count)), count);
    }
    store<f32>(kept, mean);
    store<f32>(kept + 4, inverse);
    kept += 8;
    x += stride;
    y += stride;
  }
}

/** The slopes of γ and β, and δ ← ∂ℓ/∂x over ∂ℓ/∂y: γδ less its mean and less its part along (x − μ)/σ, over σ. */
export function layerNormBackward(
  rows: i32, columns: i32, x: usize, gamma: usize, kept: usize, delta: usize, gammaGradient: usize, betaGradient: usize,
): void {
  const stride = <usize>columns << 2;
  memory.fill(gammaGradient, 0, stride);
  memory.fill(betaGradient, 0, stride);
  for (let i = 0; i < rows; i++) {
    const first = splat(load<f32>(x));
    const means = splat(load<f32>(kept));
    const inverses = splat(load<f32>(kept + 4));
    let sum = splat(0);
    let along = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const d = loadPart(delta + at, count);
      const z = v128.mul<f32>(v128.sub<f32>(v128.sub<f32>(loadPart(x + at, count), first), means), inverses);
      storePart(gammaGradient + at, multiplyAdd(d, z, loadPart(gammaGradient + at, count)), count);
      storePart(betaGradient + at, v128.add<f32>(d, loadPart(betaGradient + at, count)), count);
      // Beyond the row's end δ and γ are 0.
      const g = v128.mul<f32>(d, loadPart(gamma + at, count));
      sum = v128.add<f32>(sum, g);
      along = multiplyAdd(g, z, along);
    }
    const mean = splat(sumLanes(sum) / <f32>columns);
    const part = splat(sumLanes(along) / <f32>columns);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const z = v128.mul<f32>(v128.sub<f32>(v128.sub<f32>(loadPart(x + at, count), first), means), inverses);
      const g = v128.sub<f32>(v128.mul<f32>(loadPart(delta + at, count), loadPart(gamma + at, count)), mean);
      storePart(delta + at, v128.mul<f32>(inverses, v128.sub<f32>(g, v128.mul<f32>(z, part))), count);
    }
    kept += 8;
    x += stride;
    delta += stride;
  }
}
