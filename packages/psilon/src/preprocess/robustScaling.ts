import { quantile } from "./statistics.js";

/** In widths of the middle half of a column's numbers; skewed measurements reach some thousand (cpu-act: 1,567). */
const FAR = 10_000;

/** The width of the middle half of a normal distribution, in its standard deviations. */
const NORMAL_WIDTH = 1.349;

/**
 * By median and quartiles, where a number so far out would set the scale of its column alone, and all others would be the same to a network;
 * else null. Where half of the rows hold one number, as in counts that are mostly 0, there is no telling.
 *
 * `sorted`: the numbers that are there, ascending.
 */
export function robustScaling(sorted: Float64Array): { readonly mean: number; readonly std: number } | null {
  if (sorted.length === 0) return null;
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p));
  const width = high - low;
  const farthest = Math.max(median - sorted[0], sorted[sorted.length - 1] - median);
  return width > 0 && farthest > FAR * width ? { mean: median, std: width / NORMAL_WIDTH } : null;
}
