// Products with a matrix X of which a row has few entries that are not 0: `perRow` of them, each its column (int32) and its value, columns
// ascending. Beside it stands the transpose of W (columns × rows), whose rows lie `stride` values apart, a multiple of 4. Sums go in the
// order of `matmul`, its parts included, so that the bits are those of the product with the zeros.

import { loadPart, multiplyAdd, splat, storePart } from "./vector";

/** As many steps as `matmul` sums before it adds them to C. */
const STEPS: i32 = 256;

/** Transpose of W (rows × columns), 0 where a row of it is longer than that. */
export function transposeTo(rows: i32, columns: i32, w: usize, stride: i32, transpose: usize): void {
  const wRow = <usize>columns << 2;
  const tRow = <usize>stride << 2;
  for (let i = 0; i < stride; i += 4) {
    let from = w + <usize>i * wRow;
    let to = transpose + (<usize>i << 2);
    const left = rows - i;
    for (let j = 0; j < columns; j++) {
      let x = v128.load_zero<f32>(from);
      if (left > 1) x = v128.load_lane<f32>(from + wRow, x, 1);
      if (left > 2) x = v128.load_lane<f32>(from + 2 * wRow, x, 2);
      if (left > 3) x = v128.load_lane<f32>(from + 3 * wRow, x, 3);
      v128.store(to, x);
      from += 4;
      to += tRow;
    }
  }
}

/** Its inverse: W (rows × columns) ← the transpose, or W + the transpose. */
function transposeFrom(
  rows: i32, columns: i32, w: usize, stride: i32, transpose: usize, add: bool,
): void {
  const tRow = <usize>stride << 2;
  for (let i = 0; i < rows; i++) {
    let from = transpose + (<usize>i << 2);
    for (let j = 0; j < columns; j++) {
      const x = load<f32>(from);
      store<f32>(w, add ? load<f32>(w) + x : x);
      from += tRow;
      w += 4;
    }
  }
}

/** Z (count × rows) ← X·Wᵀ for X of `columns` columns. */
export function entriesTimes(
  count: i32, perRow: i32, indices: usize, values: usize, columns: i32,
  rows: i32, stride: i32, transpose: usize, z: usize,
): void {
  const parts = (columns + STEPS - 1) / STEPS;
  const tRow = <usize>stride << 2;
  for (let r = 0; r < count; r++) {
    for (let i = 0; i < rows; i += 4) {
      const from = transpose + (<usize>i << 2);
      let total = splat(0);
      let k = 0;
      for (let part = 1; part <= parts; part++) {
        const end = <i32>((<i64>columns * part) / parts);
        let sum = splat(0);
        for (; k < perRow; k++) {
          const index = load<i32>(indices + (<usize>k << 2));
          if (index >= end) break;
          sum = multiplyAdd(v128.load_splat<f32>(values + (<usize>k << 2)), v128.load(from + <usize>index * tRow), sum);
        }
        total = part > 1 ? v128.add<f32>(total, sum) : sum;
      }
      storePart(z + (<usize>i << 2), total, rows - i);
    }
    indices += <usize>perRow << 2;
    values += <usize>perRow << 2;
    z += <usize>rows << 2;
  }
}

/** W (rows × columns) ← δᵀ·X for δ (count × rows), by way of the transpose. */
export function entriesGradient(
  count: i32, perRow: i32, indices: usize, values: usize, columns: i32,
  rows: i32, stride: i32, transpose: usize, delta: usize, w: usize,
): void {
  const parts = max(1, (count + STEPS - 1) / STEPS);
  const tRow = <usize>stride << 2;
  let r = 0;
  for (let part = 1; part <= parts; part++) {
    memory.fill(transpose, 0, <usize>columns * tRow);
    const end = <i32>((<i64>count * part) / parts);
    for (; r < end; r++) {
      for (let k = 0; k < perRow; k++) {
        const value = v128.load_splat<f32>(values);
        const to = transpose + <usize>load<i32>(indices) * tRow;
        for (let i = 0; i < rows; i += 4) {
          const at = to + (<usize>i << 2);
          v128.store(at, multiplyAdd(loadPart(delta + (<usize>i << 2), rows - i), value, v128.load(at)));
        }
        indices += 4;
        values += 4;
      }
      delta += <usize>rows << 2;
    }
    transposeFrom(rows, columns, w, stride, transpose, part > 1);
  }
}
