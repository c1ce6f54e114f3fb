import { InputError } from "../errors.js";
import { type Analysis, emptyForm, type LayerFacts, type MemberFacts, takeFacts } from "./analysis.js";
import {
  type BoundedModel,
  keepColumns,
  keepRows,
  type ModelMember,
  type PiecewiseLayer,
} from "./boundedModel.js";
import type { Box } from "./box.js";
import { intervalsThrough } from "./intervals.js";
import type { Path } from "./paths.js";
import { addUpperForm, largestOf } from "./relaxation.js";
import { above, gamma, orInfinity } from "./rounding.js";
import { savedInMaximum } from "./savedOnPaths.js";
import { firstSlopes, type Slopes, slopesThrough, takeSlopes } from "./slopes.js";

/**
 * What is known about every unit of the model over the box: layer by layer intervals and how far each unit moves from its value at the
 * centre. A `thorough` analysis narrows both, by signed products from the inputs on and, for units whose sign is open, by linear
 * relaxation of all layers below; it takes some ten times as long. Throws InputError for a box of another number of inputs.
 */
export function analyse(model: BoundedModel, box: Box, thorough = true): Analysis {
  if (box.lower.length !== model.inputs) {
    throw new InputError({
      code: "wrong-shape",
      found: `The model has ${model.inputs} inputs, but the box has ${box.lower.length}`,
    });
  }
  const reach = box.centre.map((c, j) =>
    box.lower[j] === box.upper[j] ? 0 : above(Math.max(box.upper[j] - c, c - box.lower[j])),
  );
  const members = model.members.map((member) => analyseMember(model, box, reach, member, thorough));
  return { model, box, reach, members };
}

function analyseMember(
  model: BoundedModel,
  box: Box,
  reach: Float64Array,
  member: ModelMember,
  thorough: boolean,
): MemberFacts {
  const select = (values: Float64Array) => Float64Array.from(member.inputs, (j) => values[j]);
  const middle = select(box.centre);
  let below: Omit<LayerFacts, "size" | "reachSize"> = {
    lower: select(box.lower),
    upper: select(box.upper),
    reach: select(reach),
    centre: { lower: middle, upper: middle },
  };
  const inputReach = below.reach;
  const isPoint = inputReach.every((value) => value === 0);
  // Slopes cost as much as narrowing one unit for each input, and leave fewer units to narrow.
  const worthSlopes = thorough && member.layers.some(({ rows }) => rows > inputReach.length);
  let slopes: Slopes | null = null;
  const facts: LayerFacts[] = [];
  const layers: PiecewiseLayer[] = [];
  const sizes: Float64Array[] = [];
  const last = member.layers.length - 1;
  let kept: Int32Array | null = null;
  member.layers.forEach((whole, l) => {
    const layer = kept ? keepColumns(whole, kept) : whole;
    layers.push(layer);
    const first = l === 0;
    const { lower, upper, size } = intervalsThrough(layer, below, first);
    if (first && box.paths) narrowOnPaths(model, box.paths, member, layer, lower, upper);
    const centre = isPoint
      ? { lower: lower.slice(), upper: upper.slice() }
      : intervalsThrough(layer, below.centre, first);
    const reachSize = reachThrough(layer, below, first);
    const moved = reachSize.map((value, i) =>
      Math.min(value, above(Math.max(upper[i] - centre.lower[i], centre.upper[i] - lower[i]))),
    );
    if (worthSlopes) {
      slopes = slopes
        ? slopesThrough(layer, slopes, below, inputReach, member.room)
        : firstSlopes(layer, inputReach);
      for (let i = 0; i < layer.rows; i++) {
        moved[i] = Math.min(moved[i], orInfinity(above(slopes.linear[i] + slopes.rest[i])));
        lower[i] = Math.max(lower[i], -above(moved[i] - centre.lower[i]));
        upper[i] = Math.min(upper[i], above(centre.upper[i] + moved[i]));
      }
    }
    facts.push({ lower, upper, size, reach: moved, reachSize, centre });
    if (thorough && l > 0 && l < last) narrow(model, box, { ...member, layers }, facts);
    sizes.push(lower.map((low, i) => Math.max(-low, upper[i])));
    kept = null;
    if (l < last && !member.layers[l + 1].negative) {
      kept = Int32Array.from(upper.keys()).filter((i) => upper[i] > 0);
      layers[l] = keepRows(layer, kept);
      facts[l] = takeFacts(facts[l], kept);
      if (slopes) slopes = takeSlopes(slopes, kept);
    }
    below = facts[l];
  });
  return { member: { ...member, layers }, layers: facts, sizes };
}

