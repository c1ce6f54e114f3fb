import { analyse } from "./analyse.js";
import type { Analysis } from "./analysis.js";
import type { BoundedModel } from "./boundedModel.js";
import type { Box } from "./box.js";
import type { Guarantee, OutputRow, Sample } from "./certificate.js";
import { type ExactBound, exactChange, exactMaximum } from "./exact.js";
import { rowOf } from "./outputRow.js";
import { changeOver, maximumOver } from "./overBox.js";
import { enclose, valueAndGradient } from "./point.js";
import { predictionError } from "./predictionError.js";
import { above, below, orInfinity } from "./rounding.js";
import { changeAt, type SearchOptions, searchChange, searchMaximum } from "./witnessSearch.js";

/**
 * What is asked about every x of a box with centre c:
 * - `tolerance`: is |F(x) − F(c)| ≤ tolerance?
 * - `class`: is the class of x that of c? With several outputs the class is the largest, with one its sign.
 */
export type Question =
  | { readonly kind: "tolerance"; readonly output: OutputRow; readonly tolerance: number }
  | { readonly kind: "class" };

/** The answer, with what shows it. Samples refute and never certify; guarantees certify and never refute. */
export type Verdict =
  /** Yes: one guarantee for each output row that could break it. */
  | { readonly verdict: "certified"; readonly guarantees: readonly Guarantee[] }
  /** No: the witness breaks it, whatever the roundings of the prediction. */
  | { readonly verdict: "refuted"; readonly sample: Sample }
  /** Neither is proven: the best guarantee and the best sample of the first output row that is open. */
  | { readonly verdict: "unknown"; readonly guarantee: Guarantee; readonly sample: Sample | null };

export interface VerdictOptions {
  /** How to look for a witness where no guarantee is enough; null does not look. */
  readonly search: SearchOptions | null;
  /** Seconds for the mixed-integer program of each output row that bounds and search leave open; null asks no solver. */
  readonly exactSeconds: number | null;
}

/** One inequality of a question: it holds where the quantity is at most, for a class below, the limit. */
interface Demand {
  readonly quantity: "change" | "maximum";
  readonly output: OutputRow;
  readonly limit: number;
}

/**
 * Certified, refuted or unknown, for the numbers that predictions in float32 come to: bounds that hold everywhere, bounds over the box,
 * a search for a witness, and on request the exact program, each only where those before leave it open. A witness is moved to the
 * nearest float32 numbers inside the box, so that a prediction can be made for it; where there are none, or the centre is not made
 * of float32 numbers or its class lies within rounding, nothing is refuted. Throws InputError for
 * an output that the model has not, a box of another number of inputs, and where an exact answer needs a package that is missing.
 */
export async function verdictOver(
  model: BoundedModel,
  box: Box,
  question: Question,
  options: VerdictOptions,
): Promise<Verdict> {
  const analysis = analyse(model, box);
  const errors = predictionError(analysis);
  const demands = demandsOf(model, box, question);
  const canBreak = isSettled(model, box, demands, errors);
  const guarantees: Guarantee[] = [];
  let open: Verdict | null = null;
  for (const demand of demands) {
    let best = guaranteeOf(analysis, demand, errors);
    let sample: Sample | null = null;
    if (!holds(best, demand) && options.search) {
      sample = asPredicted(model, box, demand, errors, searchFor(model, box, demand, options.search));
      if (canBreak && breaks(sample, demand)) return { verdict: "refuted", sample };
    }
    if (!holds(best, demand) && options.exactSeconds !== null) {
      const exact = await exactFor(analysis, demand, options.exactSeconds);
      best = withRounding(exact.upper, demand, errors);
      sample = asPredicted(model, box, demand, errors, exact.lower);
      if (canBreak && breaks(sample, demand)) return { verdict: "refuted", sample };
    }
    if (holds(best, demand)) guarantees.push(best);
    else open ??= { verdict: "unknown", guarantee: best, sample };
  }
  return open ?? { verdict: "certified", guarantees };
}

/** Whether the bounds over the box, and those that hold everywhere, answer yes; a thorough analysis is for what a quick one leaves open. */
export function isCertified(model: BoundedModel, box: Box, question: Question): boolean {
  const demands = demandsOf(model, box, question);
  return [false, true].some((thorough) => {
    const analysis = analyse(model, box, thorough);
    const errors = predictionError(analysis);
    return demands.every((demand) => holds(guaranteeOf(analysis, demand, errors), demand));
  });
}

