import type { PiecewiseLayer } from "./boundedModel.js";
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
  layer: PiecewiseLayer,
  ends: Pick<Intervals, "lower" | "upper">,
  first: boolean,
): Intervals {
  const { rows, columns, negative } = layer;
  // Where an end is infinite, or a column has two slopes, there is no middle.
  const middles = negative && !first ? null : middlesOf(ends, columns, first);
  const { lower, upper, lowerSize, upperSize } = middles
    ? sumMiddles(layer, middles)
    : sumEnds(layer, ends, first);
  const size = new Float64Array(rows);
  const error = 2 * gamma(columns + 8);
  // Every product may have lost what is too small for a number.
  const lost = columns * Number.MIN_VALUE;
  for (let i = 0; i < rows; i++) {
    size[i] = lowerSize[i] + upperSize[i];
    const low = lower[i] - (error * lowerSize[i] + lost);
    const high = upper[i] + (error * upperSize[i] + lost);
    // Where a sum overflowed nothing is known.
    lower[i] = Number.isNaN(low) ? Number.NEGATIVE_INFINITY : low;
    upper[i] = Number.isNaN(high) ? Number.POSITIVE_INFINITY : high;
  }
  return { lower, upper, size };
}

/** Both ends of each row's sum, and the magnitudes that went into them; nothing is rounded outwards yet. */
interface Sums {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly lowerSize: Float64Array;
  readonly upperSize: Float64Array;
}

function sumEnds(
  { rows, columns, positive, negative, bias }: PiecewiseLayer,
  ends: Pick<Intervals, "lower" | "upper">,
  first: boolean,
): Sums {
  const [lower, upper] = [bias.slice(), bias.slice()];
  const [lowerSize, upperSize] = [bias.map(Math.abs), bias.map(Math.abs)];
  for (let i = 0; i < rows; i++) {
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
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
      lower[i] += least;
      upper[i] += most;
      lowerSize[i] += Math.abs(least);
      upperSize[i] += Math.abs(most);
    }
  }
  return { lower, upper, lowerSize, upperSize };
}

/** The same by middles and half widths, two rows at a time to spare loads. */
function sumMiddles(
  { rows, columns, positive, bias }: PiecewiseLayer,
  { middle, half, most }: Middles,
): Sums {
  const [lower, upper] = [bias.slice(), bias.slice()];
  const size = bias.map(Math.abs);
  for (let i = 0; i < rows; i += 2) {
    // An odd last row is summed with itself.
    const next = Math.min(i + 1, rows - 1);
    let middle0 = 0;
    let middle1 = 0;
    let width0 = 0;
    let width1 = 0;
    let size0 = 0;
    let size1 = 0;
    for (let j = 0, at0 = i * columns, at1 = next * columns; j < columns; j++, at0++, at1++) {
      const weight0 = positive[at0];
      const weight1 = positive[at1];
      const magnitude0 = Math.abs(weight0);
      const magnitude1 = Math.abs(weight1);
      middle0 += weight0 * middle[j];
      middle1 += weight1 * middle[j];
      width0 += magnitude0 * half[j];
      width1 += magnitude1 * half[j];
      size0 += magnitude0 * most[j];
      size1 += magnitude1 * most[j];
    }
    for (const [row, sum, width, magnitudes] of [
      [next, middle1, width1, size1],
      [i, middle0, width0, size0],
    ]) {
      lower[row] = bias[row] + (sum - width);
      upper[row] = bias[row] + (sum + width);
      size[row] = Math.abs(bias[row]) + magnitudes;
    }
  }
  return { lower, upper, lowerSize: size, upperSize: size };
}

/** A weight of 0 keeps what it multiplies out, even if that is infinite. */
const times = (weight: number, value: number): number => (weight === 0 ? 0 : weight * value);

/** The middle and the half width of what each column hands on, and the largest magnitude. */
interface Middles {
  readonly middle: Float64Array;
  readonly half: Float64Array;
  readonly most: Float64Array;
}

function middlesOf(
  { lower, upper }: Pick<Intervals, "lower" | "upper">,
  columns: number,
  first: boolean,
): Middles | null {
  const middle = new Float64Array(columns);
  const half = new Float64Array(columns);
  const most = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    const low = first ? lower[j] : Math.max(lower[j], 0);
    const high = first ? upper[j] : Math.max(upper[j], 0);
    if (!Number.isFinite(high - low)) return null;
    middle[j] = low === high ? low : low / 2 + high / 2;
    // Halves of the smallest numbers lose up to one of these; other roundings are covered by the sizes.
    half[j] = low === high ? 0 : above(high / 2 - low / 2);
    most[j] = Math.max(Math.abs(low), Math.abs(high));
  }
  return { middle, half, most };
}
