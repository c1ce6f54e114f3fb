import type { Breathe } from "./breathe.js";
import { weightedMeans } from "./constant.js";

/** z = W·x + b for each row x. */
export interface LinearModel {
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** With the penalty that it was fitted with. */
export interface Ridge extends LinearModel {
  readonly alpha: number;
}

export interface RidgeRows {
  /** rows × d, as `encode` returns them. */
  readonly inputs: Float32Array;
  /** rows × outputs. */
  readonly targets: ArrayLike<number>;
  readonly rows: number;
  /** One per row. */
  readonly weights?: ArrayLike<number>;
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

/** Xᵀ·diag(weights)·X (columns × columns) for X of rows × columns. Four rows at a time, to touch the result less often. */
export async function gram(
  x: Float64Array,
  columns: number,
  weights: ArrayLike<number> | undefined,
  breathe: Breathe,
): Promise<Float64Array> {
  const product = new Float64Array(columns * columns);
  const rows = Array.from({ length: x.length / columns }, (_, row) => row).filter(
    (row) => weights?.[row] !== 0,
  );
  const share = new Float64Array(4);
  const start = new Int32Array(4);
  for (let group = 0; group < rows.length; group += 4) {
    await breathe();
    for (let r = 0; r < 4; r++) {
      // Past the end a row of weight 0 stands in.
      const row = rows[Math.min(group + r, rows.length - 1)];
      share[r] = group + r < rows.length ? (weights?.[row] ?? 1) : 0;
      start[r] = row * columns;
    }
    const [r0, r1, r2, r3] = start;
    for (let i = 0; i < columns; i++) {
      const a0 = share[0] * x[r0 + i];
      const a1 = share[1] * x[r1 + i];
      const a2 = share[2] * x[r2 + i];
      const a3 = share[3] * x[r3 + i];
      const line = i * columns;
      for (let j = i; j < columns; j++) {
        product[line + j] += a0 * x[r0 + j] + a1 * x[r1 + j] + a2 * x[r2 + j] + a3 * x[r3 + j];
      }
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) product[i * columns + j] = product[j * columns + i];
  }
  return product;
}
