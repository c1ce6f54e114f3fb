import type { BoundedModel } from "../bounds/boundedModel.js";
import type { Guarantee } from "../bounds/certificate.js";
import { classDemands, type Demand, predictedAt, rankedAt } from "../bounds/demand.js";
import { negated } from "../bounds/outputRow.js";
import type { Range } from "../bounds/point.js";
import type { Tolerance } from "../fit/tolerance.js";
import type { RegressionTarget, Target } from "../preprocess/target.js";
import { boundaryOf } from "./boundary.js";
import { curvedLimits } from "./curvedLimits.js";
import { shiftLimits } from "./limits.js";

/** What is asked of one row, as inequalities of the network's outputs. */
export interface Asked {
  readonly demands: readonly Demand[];
  /**
   * From what is guaranteed for each demand to how far any prediction moves at most, in the tolerance's unit (the target's, or as a factor),
   * the largest over the targets; null for classes.
   */
  readonly atMost: (guarantees: readonly Guarantee[]) => number | null;
  /** The same for each target, or each of its quantiles; nothing for classes. */
  readonly atMostEach: (guarantees: readonly Guarantee[]) => readonly number[];
}

/**
 * What must hold for the answer to be yes: with a tolerance t, that every target's prediction moves by at most t of its units, or t times;
 * for classes, that none of the others overtakes the row's own, or its probability the threshold. `x` is the encoded row.
 *
 * Of quantiles, which are the outputs in ascending order, the one at each place is asked to stay near what stands there at x: where all outputs
 * stay below some numbers, the outputs in order stay below these in order.
 */
export function demandsOf(model: BoundedModel, target: Target, x: Float32Array, tolerance: Tolerance): Asked {
  if (target.task === "classification") {
    const demands = classDemands(model, x, undefined, boundaryOf(target));
    return { demands, atMost: () => null, atMostEach: () => [] };
  }
  const isCurved = (typeof tolerance === "number") === (target.link === "log");
  const limitsAround = isCurved ? curvedLimits : shiftLimits;
  const asked = ownOutputs(model, target, x).map(({ own, ...about }, k) => {
    const { enough, breaking, atMost } = limitsAround(target, k, own, tolerance);
    const { output } = about;
    return {
      demands: [
        { ...about, holds: enough.upper, breaks: breaking.upper },
        { ...about, output: negated(output), holds: -enough.lower, breaks: -breaking.lower },
      ],
      atMost: (up: Guarantee, down: Guarantee) => atMost(up.atMost, -down.atMost),
    };
  });
  const atMostEach: Asked["atMostEach"] = (guarantees) => {
    const each = asked.map(({ atMost }, k) => atMost(guarantees[2 * k], guarantees[2 * k + 1]));
    // Another output may come to stand at a quantile's place.
    return target.levels ? each.map(() => Math.max(...each)) : each;
  };
  return {
    demands: asked.flatMap(({ demands }) => demands),
    atMost: (guarantees) => Math.max(...atMostEach(guarantees)),
    atMostEach,
  };
}

/** Where the prediction of each output lies, or of quantiles what stands at each place, with the output that stands there. */
function ownOutputs(
  model: BoundedModel,
  { levels }: RegressionTarget,
  x: Float32Array,
): (Pick<Demand, "output" | "rank"> & { readonly own: Range })[] {
  const at = predictedAt(model, x);
  const outputs = Array.from({ length: model.outputs }, (_, k) => ({ plus: k, minus: null }));
  if (!levels) return outputs.map((output) => ({ output, own: at(output) }));
  return outputs
    .map((output) => ({ output, lower: at(output).lower }))
    .sort((a, b) => a.lower - b.lower)
    .map(({ output }, rank) => ({ output, rank, own: rankedAt(at, model.outputs, output, rank) }));
}
