import type { numpy as np } from "@jax-js/jax";
import type { LayerSpec } from "../../../../src/engine/layers/kinds.ts";
import type { Shape } from "../../../../src/engine/layers/shape.ts";

/** Of the random numbers that a layer is bound with. */
export const SEED = 3;

/** A layer and what it reads, with the formula that it must compute and be differentiated by, twice. */
export interface KindMember {
  /** What is special about it, after the kind's name. */
  readonly name: string;
  readonly spec: LayerSpec;
  /** Of one example; small, since every number of a batch is moved. */
  readonly shape: Shape;
  /**
   * From its definition in float64: what is written for a batch of n examples, one after the other, with the parameters and what it keeps
   * beside them (`state`), as it was before, in their order.
   */
  plain(
    x: Float64Array,
    n: number,
    parameters: readonly Float64Array[],
    state: readonly Float64Array[],
  ): Float64Array;
  /** The same once training is over; without it, no other. */
  evaluated?: KindMember["plain"];
  /** By jax-js, which differentiates it: the same for a batch n × shape and parameters as they are stored, rows × columns. No operand may be used up. */
  traced(x: np.Array, parameters: readonly np.Array[], state: readonly Float64Array[]): np.Array;
}
