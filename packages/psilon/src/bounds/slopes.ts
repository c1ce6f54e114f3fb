import type { LayerFacts } from "./analysis.js";
import { addRows } from "./backwards.js";
import type { PiecewiseLayer, Room } from "./model.js";
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

/** The inputs themselves. */
export function inputSlopes(reach: Float64Array): Slopes {
  const n = reach.length;
  const slopes = new Float64Array(n * n);
  for (let k = 0; k < n; k++) slopes[k * n + k] = 1;
  return { slopes, rest: new Float64Array(n), linear: reach };
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
  first: boolean,
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
      const minus = first ? plus : negative ? negative[at] : 0;
      let slope = plus;
      if (!first && lower[j] < 0) {
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
    let total = 0;
    for (let k = 0, out = i * inputs; k < inputs; k++) {
      if (slopes[out + k] !== 0) total += Math.abs(slopes[out + k]) * inputReach[k];
    }
    linear[i] = total * (1 + 2 * gamma(inputs + 8));
    rest[i] = (left + error * (size + total)) * (1 + error) + lost;
  }
  return { slopes, rest, linear };
}
