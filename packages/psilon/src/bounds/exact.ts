import type { Analysis } from "./analysis.js";
import type { Guarantee, OutputRow, Sample } from "./certificate.js";
import { networkProgram } from "./mixedInteger.js";
import { negated, rowOf } from "./outputRow.js";
import { changeOver, maximumOver } from "./overBox.js";
import { enclose } from "./point.js";
import { above, orInfinity } from "./rounding.js";
import { type MixedIntegerProgram, solve, TOLERANCE } from "./solver.js";
import { changeAt } from "./witnessSearch.js";

/** Both sides of a maximum or a change over a box. */
export interface ExactBound {
  readonly upper: Guarantee;
  /** Re-evaluated in float64 and rounded inwards, so that it is true whatever the solver did. */
  readonly lower: Sample;
  /** upper.atMost − lower.atLeast: near 0 where the solver finished. */
  readonly gap: number;
}

/**
 * max F(x) over the analysed box by a mixed-integer linear program (see `networkProgram`), solved by HiGHS for at most `seconds`. When the
 * time is up, its dual bound is still an upper bound and is reported as such, with a larger gap; where it has none, or a number of
 * the network is too large for it, the best local bound stands. Never above the best local bound.
 *
 * HiGHS computes in floating point: a constraint or a reduced cost may be off by its tolerance, 1e-10. A reduced cost that is off by τ
 * misjudges the objective by at most τ times the range of its variable or row, so ten times the tolerance times the sum of all ranges
 * is added, and 1e-9 of the bound for the solver's own rounding. This is not a proof about HiGHS; bounds of scope `local` need none.
 *
 * Throws InputError for an output that the model has not, and where the package `highs` is not installed.
 */
export async function exactMaximum(
  analysis: Analysis,
  output: OutputRow,
  seconds: number,
): Promise<ExactBound> {
  const { model, box } = analysis;
  const row = rowOf(output, model.outputs);
  const { atMost, point } = await solveMaximum(analysis, row, seconds);
  const witness = point ?? box.centre;
  const [local] = maximumOver(analysis, output);
  return exactBound(local, atMost, enclose(model, row, witness).lower, witness);
}

/** max |F(x) − F(c)| over the analysed box with centre c: `exactMaximum` of F and of −F. */
export async function exactChange(
  analysis: Analysis,
  output: OutputRow,
  seconds: number,
): Promise<ExactBound> {
  const { model, box } = analysis;
  const row = rowOf(output, model.outputs);
  const centre = enclose(model, row, box.centre);
  const up = await solveMaximum(analysis, row, seconds / 2);
  const down = await solveMaximum(analysis, rowOf(negated(output), model.outputs), seconds / 2);
  const atMost = above(Math.max(up.atMost - centre.lower, down.atMost + centre.upper));
  const reached = (x: Float64Array) => changeAt(model, row, box.centre, x);
  const [witness] = [box.centre, ...[up.point, down.point].filter((x) => x !== null)].sort(
    (x, y) => reached(y) - reached(x),
  );
  const [local] = changeOver(analysis, output);
  return exactBound(local, atMost, reached(witness), witness);
}

function exactBound(local: Guarantee, atMost: number, atLeast: number, witness: Float64Array): ExactBound {
  const { quantity, output } = local;
  const about = {
    quantity,
    output,
    scope: "exact",
    inputNorm: "inf",
    outputNorm: "inf",
    arithmetic: "real",
  } as const;
  const upper: Guarantee = {
    ...about,
    claim: "upper bound",
    method: "mixed-integer",
    atMost: Math.min(atMost, local.atMost),
    sensitivities: null,
  };
  const lower: Sample = { ...about, claim: "sampled lower bound", method: "mixed-integer", atLeast, witness };
  return { upper, lower, gap: upper.atMost - atLeast };
}

async function solveMaximum(
  analysis: Analysis,
  row: Float64Array,
  seconds: number,
): Promise<{ atMost: number; point: Float64Array | null }> {
  const { model, box } = analysis;
  const program = networkProgram(analysis, row);
  const solution = program && (await solve(program, seconds));
  if (!solution) return { atMost: Number.POSITIVE_INFINITY, point: null };
  const bound = solution.bound + 10 * TOLERANCE * (1 + ranges(program)) + 1e-9 * Math.abs(solution.bound);
  const point = solution.point
    ?.slice(0, model.inputs)
    .map((x, j) => Math.min(Math.max(x, box.lower[j]), box.upper[j]));
  return {
    atMost: orInfinity(above(above(bound + program.constant) / model.networks)),
    point: point ?? null,
  };
}

/** The sum of how far each variable, and each row's sum, can range. */
function ranges({ lower, upper, rows }: MixedIntegerProgram): number {
  const widths = lower.map((low, v) => upper[v] - low);
  const ofRows = rows.map(({ variables, weights }) =>
    variables.reduce((sum, v, t) => sum + Math.abs(weights[t]) * widths[v], 0),
  );
  return [...widths, ...ofRows].reduce((a, b) => a + b, 0);
}
