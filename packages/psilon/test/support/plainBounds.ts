import type { LayerFacts } from "../../src/bounds/analysis.ts";
import type { PiecewiseLayer } from "../../src/bounds/boundedModel.ts";

// Bounds over a box as they are defined, in plain float64: what rounds nothing outwards, and is written for reading alone.

type Ends = Pick<LayerFacts, "lower" | "upper">;
export type Range = readonly [low: number, high: number];

const range = (n: number) => Array.from({ length: n }, (_, k) => k);
export const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

const plusOf = ({ positive, columns }: PiecewiseLayer, i: number, j: number) => positive[i * columns + j];

/** The weight of min(h, 0); inputs have one weight for both signs. */
const minusOf = (layer: PiecewiseLayer, i: number, j: number, first: boolean) =>
  first ? plusOf(layer, i, j) : (layer.negative?.[i * layer.columns + j] ?? 0);

/** Where a function that is linear on either side of 0 may be smallest or largest. */
const cornersOf = ({ lower, upper }: Ends, j: number) =>
  lower[j] < 0 && upper[j] > 0 ? [lower[j], 0, upper[j]] : [lower[j], upper[j]];

const kinked = (plus: number, minus: number) => (h: number) => plus * Math.max(h, 0) + minus * Math.min(h, 0);

/** For each unit, where the sum of its bias and of what it reads of each unit below lies. */
export function plainIntervals(layer: PiecewiseLayer, ends: Ends, first: boolean): Range[] {
  return range(layer.rows).map((i) => {
    const terms = range(layer.columns).map((j) =>
      cornersOf(ends, j).map(kinked(plusOf(layer, i, j), minusOf(layer, i, j, first))),
    );
    return [Math.min, Math.max].map(
      (best) => layer.bias[i] + sum(terms.map((values) => best(...values))),
    ) as [number, number];
  });
}

/** The slopes that a unit with weights a and b may have over its interval. */
function slopesOver(a: number, b: number, { lower, upper }: Ends, j: number): Range {
  if (lower[j] >= 0) return [a, a];
  return upper[j] <= 0 ? [b, b] : [Math.min(a, b), Math.max(a, b)];
}

/** For unit i, the slopes with which it may read each unit below. */
export const slopesOf = (layer: PiecewiseLayer, ends: Ends, i: number, first: boolean): Range[] =>
  range(layer.columns).map((j) => slopesOver(plusOf(layer, i, j), minusOf(layer, i, j, first), ends, j));

/** For unit i, how far the units below can move it, by magnitudes. */
export const plainReach = (
  layer: PiecewiseLayer,
  facts: Pick<LayerFacts, "lower" | "upper" | "reach">,
  i: number,
  first: boolean,
): number =>
  sum(
    slopesOf(layer, facts, i, first).map((slopes, j) => Math.max(...slopes.map(Math.abs)) * facts.reach[j]),
  );

/** A row over what a layer computes, read as weights of max(h, 0) and of min(h, 0) of what goes in. */
function through(layer: PiecewiseLayer, row: ArrayLike<number>, first: boolean): Range[] {
  return range(layer.columns).map((j) => [
    sum(range(layer.rows).map((i) => row[i] * plusOf(layer, i, j))),
    sum(range(layer.rows).map((i) => row[i] * minusOf(layer, i, j, first))),
  ]);
}

export interface PlainForm {
  coefficients: number[];
  constant: number;
  size: number;
}

/** The line that relaxation puts above plus·max(h, 0) + minus·min(h, 0): a chord where that is convex, else the tangent of the longer side. */
function slopeAbove(plus: number, minus: number, low: number, high: number): number {
  if (low >= 0 || high <= 0) return low >= 0 ? plus : minus;
  const at = kinked(plus, minus);
  if (plus > minus) return (at(high) - at(low)) / (high - low);
  return high > -low ? plus : minus;
}

/** The linear function of the inputs above r·h, from the last of `layers` to the first; `slopes` take the place of the lines' own. */
export function plainUpperForm(
  layers: readonly PiecewiseLayer[],
  facts: readonly Pick<LayerFacts, "lower" | "upper" | "size">[],
  row: ArrayLike<number>,
  slopes: readonly ArrayLike<number>[] | null = null,
): PlainForm {
  let r = Array.from(row);
  const form = { coefficients: r, constant: 0, size: 0 };
  for (let l = layers.length - 1; l >= 0; l--) {
    form.constant += sum(r.map((value, i) => value * layers[l].bias[i]));
    form.size += sum(r.map((value, i) => Math.abs(value) * facts[l].size[i]));
    const read = through(layers[l], r, l === 0);
    if (l === 0) form.coefficients = read.map(([a]) => a);
    else {
      const ends = facts[l - 1];
      r = read.map(([a, b], j) => slopes?.[l - 1][j] ?? slopeAbove(a, b, ends.lower[j], ends.upper[j]));
      read.forEach(([a, b], j) => {
        const intercept = Math.max(...cornersOf(ends, j).map((h) => kinked(a, b)(h) - r[j] * h));
        form.constant += intercept;
        form.size += Math.abs(intercept);
      });
    }
  }
  return form;
}

/** What bounds the change of r·h: mean slopes, and for open units what is left of them. */
export function plainChangeForm(
  layers: readonly PiecewiseLayer[],
  facts: readonly Pick<LayerFacts, "lower" | "upper" | "reach" | "reachSize">[],
  row: ArrayLike<number>,
): PlainForm {
  let r = Array.from(row);
  const form = { coefficients: r, constant: 0, size: 0 };
  for (let l = layers.length - 1; l >= 0; l--) {
    form.size += sum(r.map((value, i) => Math.abs(value) * facts[l].reachSize[i]));
    const read = through(layers[l], r, l === 0);
    if (l === 0) form.coefficients = read.map(([a]) => a);
    else {
      const slopes = read.map(([a, b], j) => slopesOver(a, b, facts[l - 1], j));
      r = slopes.map(([low, high]) => (low + high) / 2);
      form.constant += sum(slopes.map(([low, high], j) => ((high - low) / 2) * facts[l - 1].reach[j]));
    }
  }
  return form;
}

/** Where the gradient of r·f lies, backwards by interval arithmetic. */
export function plainGradient(
  layers: readonly PiecewiseLayer[],
  facts: readonly Ends[],
  row: ArrayLike<number>,
): Range[] {
  const times = (weight: number, [low, high]: Range): Range =>
    weight > 0 ? [weight * low, weight * high] : [weight * high, weight * low];
  const add = (ranges: readonly Range[]): Range => [
    sum(ranges.map(([low]) => low)),
    sum(ranges.map(([, high]) => high)),
  ];
  let ranges: Range[] = Array.from(row, (value) => [value, value]);
  for (let l = layers.length - 1; l >= 0; l--) {
    const from = ranges;
    const layer = layers[l];
    ranges = range(layer.columns).map((j) => {
      const plus = add(from.map((r, i) => times(plusOf(layer, i, j), r)));
      const minus = add(from.map((r, i) => times(minusOf(layer, i, j, l === 0), r)));
      if (l === 0 || facts[l - 1].lower[j] >= 0) return plus;
      if (facts[l - 1].upper[j] <= 0) return minus;
      return [Math.min(plus[0], minus[0]), Math.max(plus[1], minus[1])];
    });
  }
  return ranges;
}
