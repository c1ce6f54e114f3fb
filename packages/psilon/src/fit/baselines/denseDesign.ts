import type { Breathe } from "./breathe.js";
import { cholesky, choleskySolve } from "./cholesky.js";
import type { Design } from "./design.js";
import { centered, gram } from "./linear.js";

/** `curvatureInverse` looks at so many rows as cost about this many products, but at 4 per unknown at least. */
const CURVATURE_PRODUCTS = 2e7;

/** The design with all its numbers, whose curvature is inverted by a factorization: for few columns. */
export function denseDesign(
  inputs: Float32Array,
  columns: number,
  weights: ArrayLike<number> | undefined,
  breathe: Breathe,
): Design {
  const { values, means } = centered(inputs, columns, weights);
  const x = withOnes(values, columns);
  const width = columns + 1;
  const rows = x.length / width;
  const looked = Math.max(4 * width, CURVATURE_PRODUCTS / width ** 2);
  return {
    rows,
    width,
    means,
    stride: Math.max(1, Math.floor(rows / looked)),
    products(coefficients) {
      const outputs = coefficients.length / width;
      const result = new Float64Array(rows * outputs);
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < outputs; k++) {
          let sum = 0;
          for (let j = 0; j < width; j++) sum += coefficients[k * width + j] * x[row * width + j];
          result[row * outputs + k] = sum;
        }
      }
      return result;
    },
    addRows(factors, sums) {
      const outputs = factors.length / rows;
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < outputs; k++) {
          const factor = factors[row * outputs + k];
          for (let j = 0; j < width; j++) sums[k * width + j] += factor * x[row * width + j];
        }
      }
    },
    async curvatureInverse(spread, ridge) {
      const own = await gram(x, width, spread, breathe);
      for (let j = 0; j < width; j++) own[j * width + j] += ridge[j];
      const factor = cholesky(own, width);
      return (vector) => choleskySolve(factor, width, vector);
    },
  };
}

function withOnes(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  const extended = new Float64Array(rows * (columns + 1)).fill(1);
  for (let row = 0; row < rows; row++) {
    extended.set(values.subarray(row * columns, (row + 1) * columns), row * (columns + 1));
  }
  return extended;
}
