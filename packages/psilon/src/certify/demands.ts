import type { BoundedModel } from "../bounds/boundedModel.js";
import type { Guarantee } from "../bounds/certificate.js";
import { changeDemands, classDemands, type Demand, predictedAt } from "../bounds/demand.js";
import { above } from "../bounds/rounding.js";
import type { Target } from "../preprocess/target.js";

/** What is asked of one row, as inequalities of the network's outputs. */
export interface Asked {
  readonly demands: readonly Demand[];
  /**
   * From what is guaranteed for each demand to how far any prediction moves at most, in the target's units, the largest over the targets;
   * null for classes.
   */
  readonly atMost: (guarantees: readonly Guarantee[]) => number | null;
}

/** How much two predictions in the user's units lose to rounding, of what they are made of: two roundings of each operation, ten times over. */
const ROUNDING = 20 * 2 ** -53;

/**
 * What must hold for the answer to be yes: with a tolerance t, that every target's prediction moves by at most t of its units; for
 * classes, that none of the others overtakes the row's own. `x` is the encoded row.
 */
export function demandsOf(model: BoundedModel, target: Target, x: Float32Array, tolerance: number): Asked {
  if (target.task === "classification") {
    return { demands: classDemands(model, x), atMost: () => null };
  }
  const at = predictedAt(model, x);
  const asked = target.scales.map((scale, k) => {
    const output = { plus: k, minus: null };
    const own = at(output);
    const size = scale * Math.max(-own.lower, own.upper);
    /** What is lost where the predictions are `moved` apart. */
    const rounding = (moved: number) => above(ROUNDING * (Math.abs(target.centers[k]) + size + moved));
    const slack = rounding(tolerance);
    const demands = changeDemands(output, own, (tolerance - slack) / scale, (tolerance + slack) / scale);
    const atMost = (up: Guarantee, down: Guarantee) => {
      const far = Math.max(0, above(up.atMost - own.lower), above(down.atMost + own.upper));
      const moved = above(far * scale);
      return above(moved + rounding(moved));
    };
    return { demands, atMost };
  });
  return {
    demands: asked.flatMap(({ demands }) => demands),
    atMost: (guarantees) =>
      Math.max(...asked.map(({ atMost }, k) => atMost(guarantees[2 * k], guarantees[2 * k + 1]))),
  };
}
