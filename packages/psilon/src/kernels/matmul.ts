// C (m × n) = A·B, in the three layouts that a dense layer needs; all matrices row-major and contiguous.

import { matrixTimesVector } from "./matmulDots";
import { packRows, packTransposed } from "./matmulPack";
import { tile } from "./matmulTile";
import { loadPart, storePart } from "./vector";

/** Steps of k summed in registers before C is touched: a panel of 12 columns then takes 12 KiB of the first cache. */
const STEPS: i32 = 256;
/** Rows of A that meet every panel before the next rows do: 240 × 256 values stay in the second cache. */
const ROWS: i32 = 240;
/** Rows of the widest tile. Without a fused multiply-add each product needs a register of its own. */
const TALL: i32 = ASC_FEATURE_RELAXED_SIMD ? 3 : 2;

const panel = memory.data(STEPS * 12 * 4, 64);
const edge = memory.data(4 * 12 * 4, 64);

/** C ← edge or C + edge, for the first `columns` columns. */
function storeEdge(rows: i32, vectors: i32, columns: i32, c: usize, cRow: usize, accumulate: bool): void {
  let from = edge;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      let x = v128.load(from + at);
      if (accumulate) x = v128.add<f32>(x, loadPart(c + at, columns - j));
      storePart(c + at, x, columns - j);
    }
    from += <usize>vectors << 4;
    c += cRow;
  }
}

@inline
function tileOrEdge(
  rows: i32, vectors: i32, columns: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  const whole = columns == 4 * vectors;
  const to = whole ? c : edge;
  const toRow = whole ? cRow : <usize>vectors << 4;
  tile(rows, vectors, k, a, aRow, aStep, b, bStep, to, toRow, whole && accumulate);
  if (!whole) storeEdge(rows, vectors, columns, c, cRow, accumulate);
}

/** All rows of A with one panel. One row left over would waste most of a tile: two tiles share it with the row before. */
@inline
function sweep(
  tall: i32, vectors: i32, columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  while (m >= tall && (tall != 3 || m != 4)) {
    tileOrEdge(tall, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
    a += <usize>tall * aRow;
    c += <usize>tall * cRow;
    m -= tall;
  }
  if (tall > 2) {
    while (m >= 2) {
      tileOrEdge(2, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
      a += 2 * aRow;
      c += 2 * cRow;
      m -= 2;
    }
  }
  if (m > 0) tileOrEdge(1, vectors, columns, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

function sweep12(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(TALL, 3, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

function sweep8(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(TALL + 1, 2, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

function sweep4(
  columns: i32, m: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  sweep(4, 1, columns, m, k, a, aRow, aStep, b, bStep, c, cRow, accumulate);
}

/** Columns of the next panel when `left` are left: 12, but 16 are better split into 8 and 8 than into 12 and 4. */
@inline
function nextVectors(left: i32): i32 {
  if (left > 16 || (left > 8 && left <= 12)) return 3;
  return left > 4 ? 2 : 1;
}

/** Element (i, p) of A is at a + i·aRow + p·aStep. */
function multiply(
  transposed: bool, m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, accumulate: bool,
): void {
  const bRow = <usize>(transposed ? k : n) << 2;
  const cRow = <usize>n << 2;
  const blocks = (k + STEPS - 1) / STEPS;
  for (let block = 0; block < blocks; block++) {
    const p = <i32>((<i64>k * block) / blocks);
    const steps = <i32>((<i64>k * (block + 1)) / blocks) - p;
    const add = accumulate || block > 0;
    for (let i = 0; i < m; i += ROWS) {
      const rows = min(ROWS, m - i);
      const aBlock = a + <usize>i * aRow + <usize>p * aStep;
      const cBlock = c + <usize>i * cRow;
      for (let j = 0; j < n; ) {
        const vectors = nextVectors(n - j);
        const columns = min(4 * vectors, n - j);
        let from = panel;
        let bStep = <usize>vectors << 4;
        if (transposed) packTransposed(vectors, columns, steps, b + <usize>j * bRow + (<usize>p << 2), bRow, panel);
        else if (rows < 64 && columns == 4 * vectors) {
          from = b + <usize>p * bRow + (<usize>j << 2);
          bStep = bRow;
        } else packRows(vectors, columns, steps, b + <usize>p * bRow + (<usize>j << 2), bRow, panel);
        const cPart = cBlock + (<usize>j << 2);
        if (vectors == 3) sweep12(columns, rows, steps, aBlock, aRow, aStep, from, bStep, cPart, cRow, add);
        else if (vectors == 2) sweep8(columns, rows, steps, aBlock, aRow, aStep, from, bStep, cPart, cRow, add);
        else sweep4(columns, rows, steps, aBlock, aRow, aStep, from, bStep, cPart, cRow, add);
        j += columns;
      }
    }
  }
}

export function matmulNN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  if (n == 1) matrixTimesVector(m, k, a, b, c, accumulate);
  else multiply(false, m, n, k, a, <usize>k << 2, 4, b, c, accumulate);
}

export function matmulNT(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  if (n == 1) matrixTimesVector(m, k, a, b, c, accumulate);
  else if (m == 1) matrixTimesVector(n, k, b, a, c, accumulate);
  else multiply(true, m, n, k, a, <usize>k << 2, 4, b, c, accumulate);
}

export function matmulTN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  // One column of C is one row of Cᵀ = Bᵀ·A, which reads A in order.
  if (n == 1) multiply(false, 1, m, k, b, 4, 4, a, c, accumulate);
  else multiply(false, m, n, k, a, 4, <usize>m << 2, b, c, accumulate);
}
