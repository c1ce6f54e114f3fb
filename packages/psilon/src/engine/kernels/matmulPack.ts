// Panels of B: 4·vectors columns with the values of each step of k side by side, so that a tile reads memory in order.

import { loadPart } from "./vector";

@inline
function packWhole(vectors: i32, k: i32, b: usize, bRow: usize, panel: usize): void {
  while (k > 0) {
    v128.store(panel, v128.load(b));
    if (vectors > 1) v128.store(panel, v128.load(b, 16), 16);
    if (vectors > 2) v128.store(panel, v128.load(b, 32), 32);
    b += bRow;
    panel += <usize>vectors << 4;
    k--;
  }
}

/** `count` columns of a row-major B, `bRow` bytes between rows; missing columns become 0. */
export function packRows(vectors: i32, count: i32, k: i32, b: usize, bRow: usize, panel: usize): void {
  if (count == 12) packWhole(3, k, b, bRow, panel);
  else if (count == 8) packWhole(2, k, b, bRow, panel);
  else {
    for (let p = 0; p < k; p++) {
      for (let v = 0; v < vectors; v++) {
        const left = count - 4 * v;
        v128.store(panel, left > 0 ? loadPart(b + (<usize>v << 4), left) : f32x4.splat(0));
        panel += 16;
      }
      b += bRow;
    }
  }
}

/** `count` columns of Bᵀ, that is rows of a row-major B, `bRow` bytes apart; missing ones repeat the last. */
export function packTransposed(vectors: i32, count: i32, k: i32, b: usize, bRow: usize, panel: usize): void {
  const step = <usize>vectors << 4;
  for (let v = 0; v < vectors; v++) {
    const last = count - 1;
    let row0 = b + <usize>min(4 * v, last) * bRow;
    let row1 = b + <usize>min(4 * v + 1, last) * bRow;
    let row2 = b + <usize>min(4 * v + 2, last) * bRow;
    let row3 = b + <usize>min(4 * v + 3, last) * bRow;
    let to = panel + (<usize>v << 4);
    let p = k;
    while (p >= 4) {
      const x0 = v128.load(row0);
      const x1 = v128.load(row1);
      const x2 = v128.load(row2);
      const x3 = v128.load(row3);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to + step, v128.shuffle<f64>(low01, low23, 1, 3));
      v128.store(to + 2 * step, v128.shuffle<f64>(high01, high23, 0, 2));
      v128.store(to + 3 * step, v128.shuffle<f64>(high01, high23, 1, 3));
      row0 += 16;
      row1 += 16;
      row2 += 16;
      row3 += 16;
      to += 4 * step;
      p -= 4;
    }
    while (p > 0) {
      store<f32>(to, load<f32>(row0));
      store<f32>(to, load<f32>(row1), 4);
      store<f32>(to, load<f32>(row2), 8);
      store<f32>(to, load<f32>(row3), 12);
      row0 += 4;
      row1 += 4;
      row2 += 4;
      row3 += 4;
      to += step;
      p--;
    }
  }
}
