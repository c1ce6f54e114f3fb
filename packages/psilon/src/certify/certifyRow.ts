import { analyse } from "../bounds/analyse.js";
import type { Analysis } from "../bounds/analysis.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { type Box, pointBox } from "../bounds/box.js";
import { exactMaximum } from "../bounds/exact.js";
import { rowOf } from "../bounds/outputRow.js";
import { maximumOver } from "../bounds/overBox.js";
import { enclose } from "../bounds/point.js";
import { predictionError } from "../bounds/predictionError.js";
import { above, below, orInfinity } from "../bounds/rounding.js";
import { type SearchOptions, searchMaximum } from "../bounds/witnessSearch.js";
import { standardize } from "../tabular/encoder.js";
import type { Cell } from "../tabular/table.js";
import type { Pause } from "../training/pauses.js";
import { type Demand, errorOf } from "./demands.js";
import type { Region } from "./region.js";

/** What was found about one row. */
export interface RowFinding {
  readonly verdict: "certified" | "refuted" | "unknown";
  /**
   * Regression: no prediction in the regions is farther than this from the row's own, in the target's units; an upper bound, the largest
   * over the targets, and Infinity where none was found. Null for classes.
   */
  readonly atMost: number | null;
  /** The columns that move, and where to, in a row that breaks what was asked. */
  readonly counterexample: Readonly<Record<string, Cell>> | null;
}

export interface EffortOptions {
  readonly search: SearchOptions;
  /** Seconds for the exact program of each inequality that bounds leave open; null asks no solver. */
  readonly exactSeconds: number | null;
  /** Asked between inequalities. */
  readonly pause: Pause;
}

/** F(x′) ≤ this over the analysed box, as predictions in float32 come to. */
function maximum(analysis: Analysis, errors: Float64Array, { output }: Demand): number {
  return maximumOver(analysis, output, errors)[0].atMost;
}

/** A quick analysis where it is enough for all demands, else a thorough one; errors are those of the whole box in any case. */
function analyseFor(model: BoundedModel, box: Box, demands: readonly Demand[]) {
  const quick = analyse(model, box, false);
  const errors = predictionError(quick);
  const isEnough = demands.every((demand) => maximum(quick, errors, demand) <= demand.holds);
  return { analysis: isEnough ? quick : analyse(model, box), errors };
}

/**
 * Whether bounds alone settle that every demand holds in all regions; the row's own encoding is the centre of the first. Stops at the first
 * that does not.
 */
export function isRowCertified(
  model: BoundedModel,
  regions: readonly Region[],
  demands: readonly Demand[],
): boolean {
  return regions.every(({ box }) => {
    const { analysis, errors } = analyseFor(model, box, demands);
    return demands.every((demand) => maximum(analysis, errors, demand) <= demand.holds);
  });
}

/**
 * Certified, refuted or unknown for all rows of the regions: bounds over each box, then a search for a row that breaks a demand, then on
 * request the exact program. A counterexample is a row in the user's own terms, encoded as `predict` would, whose value breaks
 * the demand by more than rounding. Null where a pause says that the work is to end.
 */
export async function certifyRow(
  model: BoundedModel,
  regions: readonly Region[],
  demands: readonly Demand[],
  { search, exactSeconds, pause }: EffortOptions,
): Promise<RowFinding | null> {
  let moved = 0;
  let open = false;
  for (const region of regions) {
    const { analysis, errors } = analyseFor(model, region.box, demands);
    for (const demand of demands) {
      if (await pause()) return null;
      const { output } = demand;
      let atMost = maximum(analysis, errors, demand);
      if (atMost > demand.holds) {
        const tried = searchMaximum(model, region.box, output, search).witness;
        const found = breaking(model, region, demand, tried);
        if (found) return { verdict: "refuted", atMost: null, counterexample: found };
      }
      if (atMost > demand.holds && exactSeconds !== null) {
        const { upper, lower } = await exactMaximum(analysis, output, exactSeconds);
        atMost = Math.min(atMost, orInfinity(above(upper.atMost + errorOf(errors, output))));
        const found = atMost > demand.holds && breaking(model, region, demand, lower.witness);
        if (found) return { verdict: "refuted", atMost: null, counterexample: found };
      }
      if (atMost > demand.holds) open = true;
      if (demand.moved) moved = Math.max(moved, demand.moved(atMost));
    }
  }
  return {
    verdict: open ? "unknown" : "certified",
    atMost: demands.some((demand) => demand.moved) ? moved : null,
    counterexample: null,
  };
}

/**
 * The changes to the row that turn it into the one nearest to `witness` in the region, in the user's own terms, if a prediction for that
 * breaks the demand whatever its rounding; else null.
 */
function breaking(
  model: BoundedModel,
  { box, intervals, choices }: Region,
  { output, breaks }: Demand,
  witness: Float64Array,
): Readonly<Record<string, Cell>> | null {
  const x = box.centre.slice();
  const changes: Record<string, Cell> = { ...choices };
  for (const { column, place, mean, std, low, high, integer } of intervals) {
    if (witness[place] === box.centre[place]) continue;
    const near = mean + std * witness[place];
    const value = Math.min(Math.max(integer ? Math.round(near) : near, low), high);
    const encoded = standardize({ mean, std }, value);
    if (encoded === box.centre[place] || !Number.isFinite(encoded)) continue;
    x[place] = encoded;
    changes[column] = value;
  }
  const error = errorOf(predictionError(analyse(model, pointBox(x), false)), output);
  const { lower } = enclose(model, rowOf(output, model.outputs), x);
  return below(lower - error) > breaks ? changes : null;
}
