// Layers whose weights are mostly zeros, in slices of four rows (sliced ELLPACK, SELL-4: Kreutzer et al.,
// arXiv:1307.6209), so that a vector holds one entry of each row.
//
//   lengths  per slice the number of entries of its longest row, u32
//   entries  per slice and entry: four values, then where their columns are in x, in bytes, 4 × f32 and 4 × u32
//
// What fills a shorter row up is a 0 that reads x after its last value, where x holds a 0, too; b and y have room for
// whole slices. Sums run over a row's entries in order, for one row x and for sixteen: the same bits. A weight of 0 takes
// no part, so that an infinite input makes no NaN where it has no weight.
//
// `mode` says what becomes of s = W·x + b:  0  y ← s   1  y ← max(s, 0)   2  y ← y + s

import { multiplyAdd, splat } from "./vector";

/** What `mode` makes of four sums, at y. */
@inline
function finish(y: usize, sum: v128, mode: i32): void {
  // pmax(sum, 0) is `sum < 0 ? 0 : sum`: a NaN stays a NaN.
  if (mode == 1) sum = v128.pmax<f32>(sum, splat(0));
  else if (mode == 2) sum = v128.add<f32>(v128.load(y), sum);
  v128.store(y, sum);
}

/** y for one row x. */
export function sparseRow(rows: i32, lengths: usize, entries: usize, x: usize, b: usize, y: usize, mode: i32): void {
  for (let i = 0; i < rows; i += 4) {
    let sum = v128.load(b);
    const end = entries + (load<u32>(lengths) << 5);
    for (; entries < end; entries += 32) {
      let low = v128.load_zero<f32>(x + load<u32>(entries + 16));
      let high = v128.load_zero<f32>(x + load<u32>(entries + 24));
      low = v128.load_lane<f32>(x + load<u32>(entries + 20), low, 1);
      high = v128.load_lane<f32>(x + load<u32>(entries + 28), high, 1);
      sum = multiplyAdd(v128.load(entries), v128.shuffle<f64>(low, high, 0, 2), sum);
    }
    finish(y, sum, mode);
    lengths += 4;
    b += 16;
    y += 16;
  }
}

/** y for sixteen rows x side by side: value j of all of them from x + 64·j on, and y likewise. */
export function sparseBlock(rows: i32, lengths: usize, entries: usize, x: usize, b: usize, y: usize, mode: i32): void {
  for (let i = 0; i < rows; i += 4) {
    const length = <usize>load<u32>(lengths) << 5;
    for (let r: usize = 0; r < 16; r += 4) {
      let s0 = v128.load32_splat(b + r);
      let s1 = s0, s2 = s0, s3 = s0;
      const end = entries + r + length;
      for (let at = entries + r; at < end; at += 32) {
        const value = v128.load32_splat(at);
        const from = x + (load<u32>(at + 16) << 4);
        s0 = multiplyAdd(value, v128.load(from), s0);
        s1 = multiplyAdd(value, v128.load(from + 16), s1);
        s2 = multiplyAdd(value, v128.load(from + 32), s2);
        s3 = multiplyAdd(value, v128.load(from + 48), s3);
      }
      finish(y, s0, mode);
      finish(y + 16, s1, mode);
      finish(y + 32, s2, mode);
      finish(y + 48, s3, mode);
      y += 64;
    }
    entries += length;
    lengths += 4;
    b += 16;
  }
}

/** z_i ← z_i + b_i, or max(z_i + b_i, 0), for rows of sixteen values: the bias of a dense layer among sparse ones. */
export function addBlockBias(rows: i32, z: usize, b: usize, relu: bool): void {
  for (let i = 0; i < rows; i++) {
    const bias = v128.load32_splat(b);
    for (let at: usize = 0; at < 64; at += 16) {
      const sum = v128.add<f32>(v128.load(z + at), bias);
      v128.store(z + at, relu ? v128.pmax<f32>(sum, splat(0)) : sum);
    }
    z += 64;
    b += 4;
  }
}