/** Narrows what the first layer's units come to in the box, in place, to what they come to on its paths. */
function narrowOnPaths(
  { inputs }: BoundedModel,
  paths: readonly Path[],
  member: ModelMember,
  { rows, columns, positive }: PiecewiseLayer,
  lower: Float64Array,
  upper: Float64Array,
): void {
  const row = new Float64Array(inputs);
  for (let i = 0; i < rows; i++) {
    const savedBy = (sign: 1 | -1) => {
      row.fill(0);
      for (let j = 0; j < columns; j++) row[member.inputs[j]] += sign * positive[i * columns + j];
      return savedInMaximum(paths, row);
    };
    upper[i] = above(upper[i] - savedBy(1));
    lower[i] = -above(-lower[i] - savedBy(-1));
  }
}

/** Narrows the last of `layers` in place where signs are open. */
function narrow(model: BoundedModel, box: Box, member: ModelMember, layers: readonly LayerFacts[]): void {
  const depth = layers.length - 1;
  const { lower, upper, reach, centre } = layers[depth];
  const row = new Float64Array(lower.length);
  const form = emptyForm(model.inputs);
  const bound = (sign: 1 | -1, i: number) => {
    clear(form);
    row[i] = sign;
    addUpperForm(member, layers, depth, row, form);
    return largestOf(form, box, model);
  };
  for (let i = 0; i < lower.length; i++) {
    if (lower[i] >= 0 || upper[i] <= 0) continue;
    // The nearer end first: where it settles the sign, the other one is of no use.
    const upperFirst = upper[i] < -lower[i];
    if (!upperFirst) lower[i] = Math.max(lower[i], -bound(-1, i));
    if (lower[i] < 0) upper[i] = Math.min(upper[i], bound(1, i));
    if (upperFirst && upper[i] > 0) lower[i] = Math.max(lower[i], -bound(-1, i));
    const moved = Math.max(upper[i] - centre.lower[i], centre.upper[i] - lower[i]);
    reach[i] = Math.min(reach[i], above(moved));
    row[i] = 0;
  }
}

function clear(form: { readonly coefficients: Float64Array; constant: number; size: number }): void {
  form.coefficients.fill(0);
  form.constant = 0;
  form.size = 0;
}

/** Σ_j |slope_ij|·reach_j, rounded outwards: the slope is P_ij or N_ij where the sign of h_j is fixed, else the larger magnitude. */
function reachThrough(
  { rows, columns, positive, negative }: PiecewiseLayer,
  { lower, upper, reach }: Pick<LayerFacts, "lower" | "upper" | "reach">,
  first: boolean,
): Float64Array {
  const out = new Float64Array(rows);
  const error = 1 + 2 * gamma(columns + 8);
  // Of one slope, a unit that is off hands nothing on; where nothing is infinite, a weight of 0 needs no care.
  const passed = reach.map((value, j) => (first || upper[j] > 0 ? value : 0));
  const isSimple = !negative && passed.every(Number.isFinite);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0, at = i * columns; isSimple && j < columns; j++, at++) {
      sum += Math.abs(positive[at]) * passed[j];
    }
    for (let j = 0, at = i * columns; !isSimple && j < columns; j++, at++) {
      const plus = Math.abs(positive[at]);
      const minus = first ? plus : negative ? Math.abs(negative[at]) : 0;
      const slope = lower[j] >= 0 ? plus : upper[j] <= 0 ? minus : Math.max(plus, minus);
      if (slope !== 0) sum += slope * reach[j];
    }
    out[i] = sum * error + columns * Number.MIN_VALUE;
  }
  return out;
}
