import { type Path, pathThrough } from "../bounds/paths.js";
import { positionAmong } from "../preprocess/bins.js";
import { binsOf, type EncodedColumn, hasValue, standardize } from "../preprocess/encoder.js";

export type NumericColumn = EncodedColumn & { readonly kind: "numeric" };

/** What a number becomes: its column's inputs but for that of missing cells, none of which falls as it grows. */
export function encodeNumber(column: NumericColumn, x: number): number[] {
  const value = hasValue(column) ? [standardize(column, x)] : [];
  if (!column.bins) return value;
  const position = positionAmong(column.bins.edges, x);
  const bins = Array.from({ length: binsOf(column) }, (_, t) => Math.min(Math.max(position - t, 0), 1));
  return [...value, ...bins];
}

/** The number that is encoded as `point` has it from `place` on, or of those the nearest to all others, before any rounding. */
export function numberAt(column: NumericColumn, place: number, point: Float64Array): number {
  const value = column.mean + column.std * point[place];
  if (!column.bins) return value;
  const { edges, withValue } = column.bins;
  const last = edges.length - 1;
  const first = place + Number(withValue);
  const position = point.subarray(first, first + last).reduce((sum, share) => sum + share, 0);
  if (position <= 0) return withValue ? Math.min(value, edges[0]) : edges[0];
  if (position >= last) return withValue ? Math.max(value, edges[last]) : edges[last];
  const bin = Math.floor(position);
  const share = position - bin;
  return (1 - share) * edges[bin] + share * edges[bin + 1];
}

/**
 * The path of the column's inputs, from `place` on, as a number goes from `low` to `high`, past the edges between; null where at most one
 * of them moves. What bins tell is on it exactly. The value beside them is straight between two edges as a real number; it and the
 * bins are rounded to float32, each by at most 2⁻²⁴·max(|value|, T), and so are the path's corners: both together come to half of its
 * slack, and float64's own roundings to far less than the rest (derived). A value that is infinite, or clipped on the way, stays off the path.
 */
export function pathBetween(column: NumericColumn, place: number, low: number, high: number): Path | null {
  if (!column.bins) return null;
  const { edges, withValue } = column.bins;
  const [first, last] = [edges[0], edges[edges.length - 1]];
  const limit = column.clip ?? Number.POSITIVE_INFINITY;
  const isStraight = withValue && [low, high].every((x) => Math.abs(standardize(column, x)) < limit);
  const own = edges.slice(1).map((_, t) => Number(withValue) + t);
  if (isStraight) own.push(0);
  const corners = [low, ...edges.filter((edge) => low < edge && edge < high), high].map((x) => {
    const inputs = encodeNumber(column, x);
    return own.map((k) => inputs[k]);
  });
  // Where no bin moves the value is as it is rounded.
  const sizes = [low, high].map((x) => Math.abs(standardize(column, Math.min(Math.max(x, first), last))));
  const slack = isStraight ? 2 ** -22 * Math.max(...sizes, edges.length - 1) : 0;
  return pathThrough(
    own.map((k) => place + k),
    corners,
    slack,
  );
}
