import { singularValues } from "../../src/engine/weights/singularValues.ts";
import type { TransformedKind } from "../../src/engine/weights/transformed.ts";

type Matrix = number[][];

const transpose = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const scaled = (a: Matrix, by: number): Matrix => a.map((row) => row.map((x) => x * by));
const size = (row: readonly number[]) => Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
const mean = (row: readonly number[]) => row.reduce((sum, x) => sum + x, 0) / row.length;
const centred = (row: readonly number[]) => row.map((x) => x - mean(row));
const unit = (row: readonly number[]) => scaled([[...row]], 1 / size(row))[0];

/** T(V) by the formulas of the papers, in float64. */
export const textbook: Readonly<Record<TransformedKind, (v: Matrix) => Matrix>> = {
  "column-equilibrated": (v) => transpose(transpose(v).map(unit)),
  "row-column-equilibrated": (v) => transpose(transpose(v.map(unit)).map(unit)),
  standardized: (v) =>
    v.map((row) => {
      const deviation = size(centred(row)) / Math.sqrt(row.length);
      return centred(row).map((x) => x / (deviation * Math.sqrt(row.length)));
    }),
  spectral: (v) => scaled(v, 1 / singularValues(v.flat(), v.length)[0]),
  "newton-orthogonal": (v) => {
    const z = v.map(centred);
    const gram = product(z, transpose(z));
    const norm = size(gram.flat());
    const s = scaled(gram, 1 / norm);
    let b: Matrix = gram.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
    for (let t = 0; t < 5; t++) {
      const cube = product(product(product(b, b), b), s);
      b = b.map((row, i) => row.map((x, j) => 1.5 * x - 0.5 * cube[i][j]));
    }
    return scaled(product(b, z), 1 / Math.sqrt(norm));
  },
};
