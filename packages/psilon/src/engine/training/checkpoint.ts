import type { PruningState } from "../pruning/pruning.js";
import type { RandomState } from "../random/random.js";

/** Everything training depends on at an epoch's end; plain values that survive a structured clone. */
export interface Checkpoint {
  readonly epoch: number;
  readonly steps: number;
  readonly random: RandomState;
  /** Parameters and what layers keep beside, then what weights keep from step to step and the optimizer's moments. */
  readonly values: Float32Array;
  /** Parameters and what layers keep beside as a finite loss last showed them to be good. */
  readonly lastGood: Float32Array;
  /** Of each parameter. */
  readonly lengthUnits: readonly number[];
  readonly best: { readonly values: Float32Array; readonly loss: number; readonly epoch: number } | null;
  readonly pruning: PruningState | null;
  /** Of each parameter with a mask, 1 where it keeps V. */
  readonly masks: readonly (Uint8Array | null)[];
}
