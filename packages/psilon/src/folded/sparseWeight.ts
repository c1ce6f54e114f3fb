import type { Arena, Tensor } from "../engine/backend/arena.js";
import { exactSparsity } from "../engine/weights/sparsity.js";

/** A matrix without its zeros, in the arena, as `kernels/sparse` reads it. */
export interface SparseWeight {
  readonly lengths: Tensor;
  readonly entries: Tensor;
}

/**
 * The share of zeros from which a weight is placed without them. Measured at widths 64 to 500: for one row both ways are
 * equally fast at 0.75 (0.8 where rows are not sorted), for sixteen at 0.5.
 */
const SPARSE = 0.8;

export function isSparse(values: Float32Array): boolean {
  return exactSparsity(values) >= SPARSE;
}

/** Values to allocate where so many enter or leave a sparse weight: whole slices, and at least one 0 at the end. */
export function sparseRoom(values: number): number {
  return 4 * Math.ceil((values + 1) / 4);
}

/** Places a row-major matrix. */
export function placeSparse(arena: Arena, values: Float32Array, rows: number, columns: number): SparseWeight {
  const taken = Array.from({ length: 4 * Math.ceil(rows / 4) }, (_, i) =>
    nonzeros(values.subarray(i * columns, (i + 1) * columns)),
  );
  const counts = Array.from({ length: taken.length / 4 }, (_, s) =>
    Math.max(...taken.slice(4 * s, 4 * s + 4).map(({ length }) => length)),
  );
  const lengths = arena.tensor(counts.length);
  const entries = arena.tensor(
    counts.reduce((sum, count) => sum + count, 0),
    8,
  );
  lengths.integers.set(counts);
  const places = entries.integers;
  let at = 0;
  counts.forEach((count, s) => {
    for (let k = 0; k < count; k++, at += 8) {
      for (let r = 0; r < 4; r++) {
        const row = 4 * s + r;
        const isEntry = k < taken[row].length;
        entries.data[at + r] = isEntry ? values[row * columns + taken[row][k]] : 0;
        places[at + 4 + r] = 4 * (isEntry ? taken[row][k] : columns);
      }
    }
  });
  return { lengths, entries };
}

/** Where a row is not 0. */
function nonzeros(row: Float32Array): number[] {
  const columns: number[] = [];
  row.forEach((value, j) => {
    if (value !== 0) columns.push(j);
  });
  return columns;
}
