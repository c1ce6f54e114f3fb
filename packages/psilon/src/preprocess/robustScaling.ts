import { ascending, quantile } from "./statistics.js";

/** In widths of the middle half of a column's numbers; skewed measurements reach some thousand (cpu-act: 1,567). */
const FAR = 10_000;

/** The width of the middle half of a normal distribution, in its standard deviations. */
const NORMAL_WIDTH = 1.349;

/**
 * By median and quartiles, where a number so far out would set the scale of its column alone, and all others would be the same to a network;
 * else null. Where half of the rows hold one number, as in counts that are mostly 0, there is no telling. `numbers`: NaN where one is missing.
 */
export function robustScaling(numbers: Float64Array): { readonly mean: number; readonly std: number } | null {
  if (hasWideMiddle(numbers)) return null;
  const sorted = ascending(numbers);
  if (sorted.length === 0) return null;
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p));
  const width = high - low;
  const farthest = Math.max(median - sorted[0], sorted[sorted.length - 1] - median);
  return width > 0 && farthest > FAR * width ? { mean: median, std: width / NORMAL_WIDTH } : null;
}

/** Parts of the way from the least number to the greatest, and how many of them lie between quartiles that are no less than a `FAR`th of it apart. */
const PARTS = 4096;
const APART = 8;

/** Whether the middle half of the numbers is surely too wide for any to lie far out, which most columns show without being sorted. */
function hasWideMiddle(numbers: Float64Array): boolean {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    if (x < min) min = x;
    if (x > max) max = x;
    if (!Number.isNaN(x)) count++;
  }
  const scale = PARTS / (max - min);
  if (!(scale > 0 && Number.isFinite(scale))) return false;
  const counts = new Int32Array(PARTS + 1);
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i];
    if (!Number.isNaN(x)) counts[Math.floor((x - min) * scale)]++;
  }
  const partOf = (place: number) => {
    let part = 0;
    for (let before = counts[0]; before <= place; before += counts[part]) part++;
    return part;
  };
  return partOf(Math.floor(0.75 * (count - 1))) - partOf(Math.ceil(0.25 * (count - 1))) >= APART;
}
