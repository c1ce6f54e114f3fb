// One panel of B meets all rows of A, tile by tile.

import { tile } from "./matmulTile";
import { loadPart, storePart } from "./vector";

/** Rows of the widest tile. Without a fused multiply-add each product needs a register of its own. */
const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 3 : 2;

/** Where a tile goes whose last columns C does not have. */
const edge = memory.data(4 * 12 * 4, 64);

/** C ← edge or C + edge, for the columns that C has. */
function storeEdge(rows: i32, columns: i32, edgeRow: usize, c: usize, cRow: usize, accumulate: bool): void {
  let from = edge;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      let x = v128.load(from + at);
      if (accumulate) x = v128.add<f32>(x, loadPart(c + at, columns - j));
      storePart(c + at, x, columns - j);
    }
    from += edgeRow;
    c += cRow;
  }
}

@inline
function tileOrEdge(
  rows: i32, vectors: i32, columns: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  const edgeRow = <usize>vectors << 4;
  const whole = columns == 4 * vectors;
  tile(
    rows, vectors, k, a, aRow, aStep, b, bStep, whole ? c : edge, whole ? cRow : edgeRow, whole && accumulate,
  );
  if (!whole) storeEdge(rows, columns, edgeRow, c, cRow, accumulate);
}

@inline
function sweep(
  tall: i32, vectors: i32, columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  // Four rows are two tiles of 2 rather than 3 and 1: a single row waits for its own sums.
  while (m >= tall && (tall != 3 || m != 4)) {
    tileOrEdge(tall, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
    a += <usize>tall * aRow;
    c += <usize>tall * cRow;
    m -= tall;
  }
  while (tall > 2 && m >= 2) {
    tileOrEdge(2, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
    a += 2 * aRow;
    c += 2 * cRow;
    m -= 2;
  }
  if (m > 0) tileOrEdge(1, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

/** C (m × columns) ← A·B or C + A·B for a panel of 9 to 12 columns; strides in bytes, as in `tile`. */
export function sweep12(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(TALL, 3, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

/** The same for 5 to 8 columns. */
export function sweep8(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(TALL + 1, 2, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

/** The same for 1 to 4 columns. */
export function sweep4(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(4, 1, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}