/** The inequalities that make up the question, whose class is that of the box's centre. */
function demandsOf(model: BoundedModel, { centre }: Box, question: Question): Demand[] {
  if (question.kind === "tolerance") {
    return [{ quantity: "change", output: question.output, limit: question.tolerance }];
  }
  const outputs = Array.from({ length: model.outputs }, (_, k) =>
    valueAt(model, rowOf({ plus: k, minus: null }, model.outputs), centre),
  );
  if (outputs.length === 1) {
    const output = outputs[0] > 0 ? { plus: null, minus: 0 } : { plus: 0, minus: null };
    return [{ quantity: "maximum", output, limit: 0 }];
  }
  const winner = outputs.indexOf(Math.max(...outputs));
  return outputs.flatMap((_, k): Demand[] =>
    k === winner ? [] : [{ quantity: "maximum", output: { plus: k, minus: winner }, limit: 0 }],
  );
}

const valueAt = (model: BoundedModel, row: Float64Array, x: Float64Array) =>
  valueAndGradient(model, row, x, new Float64Array(model.inputs));

/** A class must win; a tolerance may be reached. */
const holds = ({ atMost }: Guarantee, { quantity, limit }: Demand): boolean =>
  quantity === "maximum" ? atMost < limit : atMost <= limit;

const guaranteeOf = (analysis: Analysis, { quantity, output }: Demand, errors: Float64Array): Guarantee =>
  (quantity === "change" ? changeOver : maximumOver)(analysis, output, errors)[0];

const exactFor = (analysis: Analysis, { quantity, output }: Demand, seconds: number): Promise<ExactBound> =>
  (quantity === "change" ? exactChange : exactMaximum)(analysis, output, seconds);

function searchFor(
  model: BoundedModel,
  box: Box,
  { quantity, output }: Demand,
  options: SearchOptions,
): Sample {
  return (quantity === "change" ? searchChange : searchMaximum)(model, box, output, options);
}

/** What rounding in float32 can add to the quantity: a change is the difference of two predictions. */
function rounding({ quantity, output }: Demand, errors: Float64Array): number {
  const row = rowOf(output, errors.length);
  const sum = errors.reduce((total, error, k) => (row[k] === 0 ? total : above(total + error)), 0);
  return quantity === "change" ? 2 * sum : sum;
}

const withRounding = (guarantee: Guarantee, demand: Demand, errors: Float64Array): Guarantee => ({
  ...guarantee,
  arithmetic: "float32",
  atMost: orInfinity(above(guarantee.atMost + rounding(demand, errors))),
});

const isFloat32 = (values: Float64Array): boolean => values.every((x) => Math.fround(x) === x);

/** Whether a prediction at the centre is what the demands take it for: made of float32 numbers, and its class beyond rounding. */
function isSettled(
  model: BoundedModel,
  { centre }: Box,
  demands: readonly Demand[],
  errors: Float64Array,
): boolean {
  const wins = (demand: Demand) =>
    enclose(model, rowOf(demand.output, model.outputs), centre).upper + rounding(demand, errors) <
    demand.limit;
  return isFloat32(centre) && demands.every((demand) => demand.quantity === "change" || wins(demand));
}

/** Whether the predictions at the witness and at the centre break the demand. */
const breaks = ({ arithmetic, atLeast }: Sample, { limit }: Demand): boolean =>
  arithmetic === "float32" && atLeast > limit;

/**
 * The sample at the float32 numbers of the box that are nearest to its witness, less what rounding can take from it. Where a side holds
 * no such number it stays a statement about real numbers.
 */
function asPredicted(
  model: BoundedModel,
  box: Box,
  demand: Demand,
  errors: Float64Array,
  sample: Sample,
): Sample {
  const witness = sample.witness.map((x, j) => {
    const near = Math.fround(x);
    const step = Math.max(Math.abs(near) * 2 ** -23, 2 ** -149);
    const inside = [near, Math.fround(near - step), Math.fround(near + step)].find(
      (candidate) => candidate >= box.lower[j] && candidate <= box.upper[j],
    );
    return inside ?? x;
  });
  if (!isFloat32(witness)) return sample;
  const row = rowOf(demand.output, model.outputs);
  const real =
    demand.quantity === "change"
      ? changeAt(model, row, box.centre, witness)
      : enclose(model, row, witness).lower;
  return { ...sample, arithmetic: "float32", witness, atLeast: below(real - rounding(demand, errors)) };
}
