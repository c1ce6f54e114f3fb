import { weightedMeans } from "./constant.js";

/** z = W·x + b for each row x. */
export interface LinearModel {
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** rows × outputs. `inputs`: rows × model.inputs, as `encode` returns them. */
export function predictLinear(model: LinearModel, inputs: ArrayLike<number>): Float64Array {
  const { inputs: d, outputs, weights, bias } = model;
  const rows = inputs.length / d;
  const predictions = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < outputs; k++) {
      let sum = bias[k];
      for (let j = 0; j < d; j++) sum += weights[k * d + j] * inputs[i * d + j];
      predictions[i * outputs + k] = sum;
    }
  }
  return predictions;
}

/** Columns minus their weighted means, so that the intercept drops out of what has to be solved. */
export function centered(
  values: ArrayLike<number>,
  columns: number,
  weights?: ArrayLike<number>,
): { readonly values: Float64Array; readonly means: Float64Array } {
  const means = weightedMeans(values, columns, weights);
  return { values: Float64Array.from(values, (value, i) => value - means[i % columns]), means };
}

/** XᵀX (columns × columns) for X of rows × columns. */
export function gram(x: Float64Array, columns: number): Float64Array {
  const product = new Float64Array(columns * columns);
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) {
      const xi = x[row + i];
      for (let j = i; j < columns; j++) product[i * columns + j] += xi * x[row + j];
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < i; j++) product[i * columns + j] = product[j * columns + i];
  return product;
}
