import { type BoundedModel, type ModelMember, takeBlocks } from "./boundedModel.js";
import type { Box } from "./box.js";
import type { Intervals } from "./intervals.js";

/** What is known about one layer's numbers h over a box with centre c. */
export interface LayerFacts extends Intervals {
  /** |h(x) − h(c)| for every x in the box, at most. */
  readonly reach: Float64Array;
  /** The same by magnitudes alone, Σ_j |slope_ij|·reach_j: what γ_n is multiplied with when differences are summed. */
  readonly reachSize: Float64Array;
  /** h(c). */
  readonly centre: Pick<Intervals, "lower" | "upper">;
}

/** What is known about one member's layers over a box. */
export interface MemberFacts {
  /** Without the units of an MLP that are off all over the box: they drop out. */
  readonly member: ModelMember;
  /** One per layer, for the units that are left. */
  readonly layers: readonly LayerFacts[];
  /** |h| at most, one array per layer, for all units. */
  readonly sizes: readonly Float64Array[];
}

/** What is known about a model over a box: every bound of any output over this box starts from here. */
export interface Analysis {
  readonly model: BoundedModel;
  readonly box: Box;
  /** |x_j − c_j|, at most. */
  readonly reach: Float64Array;
  readonly members: readonly MemberFacts[];
}

/** A linear function of the model's inputs plus a constant, as computed, and the magnitudes that were summed to both over the box. */
export interface LinearForm {
  readonly coefficients: Float64Array;
  constant: number;
  size: number;
}

export const emptyForm = (inputs: number): LinearForm => ({
  coefficients: new Float64Array(inputs),
  constant: 0,
  size: 0,
});

export function takeFacts(facts: LayerFacts, units: Int32Array): LayerFacts {
  const take = (values: Float64Array) => takeBlocks(values, 1, units);
  return {
    lower: take(facts.lower),
    upper: take(facts.upper),
    size: take(facts.size),
    reach: take(facts.reach),
    reachSize: take(facts.reachSize),
    centre: { lower: take(facts.centre.lower), upper: take(facts.centre.upper) },
  };
}
