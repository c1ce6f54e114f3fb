import type { LayerFacts } from "./analysis.js";
import { addRows } from "./backwards.js";
import { type PiecewiseLayer, type Room, takeBlocks } from "./boundedModel.js";
import { gamma } from "./rounding.js";

/**
 * |h_i(x) − h_i(c) − Σ_k slope_ik·(x_k − c_k)| ≤ rest_i over a box, for the units of one layer; `linear` is Σ_k |slope_ik|·reach_k. So a unit
 * moves by at most linear_i + rest_i.
 */
export interface Slopes {
  /** Units × inputs. */
  readonly slopes: Float64Array;
  readonly rest: Float64Array;
  readonly linear: Float64Array;
}

/** The slopes of the first layer, which are its matrix. */
export function firstSlopes({ rows, columns, positive }: PiecewiseLayer, inputReach: Float64Array): Slopes {
  const linear = new Float64Array(rows);
  for (let i = 0; i < rows; i++) linear[i] = sizeOf(positive, i, columns, inputReach);
  return { slopes: positive, rest: new Float64Array(rows), linear };
}

/**
 * Signed products, forwards: what `addChangeForm` finds backwards for one row, for all units of a layer at once and a little less tightly,
 * since what open signs leave is carried on by magnitudes. A unit of fixed sign passes P_ij or N_ij, an open one their mean, and
 * ½|P_ij − N_ij|·reach_j is left.
 */
export function slopesThrough(
  { rows, columns, positive, negative }: PiecewiseLayer,
  from: Slopes,
  { lower, upper, reach }: Pick<LayerFacts, "lower" | "upper" | "reach">,
  inputReach: Float64Array,
  { row, nonzero }: Room,
): Slopes {
  const inputs = inputReach.length;
  const slopes = new Float64Array(rows * inputs);
  const rest = new Float64Array(rows);
  const linear = new Float64Array(rows);
  const error = 2 * gamma(columns + 8);
  const lost = columns * Number.MIN_VALUE * inputReach.reduce((sum, value) => sum + value, 1);
  for (let i = 0; i < rows; i++) {
    let left = 0;
    let size = 0;
    let count = 0;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const plus = positive[at];
      const minus = negative ? negative[at] : 0;
      let slope = plus;
      if (lower[j] < 0) {
        slope = minus;
        if (upper[j] > 0) {
          slope = (plus + minus) / 2;
          const half = Math.abs(plus - minus) / 2;
          if (half !== 0) left += half * reach[j];
        }
      }
      if (slope === 0) continue;
      row[j] = slope;
      nonzero[count++] = j;
      left += Math.abs(slope) * from.rest[j];
      size += Math.abs(slope) * from.linear[j];
    }
    addRows(from.slopes, inputs, row, nonzero, count, slopes.subarray(i * inputs, (i + 1) * inputs));
    linear[i] = sizeOf(slopes, i, inputs, inputReach);
    rest[i] = (left + error * size) * (1 + error) + lost;
  }
  return { slopes, rest, linear };
}

/** Σ_k |slope_ik|·reach_k, rounded outwards. */
function sizeOf(slopes: Float64Array, i: number, inputs: number, reach: Float64Array): number {
  let total = 0;
  for (let k = 0, at = i * inputs; k < inputs; k++, at++) {
    if (slopes[at] !== 0) total += Math.abs(slopes[at]) * reach[k];
  }
  return total * (1 + 2 * gamma(inputs + 8)) + inputs * Number.MIN_VALUE;
}

export const takeSlopes = ({ slopes, rest, linear }: Slopes, units: Int32Array): Slopes => {
  const inputs = slopes.length / rest.length;
  return {
    slopes: takeBlocks(slopes, inputs, units),
    rest: Float64Array.from(units, (i) => rest[i]),
    linear: Float64Array.from(units, (i) => linear[i]),
  };
};
