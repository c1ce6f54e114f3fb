import type { Arena, Tensor } from "../backend/arena.js";
import type { Parameter } from "../weights/parameter.js";
import type { Weight } from "../weights/weight.js";

/** Numbers on their way through a network: as many rows per example as there are places, for as many examples as a batch may have. */
export interface Signal {
  readonly values: Tensor;
  /** ∂ℓ/∂values: written on the way back by the layer that reads the values. */
  readonly delta: Tensor;
  /** Rows per example: 1, the pixels of an image, the tokens of a sequence. */
  readonly places: number;
}

/** What a layer reads; without a delta where nobody asks for the loss's slope, as at a network's inputs. */
export interface Source {
  readonly values: Tensor;
  readonly delta: Tensor | null;
  readonly places: number;
}

/**
 * A layer tied to what it reads and to what it writes, all of it allocated when it is made. It is as much as one fused pass or one matrix
 * product does, so that lists of them compose without a pass too many. It may write over what it reads, where nobody else does, and a signal
 * has one reader: a layer that lets it go on as well (`crelu`, `fork`) adds its slope to the one that comes back from there.
 */
export interface BoundLayer {
  readonly output: Signal;
  readonly parameters: readonly Parameter[];
  /** What decides what it computes beside its parameters and is not trained: running means, the state of random numbers. */
  readonly state?: readonly Tensor[];
  /**
   * The weights to whose size the output's is in proportion, where it may be set on a first batch (`preserveVariance`): of several each
   * that of its own block of rows.
   */
  readonly scaledBy: readonly Weight[];
  /** The output's values of the first n examples, in training. */
  forward(n: number): void;
  /** The same once training is over, where that is something else. */
  evaluate?(n: number): void;
  /** After `forward` with the same n and once the output's delta is there: the parameters' gradients, and the delta of what was read. */
  backward(n: number): void;
}

/** Zeros; `delta` where signals that are never needed at once share one. */
export function createSignal(
  arena: Arena,
  rows: number,
  columns: number,
  { delta = arena.tensor(rows, columns), places = 1 }: { delta?: Tensor | undefined; places?: number } = {},
): Signal {
  return { values: arena.tensor(rows, columns), delta, places };
}

/** Where the slope of what is read is written, be it asked for or not: for layers whose output has the same delta. */
export const deltaOf = (arena: Arena, { values, delta }: Source): Tensor =>
  delta ?? arena.tensor(values.rows, values.columns);
