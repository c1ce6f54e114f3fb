// A matrix times one vector: a net's single-row prediction, and products with one column.

import { loadPart, multiplyAdd, splat, storePart } from "./vector";

/** The dot products of x with the four rows at `w`; with fewer rows left the last one is repeated. */
@inline
function fourDots(rows: i32, columns: i32, w: usize, x: usize): v128 {
  const stride = <usize>columns << 2;
  const w1 = w + <usize>min(1, rows - 1) * stride;
  const w2 = w + <usize>min(2, rows - 1) * stride;
  const w3 = w + <usize>min(3, rows - 1) * stride;
  let s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
  let at: usize = 0;
  const end = <usize>(columns & ~3) << 2;
  while (at < end) {
    const part = v128.load(x + at);
    s0 = multiplyAdd(part, v128.load(w + at), s0);
    s1 = multiplyAdd(part, v128.load(w1 + at), s1);
    s2 = multiplyAdd(part, v128.load(w2 + at), s2);
    s3 = multiplyAdd(part, v128.load(w3 + at), s3);
    at += 16;
  }
  const rest = columns & 3;
  if (rest) {
    const part = loadPart(x + at, rest);
    s0 = multiplyAdd(part, loadPart(w + at, rest), s0);
    s1 = multiplyAdd(part, loadPart(w1 + at, rest), s1);
    s2 = multiplyAdd(part, loadPart(w2 + at, rest), s2);
    s3 = multiplyAdd(part, loadPart(w3 + at, rest), s3);
  }
  // Transpose and add: lane i of the result is the sum of the lanes of s_i.
  const low01 = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7);
  const sum01 = v128.add<f32>(low01, high01);
  const sum23 = v128.add<f32>(low23, high23);
  return v128.add<f32>(v128.shuffle<f64>(sum01, sum23, 0, 2), v128.shuffle<f64>(sum01, sum23, 1, 3));
}

/** y ← W·x + b, or max(W·x + b, 0), for a row-major W (rows × columns). */
export function denseRow(rows: i32, columns: i32, w: usize, x: usize, b: usize, y: usize, relu: bool): void {
  for (let i = 0; i < rows; i += 4) {
    const at = <usize>i << 2;
    const left = rows - i;
    let sum = v128.add<f32>(fourDots(left, columns, w + at * columns, x), loadPart(b + at, left));
    // pmax(sum, 0) is `sum < 0 ? 0 : sum`: a NaN stays a NaN.
    if (relu) sum = v128.pmax<f32>(sum, splat(0));
    storePart(y + at, sum, left);
  }
}

/** y ← W·x or y + W·x. */
export function matrixTimesVector(rows: i32, columns: i32, w: usize, x: usize, y: usize, accumulate: bool): void {
  for (let i = 0; i < rows; i += 4) {
    const at = <usize>i << 2;
    const left = rows - i;
    let sum = fourDots(left, columns, w + at * columns, x);
    if (accumulate) sum = v128.add<f32>(sum, loadPart(y + at, left));
    storePart(y + at, sum, left);
  }
}
