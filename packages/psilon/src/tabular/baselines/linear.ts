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
  const differences = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) differences[i] = values[i] - means[i % columns];
  return { values: differences, means };
}

/** Xᵀ·diag(weights)·X (columns × columns) for X of rows × columns. */
export function gram(x: Float64Array, columns: number, weights?: ArrayLike<number>): Float64Array {
  const product = new Float64Array(columns * columns);
  const rows = x.length / columns;
  for (let row = 0; row < rows; row++) {
    const weight = weights ? weights[row] : 1;
    if (weight === 0) continue;
    const first = row * columns;
    for (let i = 0; i < columns; i++) {
      const xi = weight * x[first + i];
      const line = i * columns;
      for (let j = i; j < columns; j++) product[line + j] += xi * x[first + j];
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) product[i * columns + j] = product[j * columns + i];
  }
  return product;
}
