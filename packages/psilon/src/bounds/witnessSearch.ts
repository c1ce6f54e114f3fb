import { createRandom } from "../engine/random/random.js";
import type { BoundedModel } from "./boundedModel.js";
import type { Box } from "./box.js";
import type { OutputRow, Sample } from "./certificate.js";
import { rowOf } from "./outputRow.js";
import { placeOn, positionOn, summitOf } from "./paths.js";
import { enclose, valueAndGradient } from "./point.js";

/** How to look for a point where a quantity is large. */
export interface SearchOptions {
  /** The same seed finds the same witness. */
  readonly seed: number;
  /** Climbs from random points, besides those from the centre and from `known` ones. */
  readonly restarts: number;
  readonly steps: number;
  /** Points worth starting from, such as another bound's witness; they are moved into the box. */
  readonly known?: readonly Float64Array[];
}

/** How far an infinite side is searched. */
const FAR = 1e3;

/**
 * A point of the box where F is large: projected gradient ascent by signs, x ← clamp(x + η·reach·sign(∇F)), from several starts (Madry et al.,
 * arXiv:1706.06083), keeping the best point met; along a path it goes to where ∇F·x is largest there. `atLeast` is F(witness)
 * rounded down, so that the statement is true although the search is not exhaustive. Throws InputError for an output that the
 * model has not.
 */
export function searchMaximum(
  model: BoundedModel,
  box: Box,
  output: OutputRow,
  options: SearchOptions,
): Sample {
  const row = rowOf(output, model.outputs);
  const witness = climb(model, box, row, options);
  return sample("maximum", output, enclose(model, row, witness).lower, witness);
}

/** A point of the box where F is far from its value at the centre, as `searchMaximum` finds it upwards or downwards. */
export function searchChange(
  model: BoundedModel,
  box: Box,
  output: OutputRow,
  options: SearchOptions,
): Sample {
  const row = rowOf(output, model.outputs);
  const samples = [row, row.map((value) => -value)].map((signed) => {
    const witness = climb(model, box, signed, options);
    return sample("change", output, changeAt(model, row, box.centre, witness), witness);
  });
  return samples[0].atLeast >= samples[1].atLeast ? samples[0] : samples[1];
}

/** |r·(f(x) − f(c))| at least. */
export function changeAt(model: BoundedModel, row: Float64Array, c: Float64Array, x: Float64Array): number {
  const [from, to] = [enclose(model, row, c), enclose(model, row, x)];
  return Math.max(to.lower - from.upper, from.lower - to.upper, 0);
}

function sample(
  quantity: Sample["quantity"],
  output: OutputRow,
  atLeast: number,
  witness: Float64Array,
): Sample {
  return {
    claim: "sampled lower bound",
    scope: "local",
    quantity,
    output,
    inputNorm: "inf",
    outputNorm: "inf",
    arithmetic: "real",
    method: "search",
    atLeast,
    witness,
  };
}

function climb(
  model: BoundedModel,
  box: Box,
  row: Float64Array,
  { seed, restarts, steps, known = [] }: SearchOptions,
): Float64Array {
  const { centre, paths = [] } = box;
  const lower = box.lower.map((low, j) => Math.max(low, centre[j] - FAR));
  const upper = box.upper.map((high, j) => Math.min(high, centre[j] + FAR));
  const clamp = (x: number, j: number) => Math.min(Math.max(x, lower[j]), upper[j]);
  const random = createRandom(seed);
  const starts = [centre, ...known];
  for (let k = 0; k < restarts; k++) {
    const start = centre.map((_, j) => clamp(lower[j] + random.next() * (upper[j] - lower[j]), j));
    for (const path of paths) placeOn(path, random.next() * path.steps.length, start);
    starts.push(start);
  }
  const gradient = new Float64Array(model.inputs);
  let best = centre;
  let highest = Number.NEGATIVE_INFINITY;
  for (const start of starts) {
    let x = start.map(clamp);
    if (start !== centre) for (const path of paths) placeOn(path, positionOn(path, x), x);
    for (let step = 0; step <= steps; step++) {
      const value = valueAndGradient(model, row, x, gradient);
      if (value > highest) [best, highest] = [x, value];
      // From half a side downwards: first corners, then the edges between linear pieces.
      const size = 0.5 * (1 - step / (steps + 1));
      const from = x;
      x = x.map((at, j) => clamp(at + size * (upper[j] - lower[j]) * Math.sign(gradient[j]), j));
      for (const path of paths) {
        const position = positionOn(path, from);
        const farthest = size * path.steps.length;
        const way = summitOf(path, gradient, position) - position;
        if (way !== 0) placeOn(path, position + Math.min(Math.max(way, -farthest), farthest), x);
        else for (const j of path.inputs) x[j] = from[j];
      }
    }
  }
  return best;
}
