import type { Analysis } from "./analysis.js";
import { branchAndBound, type Enough } from "./branchAndBound.js";
import type { Guarantee, OutputRow, Sample } from "./certificate.js";
import { negated, rowOf } from "./outputRow.js";
import { changeOver, maximumOver } from "./overBox.js";
import { enclose, type Range } from "./point.js";
import { changeAt } from "./witnessSearch.js";

/** Both sides of a maximum or a change over a box. */
export interface ExactBound {
  readonly upper: Guarantee;
  readonly lower: Sample;
  /** upper.atMost − lower.atLeast: near 0 where the search came to its end. */
  readonly gap: number;
}

/**
 * max F(x) over the analysed box by branch and bound (see `branchAndBound`) for at most `seconds`. Both sides are proven whatever the solver does:
 * the upper one by linear relaxation rounded outwards, as local bounds are, the lower one by intervals at its witness. When the
 * time is up, the best of both is told, with a larger gap; so it is where `enough` says that an answer needs no more. Never above the
 * best local bound.
 *
 * Throws InputError for an output that the model has not, and where the package `highs` is not installed.
 */
export function exactMaximum(
  analysis: Analysis,
  output: OutputRow,
  seconds: number,
  enough: Enough | null = null,
): Promise<ExactBound> {
  const { model, box } = analysis;
  const [local] = maximumOver(analysis, output);
  const row = rowOf(output, model.outputs);
  const objectives = [{ row, offset: 0 }];
  const reached = (x: Float64Array) => enclose(model, row, x).lower;
  return search(analysis, local, objectives, enclose(model, row, box.centre), reached, seconds, enough);
}

/** max |F(x) − F(c)| over the analysed box with centre c: `exactMaximum` of F and of −F at once. */
export function exactChange(
  analysis: Analysis,
  output: OutputRow,
  seconds: number,
  enough: Enough | null = null,
): Promise<ExactBound> {
  const { model, box } = analysis;
  const [local] = changeOver(analysis, output);
  const row = rowOf(output, model.outputs);
  const centre = enclose(model, row, box.centre);
  const objectives = [
    { row, offset: -centre.lower },
    { row: rowOf(negated(output), model.outputs), offset: centre.upper },
  ];
  return search(
    analysis,
    local,
    objectives,
    centre,
    (x) => changeAt(model, row, box.centre, x),
    seconds,
    enough,
  );
}

async function search(
  analysis: Analysis,
  local: Guarantee,
  objectives: Parameters<typeof branchAndBound>[1],
  centre: Range,
  reached: (x: Float64Array) => number,
  seconds: number,
  enough: Enough | null,
): Promise<ExactBound> {
  const { atMost, witness } = await branchAndBound(analysis, objectives, {
    atMost: local.atMost,
    reached,
    rounding: centre.upper - centre.lower,
    seconds,
    enough,
  });
  const atLeast = reached(witness);
  if (atMost < atLeast) throw new Error(`An upper bound of ${atMost} lies below a witness of ${atLeast}.`);
  const { quantity, output } = local;
  const about = {
    scope: "exact",
    quantity,
    output,
    inputNorm: "inf",
    outputNorm: "inf",
    arithmetic: "real",
    method: "branch-and-bound",
  } as const;
  return {
    upper: { ...about, claim: "upper bound", atMost, sensitivities: null },
    lower: { ...about, claim: "sampled lower bound", atLeast, witness },
    gap: atMost - atLeast,
  };
}
