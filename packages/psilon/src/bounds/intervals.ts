import type { PiecewiseLayer } from "./model.js";
import { above, gamma } from "./rounding.js";

/** What is known about the numbers that one layer computes, for every x in a box. */
export interface Intervals {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Σ of the magnitudes of all that was summed, at its largest in the box: what γ_n is multiplied with. */
  readonly size: Float64Array;
}

/**
 * Interval arithmetic through one layer (Moore, "Interval Analysis", 1966), rounded outwards: from the intervals of what it reads to
 * those of what it computes. With t = P_ij·max(h, 0) + N_ij·min(h, 0), whose ends lie at the ends of h or, where h may have either
 * sign, at 0; the `first` layer has t = P_ij·h. Both sums err by at most γ_n times their own magnitudes, so that an infinite end
 * leaves the other one finite.
 */
export function intervalsThrough(
  { rows, columns, positive, negative, bias }: PiecewiseLayer,
  ends: Pick<Intervals, "lower" | "upper">,
  first: boolean,
): Intervals {
  const lower = new Float64Array(rows);
  const upper = new Float64Array(rows);
  const size = new Float64Array(rows);
  const error = 2 * gamma(columns + 8);
  // The middle and the half width of what each column hands on; where an end is infinite, or a column has two slopes, null.
  const middles = negative && !first ? null : middlesOf(ends, columns, first);
  for (let i = 0; i < rows; i++) {
    let low = bias[i];
    let high = low;
    let lowSize = Math.abs(low);
    let highSize = lowSize;
    if (middles) {
      let middle = bias[i];
      let width = 0;
      for (let j = 0, at = i * columns; j < columns; j++, at++) {
        middle += positive[at] * middles.middle[j];
        width += Math.abs(positive[at]) * middles.half[j];
        highSize += Math.abs(positive[at]) * middles.most[j];
      }
      low = middle - width;
      high = middle + width;
      lowSize = highSize;
    }
    for (let j = 0, at = i * columns; !middles && j < columns; j++, at++) {
      const l = ends.lower[j];
      const u = ends.upper[j];
      const plus = positive[at];
      const minus = first ? plus : negative ? negative[at] : 0;
      let least = times(l > 0 ? plus : minus, l);
      let most = times(u > 0 ? plus : minus, u);
      if (least > most) {
        const swapped = least;
        least = most;
        most = swapped;
      }
      if (l < 0 && u > 0) {
        if (least > 0) least = 0;
        if (most < 0) most = 0;
      }
      low += least;
      high += most;
      lowSize += Math.abs(least);
      highSize += Math.abs(most);
    }
    size[i] = lowSize + highSize;
    // Every product may have lost what is too small for a number.
    const lost = columns * Number.MIN_VALUE;
    low -= error * lowSize + lost;
    high += error * highSize + lost;
    // Where a sum overflowed nothing is known.
    lower[i] = Number.isNaN(low) ? Number.NEGATIVE_INFINITY : low;
    upper[i] = Number.isNaN(high) ? Number.POSITIVE_INFINITY : high;
  }
  return { lower, upper, size };
}

/** A weight of 0 keeps what it multiplies out, even if that is infinite. */
const times = (weight: number, value: number): number => (weight === 0 ? 0 : weight * value);

function middlesOf({ lower, upper }: Pick<Intervals, "lower" | "upper">, columns: number, first: boolean) {
  const middle = new Float64Array(columns);
  const half = new Float64Array(columns);
  const most = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const low = first ? lower[j] : Math.max(lower[j], 0);
    const high = first ? upper[j] : Math.max(upper[j], 0);
    if (!Number.isFinite(high - low)) return null;
    middle[j] = low === high ? low : low / 2 + high / 2;
    half[j] = low === high ? 0 : above(above(high / 2 - low / 2));
    most[j] = Math.max(Math.abs(low), Math.abs(high));
  }
  return { middle, half, most };
}
