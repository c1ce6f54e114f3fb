import type { Column } from "../tables/column.js";

/**
 * For each of the rows the place, among them, of the first that has the same values in all columns; its own where it is the first. By a
 * hash of 64 bits: of a million rows, two that differ are taken for the same in one table of thirty million.
 */
export function firstLike(columns: readonly Column[], rows: Int32Array): Int32Array {
  const high = new Int32Array(rows.length);
  const low = new Int32Array(rows.length);
  columns.forEach((column, k) => {
    const bitsOf = bits(column);
    for (let i = 0; i < rows.length; i++) {
      const value = bitsOf(rows[i]);
      high[i] = mix(high[i] ^ value, k + 1);
      low[i] = mix(low[i] + value, ~k);
    }
  });
  // By open addressing, at most three quarters full: a Map would take gigabytes where this takes megabytes.
  const mask = 2 ** Math.ceil(Math.log2((4 / 3) * rows.length + 1)) - 1;
  const firsts = new Int32Array(mask + 1).fill(-1);
  return rows.map((_, i) => {
    let slot = (high[i] ^ low[i]) & mask;
    for (; firsts[slot] >= 0; slot = (slot + 1) & mask) {
      const first = firsts[slot];
      if (high[first] === high[i] && low[first] === low[i]) return first;
    }
    firsts[slot] = i;
    return i;
  });
}

/** How many of the rows `test` have the same values in all columns as some of the rows `train`. */
export function copiesAcross(columns: readonly Column[], train: Int32Array, test: Int32Array): number {
  const rows = new Int32Array(train.length + test.length);
  rows.set(train);
  rows.set(test, train.length);
  return firstLike(columns, rows)
    .subarray(train.length)
    .reduce((count, first) => count + (first < train.length ? 1 : 0), 0);
}

/** One round of MurmurHash3's finalizer. */
function mix(value: number, seed: number): number {
  let h = Math.imul(value ^ seed, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** 32 bits of a row's value. */
function bits(column: Column): (row: number) => number {
  switch (column.kind) {
    case "categories":
      return (row) => column.codes[row];
    case "booleans":
      return (row) => column.values[row];
    case "unread":
      return () => 0;
    default:
      return (row) => {
        // 0 and −0 are one number.
        float[0] = column.values[row] + 0;
        return Math.imul(words[0], 0x9e3779b1) ^ words[1];
      };
  }
}
