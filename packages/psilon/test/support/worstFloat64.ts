import type { CaseGroup } from "../../src/engine/layers/boxInput.ts";
import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import { derivativeAlong, type Effective, effective, pathsBySign, rowLoss } from "./float64.ts";
import { type LayerValues, layerShapes, type Problem } from "./problem.ts";

/** A problem whose rows may be anywhere in boxes, which the loss is of. */
export interface WorstProblem extends Problem {
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  readonly groups: readonly CaseGroup[];
  /** The boxes' share of their size. */
  readonly size: number;
}

type Side = (positive: boolean) => void;
type Interval = readonly [lower: number, upper: number];

const times = (w: number, [lower, upper]: Interval): Interval =>
  w > 0 ? [w * lower, w * upper] : [w * upper, w * lower];
const plus = ([a, b]: Interval, [c, d]: Interval): Interval => [a + c, b + d];

/** What w⁺max(h, 0) + w⁻min(h, 0) can be for h in an interval, by its values at the ends and at 0. */
function hull(positive: number, negative: number, [lower, upper]: Interval, side: Side): Interval {
  const at = (h: number) => positive * Math.max(h, 0) + negative * Math.min(h, 0);
  const values = [at(lower), at(upper), ...(lower < 0 && upper > 0 ? [0] : [])];
  const ends: Interval = [Math.min(...values), Math.max(...values)];
  for (const value of values) for (const end of ends) side(value === end);
  side(lower > 0);
  side(upper > 0);
  return ends;
}

/** ½·ℓ(the worst of the box), by intervals in plain loops over the definitions, and which sides were taken. */
export function worstObjective(
  problem: WorstProblem,
  values: readonly LayerValues[],
): { value: number; pattern: number } {
  const { n, spec, rowWeights } = problem;
  let pattern = 0;
  const side: Side = (positive) => {
    pattern = (Math.imul(pattern, 31) + (positive ? 7 : 3)) | 0;
  };
  const weights = layerShapes(spec).map((shape, l) => effective(shape, values[l], null, side));
  for (const { plus, minus } of weights) for (const w of [...plus, ...(minus ?? [])]) side(w > 0);
  let total = 0;
  for (let r = 0; r < n; r++) {
    total += ((rowWeights ? rowWeights[r] : 1) * worstRowLoss(problem, values, weights, r, side)) / n;
  }
  return { value: total / 2, pattern };
}

function worstRowLoss(
  problem: WorstProblem,
  values: readonly LayerValues[],
  weights: readonly Effective[],
  r: number,
  side: Side,
): number {
  const { spec, x, lower, upper, size, loss, y } = problem;
  const row = x.subarray(r * spec.inputs, (r + 1) * spec.inputs);
  const box = Array.from(row, (own, j): Interval => {
    const at = r * spec.inputs + j;
    return [own + size * (lower[at] - own), own + size * (upper[at] - own)];
  });
  const columns = loss === "squared-error" ? spec.outputs : 1;
  const target = y.subarray(r * columns, (r + 1) * columns);
  const ends = worstOf(problem, values, weights, row, box, target[0], side).map((one, k): number => {
    if (typeof one === "number") return one;
    const [low, high] = one;
    if (loss === "logistic") return target[0] === 1 ? low : high;
    if (loss === "softmax") return target[0] === k ? low : high;
    const isHigh = Math.abs(high - target[k]) > Math.abs(low - target[k]);
    side(isHigh);
    return isHigh ? high : low;
  });
  return rowLoss({ loss, y: target, spec }, ends, 0);
}

/** The outputs' intervals, or of classes how far each can be above the row's own. */
function worstOf(
  { spec, loss, size, groups }: WorstProblem,
  values: readonly LayerValues[],
  weights: readonly Effective[],
  row: Float32Array,
  box: readonly Interval[],
  label: number,
  side: Side,
): Interval[] | number[] {
  const shapes = layerShapes(spec);
  let h: Interval[] = [];
  for (let l = 0; l < shapes.length; l++) {
    const { rows, columns, residual } = shapes[l];
    const { plus: positive, minus: negative } = weights[l];
    const bias = values[l].bias;
    const read = h;
    const at = (i: number, j: number) => i * columns + j;
    const isLast = l === shapes.length - 1;
    const active = negative ? read : read.map(([a, b]): Interval => [Math.max(a, 0), Math.max(b, 0)]);
    if (!negative) for (const [a, b] of read) for (const end of [a, b]) side(end > 0);
    if (isLast && loss === "softmax" && l > 0) {
      return Array.from({ length: rows }, (_, k) =>
        active.reduce((sum, one, j) => {
          const p = positive[at(k, j)] - positive[at(label, j)];
          const m = negative ? negative[at(k, j)] - negative[at(label, j)] : p;
          return sum + hull(p, m, one, side)[1];
        }, bias[k] - bias[label]),
      );
    }
    h = Array.from({ length: rows }, (_, i) => {
      const start: Interval = plus([bias[i], bias[i]], residual ? read[i] : [0, 0]);
      if (l === 0) return plus(start, firstUnit(positive.subarray(i * columns, (i + 1) * columns)));
      return active.reduce(
        (sum, one, j) =>
          plus(
            sum,
            negative
              ? hull(positive[at(i, j)], negative[at(i, j)], one, side)
              : times(positive[at(i, j)], one),
          ),
        start,
      );
    });
  }
  const { monotone } = spec;
  if (!monotone) return h;
  const slopes = slopesOf(spec, monotone, weights);
  for (const slope of slopes) side(slope > 0);
  return [slopes.reduce((sum, slope, j) => plus(sum, times(slope, box[j])), h[0])];

  /** A group's cases one by one, everything else by intervals. */
  function firstUnit(w: Float64Array): Interval {
    const inGroup = (j: number) => groups.some(({ first, count }) => j >= first && j < first + count);
    const numbers = box.reduce<Interval>(
      (sum, one, j) => (inGroup(j) ? sum : plus(sum, times(w[j], one))),
      [0, 0],
    );
    return groups.reduce((sum, { first, count }) => {
      const places = Array.from({ length: count }, (_, k) => first + k);
      const own = places.find((j) => row[j] === 1);
      if (own === undefined) return sum;
      const cases = places.map((j) => w[own] + size * (w[j] - w[own]));
      const ends: Interval = [Math.min(...cases), Math.max(...cases)];
      for (const one of cases) for (const end of ends) side(one === end);
      return plus(sum, ends);
    }, numbers);
  }
}

function slopesOf(
  spec: NetworkSpec,
  monotone: NonNullable<NetworkSpec["monotone"]>,
  weights: readonly Effective[],
): number[] {
  const { up, down } = pathsBySign(spec, weights);
  return monotone.map((d, j) => (d > 0 ? down[j] : -up[j]) * Math.abs(d));
}

/** The derivative of the worst part along `direction` in one tensor, or null at a kink. */
export function worstDerivative(
  problem: WorstProblem,
  layer: number,
  tensor: keyof LayerValues,
  direction: ArrayLike<number>,
): number | null {
  return derivativeAlong(problem.values, layer, tensor, direction, (values) =>
    worstObjective(problem, values),
  );
}
