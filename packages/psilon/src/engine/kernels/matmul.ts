// C (m × n) = A·B, in the three layouts that a dense layer needs; all matrices row-major and contiguous. Panels of B
// that fit the first cache pass by a block of A that fits the second. `docs/decisions/matrix-product.md` has the figures.

import { matrixTimesVector } from "./matmulDots";
import { packRows, packTransposed } from "./matmulPack";
import { sweep12, sweep4, sweep8 } from "./matmulSweep";

/** Steps of k summed in registers before C is touched: a panel of 12 columns is then 12 KiB. */
const STEPS: i32 = 256;
/** Rows of A in a block: 240 × 256 values are 240 KiB. */
const ROWS: i32 = 240;
/** Rows of a matrix lying a multiple of this many bytes apart share a few sets of the cache and push each other out. */
const CROWDED: usize = 1024;
/** Rows of A below which transposing B costs more than dot products. */
const FEW: i32 = 5;
/** Bytes between the steps of a copied block: an odd number of cache lines, so that they spread over all sets. */
const BLOCK_STEP: usize = ROWS << 2;

const panel = memory.data(STEPS * 12 * 4, 64);
const block = memory.data(STEPS * ROWS * 4, 64);

/** Vectors in the next panel when `left` columns are left: 16 are two panels of 8 rather than 12 and a slow 4. */
@inline
function nextVectors(left: i32): i32 {
  if (left > 16 || (left > 8 && left <= 12)) return 3;
  return left > 4 ? 2 : 1;
}

/** Copies rows × steps of an A whose steps are rows in memory. */
function copyBlock(rows: i32, steps: i32, a: usize, aStep: usize): void {
  let to = block;
  for (let p = 0; p < steps; p++) {
    memory.copy(to, a, <usize>rows << 2);
    to += BLOCK_STEP;
    a += aStep;
  }
}

/**
 * C ← A·B or C + A·B for parts of larger matrices: element (i, p) of A is at a + i·aRow + p·aStep, the rows of B and C are `bRow` and
 * `cRow` bytes apart; `transposed` says that B is n × k.
 */
export function multiplyParts(
  transposed: bool, m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, bRow: usize, c: usize, cRow: usize, accumulate: bool,
): void {
  // With few rows, copying B costs more than reading it where it is.
  const fewRows = bRow % CROWDED == 0 ? 24 : 72;
  const aCrowded = aRow == 4 && aStep % CROWDED == 0;
  // One part at least: the product of no columns with no rows is 0, not what C held.
  const parts = max(1, (k + STEPS - 1) / STEPS);
  for (let part = 0; part < parts; part++) {
    const p = <i32>((<i64>k * part) / parts);
    const steps = <i32>((<i64>k * (part + 1)) / parts) - p;
    const add = accumulate || part > 0;
    for (let i = 0; i < m; i += ROWS) {
      const rows = min(ROWS, m - i);
      let aPart = a + <usize>i * aRow + <usize>p * aStep;
      let step = aStep;
      if (aCrowded) {
        copyBlock(rows, steps, aPart, aStep);
        aPart = block;
        step = BLOCK_STEP;
      }
      const cRows = c + <usize>i * cRow;
      for (let j = 0; j < n; ) {
        const vectors = nextVectors(n - j);
        const columns = min(4 * vectors, n - j);
        let from = panel;
        let bStep = <usize>vectors << 4;
        if (transposed) {
          packTransposed(vectors, columns, steps, b + <usize>j * bRow + (<usize>p << 2), bRow, panel);
        } else {
          const bPart = b + <usize>p * bRow + (<usize>j << 2);
          if (rows < fewRows && columns == 4 * vectors) {
            from = bPart;
            bStep = bRow;
          } else packRows(vectors, columns, steps, bPart, bRow, panel);
        }
        const cPart = cRows + (<usize>j << 2);
        if (vectors == 3) sweep12(columns, rows, steps, aPart, aRow, step, from, bStep, cPart, cRow, add);
        else if (vectors == 2) sweep8(columns, rows, steps, aPart, aRow, step, from, bStep, cPart, cRow, add);
        else sweep4(columns, rows, steps, aPart, aRow, step, from, bStep, cPart, cRow, add);
        j += columns;
      }
    }
  }
}

/** The same for a whole contiguous B and C. */
@inline
function multiply(
  transposed: bool, m: i32, n: i32, k: i32,
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, accumulate: bool,
): void {
  const bRow = <usize>(transposed ? k : n) << 2;
  multiplyParts(transposed, m, n, k, a, aRow, aStep, b, bRow, c, <usize>n << 2, accumulate);
}

/** C ← A·B or C + A·B for A (m × k) and B (k × n). */
export function matmulNN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  if (n == 1) matrixTimesVector(m, k, a, b, c, accumulate);
  else multiply(false, m, n, k, a, <usize>k << 2, 4, b, c, accumulate);
}

/** C ← A·Bᵀ or C + A·Bᵀ for A (m × k) and B (n × k). */
export function matmulNT(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  if (n == 1) matrixTimesVector(m, k, a, b, c, accumulate);
  else if (m < FEW) {
    for (let i = 0; i < m; i++) {
      matrixTimesVector(n, k, b, a + (<usize>(i * k) << 2), c + (<usize>(i * n) << 2), accumulate);
    }
  } else multiply(true, m, n, k, a, <usize>k << 2, 4, b, c, accumulate);
}

/** C ← Aᵀ·B or C + Aᵀ·B for A (k × m) and B (k × n). */
export function matmulTN(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, accumulate: bool): void {
  // One column of C is one row of Cᵀ = Bᵀ·A, which reads A in order.
  if (n == 1) multiply(false, 1, m, k, b, 4, 4, a, c, accumulate);
  else multiply(false, m, n, k, a, 4, <usize>m << 2, b, c, accumulate);
}
