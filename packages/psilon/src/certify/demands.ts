import { analyse } from "../bounds/analyse.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { pointBox } from "../bounds/box.js";
import type { OutputRow } from "../bounds/certificate.js";
import { rowOf } from "../bounds/outputRow.js";
import { valueAtCentre } from "../bounds/overBox.js";
import type { Range } from "../bounds/point.js";
import { predictionError } from "../bounds/predictionError.js";
import { above, below } from "../bounds/rounding.js";
import type { RegressionTarget, Target } from "../tabular/target.js";

/** One inequality about every row x′ that the row x may move to; F is the `output`, as predictions in float32 come to. */
export interface Demand {
  readonly output: OutputRow;
  /** F(x′) ≤ this is enough. */
  readonly holds: number;
  /** F(x′) > this breaks what was asked. */
  readonly breaks: number;
  /**
   * Regression: from an upper bound of F(x′) to one of how far the prediction moves in this direction, in the target's units.
   * Classes have none.
   */
  readonly moved: ((atMost: number) => number) | null;
}

/** Two logits that differ by this give probabilities that differ, so that no tie is broken by the order of classes. */
const TIE = 1e-12;

/** What a prediction in the user's units can be off by: two roundings of each operation, ten times over. */
const ROUNDING = 20 * 2 ** -53;

/**
 * What must hold for the answer to be yes: with a tolerance t, that every target's prediction moves by at most t of its units; for
 * classes, that none of the others overtakes the row's own. `x` is the encoded row.
 */
export function demandsOf(model: BoundedModel, target: Target, x: Float64Array, tolerance: number): Demand[] {
  const analysis = analyse(model, pointBox(x), false);
  const errors = predictionError(analysis);
  const at = (output: OutputRow): Range => {
    const { lower, upper } = valueAtCentre(analysis, rowOf(output, model.outputs));
    const error = errorOf(errors, output);
    return { lower: below(lower - error), upper: above(upper + error) };
  };
  if (target.task === "regression") {
    return target.names.flatMap((_, k) => [
      movedBy(target, k, { plus: k, minus: null }, at({ plus: k, minus: null }), tolerance),
      movedBy(target, k, { plus: null, minus: k }, at({ plus: null, minus: k }), tolerance),
    ]);
  }
  const rivals = (own: number, output: (k: number) => OutputRow) =>
    target.classes.flatMap((_, k) => (k === own ? [] : [output(k)]));
  const values = Array.from({ length: model.outputs }, (_, k) => at({ plus: k, minus: null }));
  const outputs =
    values.length === 1
      ? [values[0].lower > 0 ? { plus: null, minus: 0 } : { plus: 0, minus: null }]
      : rivals(largest(values), (k) => ({ plus: k, minus: largest(values) }));
  return outputs.map((output) => {
    // Where the row's own class is not beyond rounding, nothing can be said.
    const settled = at(output).upper < -TIE;
    return { output, holds: -TIE, breaks: settled ? TIE : Number.POSITIVE_INFINITY, moved: null };
  });
}

/** How far a prediction of the output can be from its real value, with the errors of its parts. */
export function errorOf(errors: Float64Array, { plus, minus }: OutputRow): number {
  return [plus, minus].reduce<number>((sum, k) => (k === null ? sum : above(sum + errors[k])), 0);
}

function movedBy(
  { scales, centers }: RegressionTarget,
  k: number,
  output: OutputRow,
  { lower, upper }: Range,
  tolerance: number,
): Demand {
  const scale = scales[k];
  const size = Math.max(Math.abs(lower), Math.abs(upper));
  /** What the two predictions in the target's units lose to rounding when they are `moved` apart. */
  const rounding = (moved: number) => ROUNDING * (Math.abs(centers[k]) + scale * size + moved);
  const moved = (atMost: number) => {
    const change = above(Math.max(0, above(atMost - lower)) * scale * (1 + ROUNDING));
    return above(change + rounding(change));
  };
  const slack = rounding(tolerance);
  return {
    output,
    holds: below(lower + below((tolerance - slack) / scale) * (1 - ROUNDING)),
    breaks: above(upper + above((tolerance + slack) / scale) * (1 + ROUNDING)),
    moved,
  };
}

const largest = (values: readonly Range[]) =>
  values.reduce((best, { lower }, k) => (lower > values[best].lower ? k : best), 0);
