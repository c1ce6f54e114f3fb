import { robustScaling } from "../preprocess/robustScaling.js";
import { quantile } from "../preprocess/statistics.js";

/** A number that stands for a missing value in so large a share of the rows at least. */
const SHARE = 0.005;

/** A mark lies so many times as far from the other values as they lie apart. */
const APART = 1;

/** A value at either end that many rows have, while all others lie far from it, as −999 does for ages; null where there is none. `sorted`: those that are there, ascending. */
export function sentinelOf(
  sorted: Float64Array,
): { readonly value: number; readonly count: number; readonly min: number; readonly max: number } | null {
  const last = sorted.length - 1;
  if (last < 1) return null;
  for (const [value, isMark] of [
    [sorted[0], (x: number) => x > sorted[0]],
    [sorted[last], (x: number) => x < sorted[last]],
  ] as const) {
    const others = sorted.filter(isMark);
    const count = sorted.length - others.length;
    if (others.length < 2 || count < Math.max(2, SHARE * sorted.length) || !looksMade(value)) continue;
    const [min, max] = [others[0], others[others.length - 1]];
    const gap = value < min ? min - value : value - max;
    // Two numbers alone are a choice of two.
    if (max > min && gap > APART * (max - min)) return { value, count, min, max };
  }
  return null;
}

/** −1, −9, −99, 999, −9999 and the like, and huge ones. */
const looksMade = (value: number): boolean =>
  value === -1 || /^-?9+(?:\.9+)?$/.test(String(value)) || Math.abs(value) >= 1e9;

/** Values far outside the others, for which a column is scaled robustly: how many, and the place of the first; null where there are none. */
export function outliersOf(
  numbers: Float64Array,
  sorted: Float64Array,
): { readonly count: number; readonly first: number } | null {
  const scaling = robustScaling(sorted);
  if (!scaling) return null;
  const width = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const isFar = (x: number) => Math.abs(x - scaling.mean) > 100 * width;
  return { count: numbers.filter(isFar).length, first: numbers.findIndex(isFar) };
}
