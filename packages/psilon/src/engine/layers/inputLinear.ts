import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import type { BoundLayer } from "./boundLayer.js";
import { linear } from "./linear.js";

/** What of a batch is not 0, beside the batch itself: in each row so many numbers, their columns ascending. */
export interface Entries {
  readonly perRow: number;
  /** Their columns, int32. */
  readonly indices: Tensor;
  readonly values: Tensor;
  /** Room for the weight's transpose: inputs × rows, rounded up to a multiple of 4. */
  readonly transpose: Tensor;
}

/** A network's inputs. */
export interface InputSource {
  readonly values: Tensor;
  /** Set by whoever writes the values: `now` tells the same batch by its entries, or is null. */
  readonly entries: { now: Entries | null };
}

/** Below it, `kernels/matmul` sums in another order. */
const FEW = 5;

/**
 * Z = X·Wᵀ for a network's inputs X. Where they come with their entries, only the columns of W that meet one are read, and only theirs get
 * a gradient other than 0; the bits are those of the whole product by the kernels. It is faster from eight inputs an entry on: 5 to 10
 * times at 1,000 inputs and 15 entries.
 */
export function inputLinear(backend: Backend, weight: Weight, source: InputSource): BoundLayer {
  const { kernels } = backend;
  const { effective, gradient } = weight;
  const { rows, columns } = effective;
  const whole = linear(backend, weight, { values: source.values, delta: null });
  const { values: z, delta } = whole.output;
  return {
    ...whole,
    forward(n) {
      const entries = source.entries.now;
      if (!entries || n < FEW || rows === 1) return whole.forward(n);
      const { perRow, indices, values, transpose } = entries;
      kernels.transposeTo(rows, columns, effective.pointer, transpose.columns, transpose.pointer);
      kernels.entriesTimes(
        n,
        perRow,
        indices.pointer,
        values.pointer,
        columns,
        rows,
        transpose.columns,
        transpose.pointer,
        z.pointer,
      );
    },
    backward(n) {
      const entries = source.entries.now;
      if (!entries || n < FEW || rows === 1) return whole.backward(n);
      const { perRow, indices, values, transpose } = entries;
      kernels.entriesGradient(
        n,
        perRow,
        indices.pointer,
        values.pointer,
        columns,
        rows,
        transpose.columns,
        transpose.pointer,
        delta.pointer,
        gradient.pointer,
      );
    },
  };
}
