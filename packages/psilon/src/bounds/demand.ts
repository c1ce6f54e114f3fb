import { analyse } from "./analyse.js";
import { weigh } from "./backwards.js";
import type { BoundedModel } from "./boundedModel.js";
import { pointBox } from "./box.js";
import type { Guarantee, OutputRow } from "./certificate.js";
import { negated, rowOf } from "./outputRow.js";
import { valueAtCentre } from "./overBox.js";
import type { Range } from "./point.js";
import { predictionError } from "./predictionError.js";
import { above, below } from "./rounding.js";

/** One inequality about every input x′ that an input x may move to; F̃ is the `output` as predictions in float32 come to. */
export interface Demand {
  readonly output: OutputRow;
  /** F̃(x′) ≤ this is enough. */
  readonly holds: number;
  /** F̃(x′) > this breaks what was asked; Infinity where nothing can. */
  readonly breaks: number;
  /**
   * Where what is asked is about the outputs in ascending order: the place of this one at x, counted from 0. What breaks the demand is
   * then what stands there at x′, whichever output that is. Demands that hold for every output hold for their order too.
   */
  readonly rank?: number;
}

/** Two logits that differ by this give probabilities that differ, so that no tie is broken by the order of classes. */
export const TIE = 1e-12;

/** Where the one logit of two classes parts them: more than the margin above it is surely the second one, below it the first. */
export interface Boundary {
  readonly at: number;
  readonly margin: number;
}

export const isMet = ({ atMost }: Guarantee, { holds }: Demand): boolean => atMost <= holds;

/** How far rounding in float32 can take the output, given how far it can take each of the model's. */
export const errorOf = (errors: Float64Array, output: OutputRow): number =>
  above(weigh(rowOf(output, errors.length), errors, errors.length));

/** Where the predictions in float32 at x lie, for any output: its real value and how far rounding can take it. */
export function predictedAt(model: BoundedModel, x: ArrayLike<number>): (output: OutputRow) => Range {
  const analysis = analyse(model, pointBox(x), false);
  const errors = predictionError(analysis);
  return (output) => {
    const { lower, upper } = valueAtCentre(analysis, rowOf(output, model.outputs));
    const error = errorOf(errors, output);
    return { lower: below(lower - error), upper: above(upper + error) };
  };
}

/**
 * What stands at place `rank` of the outputs in ascending order, its negative where the output is one: from ranges of all outputs to that
 * of the order statistic, which no output can leave without another's taking its place.
 */
export function rankedAt(
  at: (output: OutputRow) => Range,
  outputs: number,
  { plus }: OutputRow,
  rank: number,
): Range {
  const ranges = Array.from({ length: outputs }, (_, k) => at({ plus: k, minus: null }));
  const lower = Float64Array.from(ranges, (range) => range.lower).sort()[rank];
  const upper = Float64Array.from(ranges, (range) => range.upper).sort()[rank];
  return plus === null ? { lower: -upper, upper: -lower } : { lower, upper };
}

/**
 * That the output moves by at most `enough` from a prediction that lies in the range `own`, upwards and downwards, where moving by more than
 * `breaking` breaks what was asked.
 */
export function changeDemands(
  output: OutputRow,
  own: Range,
  enough: number,
  breaking: number = enough,
): readonly [up: Demand, down: Demand] {
  const from = (side: OutputRow, { lower, upper }: Range): Demand => ({
    output: side,
    holds: below(lower + enough),
    breaks: above(upper + breaking),
  });
  return [from(output, own), from(negated(output), { lower: -own.upper, upper: -own.lower })];
}

/**
 * That the class stays `own`, by default that of x: no other output overtakes its own, or with one output, that it stays on its side of the
 * boundary, by default 0. Unless x lies beyond rounding on the side of the class, nothing breaks a demand: another class might be that
 * of x itself.
 */
export function classDemands(
  model: BoundedModel,
  x: ArrayLike<number>,
  own?: number,
  boundary: Boundary = { at: 0, margin: TIE },
): Demand[] {
  const at = predictedAt(model, x);
  const values = Array.from({ length: model.outputs }, (_, k) => at({ plus: k, minus: null }).lower);
  const sides = values.length === 1 ? sidesOf(boundary, own ?? Number(values[0] > boundary.at)) : null;
  const label = own ?? values.indexOf(Math.max(...values));
  const demands =
    sides ??
    values.flatMap((_, k) =>
      k === label ? [] : [{ output: { plus: k, minus: label }, holds: -TIE, breaks: TIE }],
    );
  const isSettled = demands.every(({ output, holds }) => at(output).upper < holds);
  return isSettled ? demands : demands.map((demand) => ({ ...demand, breaks: Number.POSITIVE_INFINITY }));
}

/** That the one output stays on the label's side. */
const sidesOf = ({ at, margin }: Boundary, label: number): Demand[] =>
  label === 1
    ? [{ output: { plus: null, minus: 0 }, holds: -(at + margin), breaks: margin - at }]
    : [{ output: { plus: 0, minus: null }, holds: at - margin, breaks: at + margin }];
