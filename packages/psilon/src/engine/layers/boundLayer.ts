import type { Arena, Tensor } from "../backend/arena.js";
import type { Parameter } from "../weights/parameter.js";
import type { Weight } from "../weights/weight.js";

/** Numbers on their way through a network: a row per example, for as many as a batch may have. */
export interface Signal {
  readonly values: Tensor;
  /** ∂ℓ/∂values: written on the way back by the layer that reads the values. */
  readonly delta: Tensor;
}

/** What a layer reads; without a delta where nobody asks for the loss's slope, as at a network's inputs. */
export interface Source {
  readonly values: Tensor;
  readonly delta: Tensor | null;
}

/**
 * A layer tied to what it reads and to what it writes, all of it allocated when it is made. It is as much as one fused pass or one matrix
 * product does, so that lists of them compose without a pass too many. It may write over what it reads, and a signal has one reader: a
 * layer that lets it go on as well (`crelu`) adds its slope to the one that comes back from there.
 */
export interface BoundLayer {
  readonly output: Signal;
  readonly parameters: readonly Parameter[];
  /**
   * The weights to whose size the output's is in proportion, where it may be set on a first batch (`preserveVariance`): of several each
   * that of its own block of rows.
   */
  readonly scaledBy: readonly Weight[];
  /** The output's values of the first n rows. */
  forward(n: number): void;
  /** After `forward` with the same n and once the output's delta is there: the parameters' gradients, and the delta of what was read. */
  backward(n: number): void;
}

/** Zeros; `delta` where signals that are never needed at once share one. */
export function createSignal(
  arena: Arena,
  rows: number,
  columns: number,
  delta: Tensor = arena.tensor(rows, columns),
): Signal {
  return { values: arena.tensor(rows, columns), delta };
}
