// What happens between two matrix products, each in one pass. Matrices are `rows` × `columns`, a row per example.

import { loadPart, splat, storePart } from "./vector";

@inline
function addBiasRows(rows: i32, columns: i32, z: usize, bias: usize, relu: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      let x = v128.add<f32>(loadPart(z + at, columns - j), loadPart(bias + at, columns - j));
      // pmax(x, 0) is `x < 0 ? 0 : x`: one instruction, and a NaN stays a NaN that the loss will show.
      if (relu) x = v128.pmax<f32>(x, splat(0));
      storePart(z + at, x, columns - j);
    }
    z += <usize>columns << 2;
  }
}

/** z ← z + b. */
export function addBias(rows: i32, columns: i32, z: usize, bias: usize): void {
  addBiasRows(rows, columns, z, bias, false);
}

/** z ← max(z + b, 0). */
export function addBiasRelu(rows: i32, columns: i32, z: usize, bias: usize): void {
  addBiasRows(rows, columns, z, bias, true);
}

/** δ ← δ where a > 0, else 0; db ← column sums of δ. */
export function reluBackward(rows: i32, columns: i32, delta: usize, activation: usize, biasGradient: usize): void {
  memory.fill(biasGradient, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const on = v128.gt<f32>(loadPart(activation + at, count), splat(0));
      const d = v128.and(loadPart(delta + at, count), on);
      storePart(delta + at, d, count);
      storePart(biasGradient + at, v128.add<f32>(loadPart(biasGradient + at, count), d), count);
    }
    delta += <usize>columns << 2;
    activation += <usize>columns << 2;
  }
}

/** out ← column sums of x. */
export function columnSums(rows: i32, columns: i32, x: usize, out: usize): void {
  memory.fill(out, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      storePart(out + at, v128.add<f32>(loadPart(out + at, columns - j), loadPart(x + at, columns - j)), columns - j);
    }
    x += <usize>columns << 2;
  }
}

/** h ← h + b; a row of c ← (max(h, 0), min(h, 0)), twice as wide. */
export function addBiasCrelu(rows: i32, columns: i32, h: usize, bias: usize, c: usize): void {
  const half = <usize>columns << 2;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const x = v128.add<f32>(loadPart(h + at, count), loadPart(bias + at, count));
      storePart(h + at, x, count);
      storePart(c + at, v128.pmax<f32>(x, splat(0)), count);
      storePart(c + at + half, v128.pmin<f32>(x, splat(0)), count);
    }
    h += half;
    c += half << 1;
  }
}

/**
 * δh ← (accumulate ? δh : 0) + (δc⁺ where h > 0, else δc⁻); db ← column sums of δh. The sign of h is read from c.
 */
export function creluBackward(
  rows: i32, columns: i32, deltaC: usize, c: usize, deltaH: usize, biasGradient: usize, accumulate: bool,
): void {
  const half = <usize>columns << 2;
  memory.fill(biasGradient, 0, half);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const positive = v128.gt<f32>(loadPart(c + at, count), splat(0));
      let d = v128.bitselect(loadPart(deltaC + at, count), loadPart(deltaC + at + half, count), positive);
      if (accumulate) d = v128.add<f32>(d, loadPart(deltaH + at, count));
      storePart(deltaH + at, d, count);
      storePart(biasGradient + at, v128.add<f32>(loadPart(biasGradient + at, count), d), count);
    }
    deltaH += half;
    deltaC += half << 1;
    c += half << 1;
  }
}
