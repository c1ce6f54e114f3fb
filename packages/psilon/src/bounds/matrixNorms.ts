import { gamma, orInfinity } from "./rounding.js";
import { spectralNorm } from "./spectralNorm.js";

/** Operator norms, each norm to itself, from above. */
export type Norms = Readonly<Record<"inf" | "1" | "2", number>>;

/** The largest sum of a row of magnitudes and of a column, and σ. */
export function matrixNorms(weight: Float32Array, rows: number): Norms {
  const columns = weight.length / rows;
  const [byRow, byColumn] = [new Float64Array(rows), new Float64Array(columns)];
  weight.forEach((w, at) => {
    byRow[Math.floor(at / columns)] += Math.abs(w);
    byColumn[at % columns] += Math.abs(w);
  });
  const largest = (sums: Float64Array) =>
    orInfinity(sums.reduce((most, sum) => Math.max(most, sum), 0) * (1 + 2 * gamma(rows + columns)));
  return {
    inf: largest(byRow),
    "1": largest(byColumn),
    "2": spectralNorm(Float64Array.from(weight), rows, columns),
  };
}
