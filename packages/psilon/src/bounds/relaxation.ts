import type { LayerFacts, LinearForm } from "./analysis.js";
import { LEAST, pullRow, weigh } from "./backwards.js";
import type { BoundedModel, ModelMember } from "./boundedModel.js";
import type { Box } from "./box.js";
import { above, gamma, orInfinity } from "./rounding.js";
import { savedInMaximum } from "./savedOnPaths.js";

/**
 * Adds to `form` a linear function of the inputs that r·h is nowhere above in the box, where h is what layer `depth` computes: linear
 * relaxation, backwards (CROWN: Zhang et al., arXiv:1811.00866), here for t(h) = a·max(h, 0) + b·min(h, 0), of which ReLU is the case
 * b = 0. Layer by layer, from r = `row`: a = rP, b = rN, and each t_j(h_j) gives way to a line above it over h_j's interval,
 * - where the sign of h_j is fixed, t_j itself, so that fixed layers are multiplied with their signs;
 * - where it is not and a > b (t is convex), the chord;
 * - else (concave) the longer side's tangent.
 * The line's intercept is the largest of t − slope·h at both ends and, between them, at 0, so that any slope, however rounded or whoever
 * proposed it, gives a line above: `slopes` takes the place of these, one array for each layer below `depth`. Over an interval that
 * was cut at 0 a slope other than t's own is a multiplier of that constraint (β-CROWN: Wang et al., arXiv:2103.06624).
 *
 * Every product errs by at most γ_n times what `size` of the facts weighs, which is added to the form's size with the intercepts' own, for
 * `largestOf` to round outwards by. `facts`: of the layers below `depth`, and the size of `depth` itself.
 */
export function addUpperForm(
  member: ModelMember,
  facts: readonly Pick<LayerFacts, "lower" | "upper" | "size">[],
  depth: number,
  row: Float64Array,
  form: LinearForm,
  slopes: readonly Float64Array[] | null = null,
): void {
  const { row: r, plus: a, minus: b } = member.room;
  r.set(row);
  for (let l = depth; l >= 0; l--) {
    const layer = member.layers[l];
    const { rows, columns } = layer;
    const size = weigh(r, facts[l].size, rows);
    const constant = pullRow(layer, r, member.room);
    let intercepts = 0;
    let magnitudes = 0;
    if (l === 0) {
      for (let j = 0; j < columns; j++) form.coefficients[member.inputs[j]] += a[j];
    } else {
      const { lower, upper } = facts[l - 1];
      for (let j = 0; j < columns; j++) {
        const low = lower[j];
        const high = upper[j];
        const slope = slopes ? slopes[l - 1][j] : slopeOf(a[j], b[j], low, high);
        r[j] = Math.abs(slope) < LEAST ? 0 : slope;
        const intercept = interceptOf(a[j], b[j], low, high, r[j]);
        intercepts += intercept;
        magnitudes += Math.abs(intercept);
      }
    }
    form.constant += constant + intercepts;
    form.size += size + magnitudes;
  }
}

/** The slope of a line above plus·max(h, 0) + minus·min(h, 0) for h between the ends, which is near it everywhere. */
function slopeOf(plus: number, minus: number, low: number, high: number): number {
  if (low >= 0) return plus;
  if (high <= 0) return minus;
  if (plus > minus) return (plus * high - minus * low) / (high - low);
  return high > -low ? plus : minus;
}

/** The largest that plus·max(h, 0) + minus·min(h, 0) − slope·h comes to between the ends. */
function interceptOf(plus: number, minus: number, low: number, high: number, slope: number): number {
  const atLow = times((low < 0 ? minus : plus) - slope, low);
  const atHigh = times((high > 0 ? plus : minus) - slope, high);
  return Math.max(atLow, atHigh, low < 0 && high > 0 ? 0 : atLow);
}

/** A line's own slope keeps what it multiplies out, even if that is infinite. */
const times = (difference: number, end: number): number => (difference === 0 ? 0 : difference * end);

/**
 * The largest value of the form in the box and on its paths, rounded outwards: by as many roundings as any term of it has met, its sum over
 * members included.
 */
export function largestOf(
  form: LinearForm,
  { lower, upper, paths }: Pick<Box, "lower" | "upper" | "paths">,
  model: BoundedModel,
): number {
  let sum = form.constant;
  let size = form.size;
  form.coefficients.forEach((g, j) => {
    if (g === 0) return;
    const term = Math.max(g * lower[j], g * upper[j]);
    sum += term;
    size += Math.abs(term);
  });
  const n = model.operations + model.inputs;
  const inBox = orInfinity(sum + (2 * gamma(n) * size + n * Number.MIN_VALUE));
  return paths ? above(inBox - savedInMaximum(paths, form.coefficients)) : inBox;
}
