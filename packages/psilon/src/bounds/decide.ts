import { analyse } from "./analyse.js";
import type { Analysis } from "./analysis.js";
import type { BoundedModel } from "./boundedModel.js";
import { type Box, boxBetween } from "./box.js";
import type { Guarantee, Sample } from "./certificate.js";
import { type Demand, errorOf, isMet, predictedAt, rankedAt } from "./demand.js";
import { exactMaximum } from "./exact.js";
import { maximumOver } from "./overBox.js";
import { predictionError } from "./predictionError.js";
import { above, below, orInfinity } from "./rounding.js";
import { type SearchOptions, searchMaximum } from "./witnessSearch.js";

/** Inputs that something may move to, which lie in a box; `Row` is what stands for one of them in the caller's terms. */
export interface Region<Row> {
  readonly box: Box;
  /** What is nearest to a point of the box among the inputs that a prediction can be made for; null for nothing. */
  readonly nearest: (point: Float64Array) => Reached<Row> | null;
}

/** An input, made of float32 numbers, and what it stands for. */
export interface Reached<Row> {
  readonly x: Float64Array;
  readonly row: Row;
}

/** How hard to try where bounds leave a demand open. */
export interface Effort {
  /** How to look for a witness where no bound is enough; null does not look. */
  readonly search: SearchOptions | null;
  /** Seconds for the exact bound of each demand that bounds and search leave open in a region; null asks for none. */
  readonly exactSeconds: number | null;
  /** Asked between demands; once it says that the work is to end, the answer is unknown, without guarantees. */
  readonly pause?: () => Promise<boolean>;
}

/** What became of demands over regions. */
export type Decision<Row> =
  /** What is guaranteed for each demand over all regions: enough for all of them, or not for some. */
  | { readonly verdict: "certified" | "unknown"; readonly guarantees: readonly Guarantee[] }
  /** The sample's prediction breaks a demand, however it is rounded. */
  | { readonly verdict: "refuted"; readonly sample: Sample; readonly row: Row };

/**
 * Whether all demands hold in all regions, for the numbers that predictions in float32 come to: by bounds from a quick analysis, then from a
 * thorough one, then by a search for a witness, and on request by the exact bound, each only where those before leave a demand open.
 * Throws InputError for an output that the model has not, a box of another number of inputs, and where an exact bound needs a
 * package that is missing.
 */
export async function decide<Row>(
  model: BoundedModel,
  regions: readonly Region<Row>[],
  demands: readonly Demand[],
  { search, exactSeconds, pause = async () => false }: Effort,
): Promise<Decision<Row>> {
  let guarantees: Guarantee[] = [];
  for (const region of regions) {
    const { analysis, errors, guaranteeOf } = enoughFor(model, region.box, demands);
    const found: Guarantee[] = [];
    for (const demand of demands) {
      if (await pause()) return { verdict: "unknown", guarantees: [] };
      const { output } = demand;
      let guarantee = guaranteeOf(demand);
      if (!isMet(guarantee, demand) && search) {
        const refuted = refute(model, region, demand, searchMaximum(model, region.box, output, search));
        if (refuted) return refuted;
      }
      if (!isMet(guarantee, demand) && exactSeconds !== null) {
        const error = errorOf(errors, output);
        const enough = { atMost: below(below(demand.holds - error)), atLeast: above(demand.breaks + error) };
        const { upper, lower } = await exactMaximum(analysis, output, exactSeconds, enough);
        guarantee = smaller(guarantee, withRounding(upper, error));
        const refuted = isMet(guarantee, demand) ? null : refute(model, region, demand, lower);
        if (refuted) return refuted;
      }
      found.push(guarantee);
    }
    guarantees = found.map((one, d) => (guarantees[d]?.atMost > one.atMost ? guarantees[d] : one));
  }
  const holds = demands.every((demand, d) => isMet(guarantees[d], demand));
  return { verdict: holds ? "certified" : "unknown", guarantees };
}

/**
 * Whether bounds alone settle that all demands hold in all boxes: those of a quick analysis, or else, unless only `quick` ones are wanted,
 * those of a thorough one. Stops at the first box for which they do not.
 */
