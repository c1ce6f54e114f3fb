// What happens between two matrix products, each in one pass. Matrices are `rows` × `columns`, a row per example.
// Every loop's body is an inlined function of a count of values: the literal 4 in the loop proper lets the compiler
// drop the tests that only a row's last part needs.

import { loadPart, splat, storePart } from "./vector";

@inline
function addBiasTerm(z: usize, bias: usize, relu: bool, count: i32): void {
  let x = v128.add<f32>(loadPart(z, count), loadPart(bias, count));
  // pmax(x, 0) is `x < 0 ? 0 : x`: one instruction, and a NaN stays a NaN that the loss will show.
  if (relu) x = v128.pmax<f32>(x, splat(0));
  storePart(z, x, count);
}

@inline
function addBiasRows(rows: i32, columns: i32, z: usize, bias: usize, relu: bool): void {
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) addBiasTerm(z + (<usize>j << 2), bias + (<usize>j << 2), relu, 4);
    if (j < columns) addBiasTerm(z + (<usize>j << 2), bias + (<usize>j << 2), relu, columns - j);
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

@inline
function accumulate(sums: usize, x: v128, count: i32): void {
  storePart(sums, v128.add<f32>(loadPart(sums, count), x), count);
}

@inline
function reluBackwardTerm(delta: usize, activation: usize, sums: usize, count: i32): void {
  const on = v128.gt<f32>(loadPart(activation, count), splat(0));
  const d = v128.and(loadPart(delta, count), on);
  storePart(delta, d, count);
  accumulate(sums, d, count);
}

/** δ ← δ where a > 0, else 0; db ← column sums of δ. */
export function reluBackward(rows: i32, columns: i32, delta: usize, activation: usize, biasGradient: usize): void {
  memory.fill(biasGradient, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      reluBackwardTerm(delta + at, activation + at, biasGradient + at, 4);
    }
    const at = <usize>j << 2;
    if (j < columns) reluBackwardTerm(delta + at, activation + at, biasGradient + at, columns - j);
    delta += <usize>columns << 2;
    activation += <usize>columns << 2;
  }
}

/** out ← column sums of x. */
export function columnSums(rows: i32, columns: i32, x: usize, out: usize): void {
  memory.fill(out, 0, <usize>columns << 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      accumulate(out + (<usize>j << 2), loadPart(x + (<usize>j << 2), columns - j), columns - j);
    }
    x += <usize>columns << 2;
  }
}

@inline
function addBiasCreluTerm(h: usize, bias: usize, c: usize, half: usize, count: i32): void {
  const x = v128.add<f32>(loadPart(h, count), loadPart(bias, count));
  storePart(h, x, count);
  storePart(c, v128.pmax<f32>(x, splat(0)), count);
  storePart(c + half, v128.pmin<f32>(x, splat(0)), count);
}

/** h ← h + b; a row of c ← (max(h, 0), min(h, 0)), twice as wide. */
export function addBiasCrelu(rows: i32, columns: i32, h: usize, bias: usize, c: usize): void {
  const half = <usize>columns << 2;
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      addBiasCreluTerm(h + at, bias + at, c + at, half, 4);
    }
    const at = <usize>j << 2;
    if (j < columns) addBiasCreluTerm(h + at, bias + at, c + at, half, columns - j);
    h += half;
    c += half << 1;
  }
}

@inline
function creluBackwardTerm(
  deltaC: usize, c: usize, deltaH: usize, sums: usize, half: usize, add: bool, count: i32,
): void {
  const positive = v128.gt<f32>(loadPart(c, count), splat(0));
  let d = v128.bitselect(loadPart(deltaC, count), loadPart(deltaC + half, count), positive);
  if (add) d = v128.add<f32>(d, loadPart(deltaH, count));
  storePart(deltaH, d, count);
  accumulate(sums, d, count);
}

/**
 * δh ← (add ? δh : 0) + (δc⁺ where h > 0, else δc⁻); db ← column sums of δh. The sign of h is read from c.
 */
export function creluBackward(
  rows: i32, columns: i32, deltaC: usize, c: usize, deltaH: usize, biasGradient: usize, add: bool,
): void {
  const half = <usize>columns << 2;
  memory.fill(biasGradient, 0, half);
  for (let i = 0; i < rows; i++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      creluBackwardTerm(deltaC + at, c + at, deltaH + at, biasGradient + at, half, add, 4);
    }
    const at = <usize>j << 2;
    if (j < columns) creluBackwardTerm(deltaC + at, c + at, deltaH + at, biasGradient + at, half, add, columns - j);
    deltaH += half;
    deltaC += half << 1;
    c += half << 1;
  }
}
