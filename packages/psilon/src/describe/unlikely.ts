import { robustScaling } from "../preprocess/robustScaling.js";
import { ascending, quantile } from "../preprocess/statistics.js";

/** A number that stands for a missing value in so large a share of the rows at least. */
const SHARE = 0.005;

/** A mark lies so many times as far from the other values as they lie apart. */
const APART = 1;

/** A value at either end that many rows have, while all others lie far from it, as −999 does for ages; null where there is none. `numbers`: NaN where one is missing. */
export function sentinelOf(
  numbers: Float64Array,
): { readonly value: number; readonly count: number; readonly min: number; readonly max: number } | null {
  const all = extentBeside(numbers, Number.NaN);
  for (const value of [all.min, all.max]) {
    if (!looksMade(value)) continue;
    const { count: others, min, max } = extentBeside(numbers, value);
    const count = all.count - others;
    if (others < 2 || count < Math.max(2, SHARE * all.count)) continue;
    const gap = value < min ? min - value : value - max;
    // Two numbers alone are a choice of two.
    if (max > min && gap > APART * (max - min)) return { value, count, min, max };
  }
  return null;
}

/** How many numbers are there that are not `value`, the least and the greatest of them. */
function extentBeside(numbers: Float64Array, value: number) {
  let [count, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    if (x === value || Number.isNaN(x)) continue;
    count++;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  return { count, min, max };
}

/** −1, −9, −99, 999, −9999 and the like, and huge ones. */
const looksMade = (value: number): boolean =>
  value === -1 || /^-?9+(?:\.9+)?$/.test(String(value)) || Math.abs(value) >= 1e9;

/** Values far outside the others, for which a column is scaled robustly: how many, and the place of the first; null where there are none. */
export function outliersOf(numbers: Float64Array): { readonly count: number; readonly first: number } | null {
  const scaling = robustScaling(numbers);
  if (!scaling) return null;
  const sorted = ascending(numbers);
  const width = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const isFar = (x: number) => Math.abs(x - scaling.mean) > 100 * width;
  return { count: numbers.filter(isFar).length, first: numbers.findIndex(isFar) };
}
