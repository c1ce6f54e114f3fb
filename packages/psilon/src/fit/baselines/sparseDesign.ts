import { weightedMeans } from "./constant.js";
import type { Design } from "./design.js";

/**
 * The design by its inputs that are not 0, of which categories have one in hundreds: the means are taken off in effect alone. Its
 * curvature is inverted as if columns did not meet: for many columns, which cost no more than what they hold.
 */
export function sparseDesign(
  inputs: Float32Array,
  columns: number,
  weights: ArrayLike<number> | undefined,
): Design {
  const rows = inputs.length / columns;
  const width = columns + 1;
  const means = weightedMeans(inputs, columns, weights);
  const { starts, places, values } = nonZeros(inputs, columns);
  return {
    rows,
    width,
    means,
    stride: 1,
    products(coefficients) {
      const outputs = coefficients.length / width;
      const result = new Float64Array(rows * outputs);
      for (let k = 0; k < outputs; k++) {
        const own = coefficients.subarray(k * width, (k + 1) * width);
        let offset = own[columns];
        for (let j = 0; j < columns; j++) offset -= means[j] * own[j];
        for (let row = 0; row < rows; row++) {
          let sum = offset;
          for (let at = starts[row]; at < starts[row + 1]; at++) sum += own[places[at]] * values[at];
          result[row * outputs + k] = sum;
        }
      }
      return result;
    },
    addRows(factors, sums) {
      const outputs = factors.length / rows;
      for (let k = 0; k < outputs; k++) {
        const own = sums.subarray(k * width, (k + 1) * width);
        let total = 0;
        for (let row = 0; row < rows; row++) {
          const factor = factors[row * outputs + k];
          total += factor;
          for (let at = starts[row]; at < starts[row + 1]; at++) own[places[at]] += factor * values[at];
        }
        for (let j = 0; j < columns; j++) own[j] -= total * means[j];
        own[columns] += total;
      }
    },
    async curvatureInverse(spread, ridge) {
      // Σ s·(x − m)² = Σ s·x² − 2m·Σ s·x + m²·Σ s.
      const diagonal = new Float64Array(width);
      let total = 0;
      for (let row = 0; row < rows; row++) {
        total += spread[row];
        for (let at = starts[row]; at < starts[row + 1]; at++) {
          diagonal[places[at]] += spread[row] * values[at] * (values[at] - 2 * means[places[at]]);
        }
      }
      for (let j = 0; j < columns; j++) diagonal[j] += total * means[j] ** 2;
      diagonal[columns] = total;
      return (vector) => {
        // Rounding may leave less than nothing of a column that hardly varies.
        for (let j = 0; j < width; j++) vector[j] /= Math.max(0, diagonal[j]) + ridge[j];
      };
    },
  };
}

/** By rows, where their numbers begin, and the column and value of each. */
function nonZeros(inputs: Float32Array, columns: number) {
  const rows = inputs.length / columns;
  const count = inputs.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const starts = new Int32Array(rows + 1);
  const places = new Int32Array(count);
  const values = new Float64Array(count);
  let filled = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) {
      const value = inputs[row * columns + j];
      if (value === 0) continue;
      places[filled] = j;
      values[filled++] = value;
    }
    starts[row + 1] = filled;
  }
  return { starts, places, values };
}
