// The innermost part of the matrix product: a few rows × 4, 8 or 12 columns of C held in registers.

import { multiplyAdd, splat } from "./vector";

@inline
function put(c: usize, offset: usize, x: v128, accumulate: bool): void {
  const at = c + offset;
  v128.store(at, accumulate ? v128.add<f32>(v128.load(at), x) : x);
}

/**
 * C (rows × 4·vectors) ← A·B or C + A·B over k steps. Per step A gives one value in each of `rows` rows, `aRow` bytes
 * apart, and B gives `vectors` vectors side by side; `aStep` and `bStep` are the bytes from one step to the next, `cRow`
 * from one row of C to the next. `rows` and `vectors` are constants, so that each caller compiles to its own loop.
 *
 * One step per turn of the loop, on purpose: V8 before version 12 moves every load of a loop body to its front, so the
 * values of a step must fit in the 15 registers it has (3 × 12: 9 + 3 + 3), and two steps would not.
 */
@inline
export function tile(
  rows: i32, vectors: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  let c00 = splat(0), c01 = c00, c02 = c00;
  let c10 = c00, c11 = c00, c12 = c00;
  let c20 = c00, c21 = c00, c22 = c00;
  let c30 = c00, c31 = c00;
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  while (k > 0) {
    const b0 = v128.load(b);
    const b1 = vectors > 1 ? v128.load(b, 16) : b0;
    const b2 = vectors > 2 ? v128.load(b, 32) : b0;
    let x = v128.load_splat<f32>(a);
    c00 = multiplyAdd(x, b0, c00);
    if (vectors > 1) c01 = multiplyAdd(x, b1, c01);
    if (vectors > 2) c02 = multiplyAdd(x, b2, c02);
    if (rows > 1) {
      x = v128.load_splat<f32>(a1);
      c10 = multiplyAdd(x, b0, c10);
      if (vectors > 1) c11 = multiplyAdd(x, b1, c11);
      if (vectors > 2) c12 = multiplyAdd(x, b2, c12);
    }
    if (rows > 2) {
      x = v128.load_splat<f32>(a2);
      c20 = multiplyAdd(x, b0, c20);
      if (vectors > 1) c21 = multiplyAdd(x, b1, c21);
      if (vectors > 2) c22 = multiplyAdd(x, b2, c22);
    }
    if (rows > 3) {
      x = v128.load_splat<f32>(a3);
      c30 = multiplyAdd(x, b0, c30);
      if (vectors > 1) c31 = multiplyAdd(x, b1, c31);
    }
    a += aStep;
    if (rows > 1) a1 += aStep;
    if (rows > 2) a2 += aStep;
    if (rows > 3) a3 += aStep;
    b += bStep;
    k--;
  }
  put(c, 0, c00, accumulate);
  if (vectors > 1) put(c, 16, c01, accumulate);
  if (vectors > 2) put(c, 32, c02, accumulate);
  if (rows > 1) {
    c += cRow;
    put(c, 0, c10, accumulate);
    if (vectors > 1) put(c, 16, c11, accumulate);
    if (vectors > 2) put(c, 32, c12, accumulate);
  }
  if (rows > 2) {
    c += cRow;
    put(c, 0, c20, accumulate);
    if (vectors > 1) put(c, 16, c21, accumulate);
    if (vectors > 2) put(c, 32, c22, accumulate);
  }
  if (rows > 3) {
    c += cRow;
    put(c, 0, c30, accumulate);
    if (vectors > 1) put(c, 16, c31, accumulate);
  }
}
