import { ascending, moments, quantile } from "./statistics.js";

/** How numbers become inputs: as they are but for scaling, by the bin they fall into and how far, or both ways at once. */
export const encodings = ["value", "bins", "both"] as const;

/** One of `encodings`. */
export type Encoding = (typeof encodings)[number];

/**
 * Piecewise-linear encoding (Gorishniy et al., arXiv:2203.05556): with edges b_0 < … < b_T a number x becomes the T inputs
 * z_t = clip((x − b_{t−1})/(b_t − b_{t−1}), 0, 1), each of which grows in its own bin alone.
 */
export interface Bins {
  readonly edges: readonly number[];
  /** Whether the number itself is an input as well, before them. */
  readonly withValue: boolean;
}

/** Bins at most, and rows for each as far as there are enough. */
const MOST = 32;
const LEAST = 8;
const ROWS = 40;

/** The least width of a bin in interquartile ranges: slopes in a narrower one would explode. */
const NARROWEST = 0.01;

/**
 * Edges at the numbers' quantiles, equal ones merged, or at all numbers where there are no more; null where there are fewer than
 * three different ones, between which one bin is no more than the number itself. NaN is none.
 */
export function fitEdges(numbers: Float64Array): number[] | null {
  const sorted = ascending(numbers);
  const distinct = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1]);
  if (distinct.length < 3) return null;
  const bins = Math.min(Math.max(Math.round(sorted.length / ROWS), LEAST), MOST);
  const wanted =
    distinct.length <= bins + 1
      ? [...distinct]
      : Array.from({ length: bins + 1 }, (_, t) => quantile(sorted, t / bins));
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25) || moments(sorted).std;
  const edges = [wanted[0]];
  for (const edge of wanted) {
    const last = edges[edges.length - 1];
    if (edge - last > NARROWEST * spread && isBin(last, edge)) edges.push(edge);
  }
  return edges.length < 3 ? null : edges;
}

/** Edges at all of the numbers that there are, each a step from the next; null as above. */
export function edgesAtAll(numbers: Float64Array): number[] | null {
  const distinct = [...new Set(ascending(numbers))];
  return distinct.length < 3 ? null : distinct;
}

/** Whether a bin is as wide as numbers can be told apart in: the inverse of a subnormal width is infinite. */
const isBin = (from: number, to: number): boolean => to > from && Number.isFinite(2 / (to - from));

/** Whether numbers can be edges: two bins or more, one after the other. */
export const areEdges = (edges: readonly number[]): boolean =>
  edges.length >= 3 && edges.every((edge, t) => t === 0 || isBin(edges[t - 1], edge));

/**
 * Where among the edges x lies, from 0 at the first to T at the last: t − 1 + z_t in bin t, a float32, and so all that the encoding
 * tells of x: z_t is clip(u − (t − 1), 0, 1), without rounding. It never decreases as x grows.
 */
export function positionAmong(edges: readonly number[], x: number): number {
  const last = edges.length - 1;
  if (x <= edges[0]) return 0;
  if (x >= edges[last]) return last;
  let bin = 0;
  for (let beyond = last; beyond - bin > 1; ) {
    const middle = (bin + beyond) >> 1;
    if (x < edges[middle]) beyond = middle;
    else bin = middle;
  }
  // Halved, so that the difference of two huge numbers cannot overflow; the quotient is the same.
  const from = 0.5 * edges[bin];
  return Math.fround(bin + (0.5 * x - from) / (0.5 * edges[bin + 1] - from));
}

/** The number at a position among the edges, but for rounding. */
export function numberAt(edges: readonly number[], position: number): number {
  const bin = Math.min(Math.floor(position), edges.length - 2);
  const share = position - bin;
  return edges[bin] * (1 - share) + edges[bin + 1] * share;
}