export function isCertified(
  model: BoundedModel,
  boxes: readonly Box[],
  demands: readonly Demand[],
  effort: "quick" | "thorough" = "thorough",
): boolean {
  return boxes.every((box) =>
    [false, true].slice(0, effort === "quick" ? 1 : 2).some((thorough) => {
      const { guaranteeOf } = boundsOver(model, box, thorough);
      return demands.every((demand) => isMet(guaranteeOf(demand), demand));
    }),
  );
}

/** The box of float32 numbers, each standing for itself; around a centre that no prediction can be made for nothing can be reached. */
export function float32Region(box: Box): Region<Float64Array> {
  const isReachable = isFloat32(box.centre);
  return {
    box,
    nearest: (point) => {
      const x = point.map((value, j) => nearestFloat32(value, box.lower[j], box.upper[j]));
      return isReachable && isFloat32(x) ? { x, row: x } : null;
    },
  };
}

const isFloat32 = (values: Float64Array): boolean => values.every((x) => Math.fround(x) === x);

/** The float32 number between the ends that is nearest to x; x itself where there is none. */
function nearestFloat32(x: number, lower: number, upper: number): number {
  const near = Math.fround(x);
  // From 0.6 to 1.25 times as far as the next number, so that rounding finds that one; beneath a power of 2 too, where numbers are twice as dense.
  const step = Math.max(Math.abs(near) * 5 * 2 ** -26, 2 ** -149);
  const candidates = [near, Math.fround(near - step), Math.fround(near + step)];
  return candidates.find((candidate) => candidate >= lower && candidate <= upper) ?? x;
}

interface Bounds {
  readonly analysis: Analysis;
  readonly errors: Float64Array;
  /** F̃ over the box at most. */
  readonly guaranteeOf: (demand: Demand) => Guarantee;
}

/**
 * Of a box with paths the least of what follows from two analyses: narrower intervals, which paths lead to, may let the relaxation choose a
 * line that is worse elsewhere, so that the intervals of the box alone are looked at too. So no bound is above that of the box alone.
 */
function boundsOver(model: BoundedModel, box: Box, thorough: boolean): Bounds {
  const analysis = analyse(model, box, thorough);
  const errors = predictionError(analysis);
  const analyses = [analysis];
  if (box.paths) {
    const alone = boxBetween(box.lower, box.upper, box.centre);
    analyses.push({ ...analyse(model, alone, thorough), box });
  }
  const guaranteeOf = ({ output }: Demand) =>
    analyses.map((one) => maximumOver(one, output, errors)[0]).reduce(smaller);
  return { analysis, errors, guaranteeOf };
}

/** Bounds from a quick analysis where they are enough for all demands, else from a thorough one. */
function enoughFor(model: BoundedModel, box: Box, demands: readonly Demand[]): Bounds {
  const quick = boundsOver(model, box, false);
  const isEnough = demands.every((demand) => isMet(quick.guaranteeOf(demand), demand));
  return isEnough ? quick : boundsOver(model, box, true);
}

/** What is nearest to the sample's witness, if the prediction there breaks the demand whatever its rounding. */
function refute<Row>(
  model: BoundedModel,
  { nearest }: Region<Row>,
  { output, breaks, rank }: Demand,
  sample: Sample,
): Extract<Decision<Row>, { verdict: "refuted" }> | null {
  const reached = nearest(sample.witness);
  if (!reached) return null;
  const { x: witness, row } = reached;
  const at = predictedAt(model, witness);
  const atLeast = (rank === undefined ? at(output) : rankedAt(at, model.outputs, output, rank)).lower;
  if (!(atLeast > breaks)) return null;
  return { verdict: "refuted", sample: { ...sample, arithmetic: "float32", witness, atLeast }, row };
}

const smaller = (a: Guarantee, b: Guarantee): Guarantee => (b.atMost < a.atMost ? b : a);

const withRounding = (guarantee: Guarantee, error: number): Guarantee => ({
  ...guarantee,
  arithmetic: "float32",
  atMost: orInfinity(above(guarantee.atMost + error)),
});
