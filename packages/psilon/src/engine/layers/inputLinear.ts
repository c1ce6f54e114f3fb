import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Adapted } from "../weights/adapted.js";
import { blocksOf } from "./blocks.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";

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
 * Z = X·Wᵀ for a network's inputs X, the rows of each member by its own matrix. Where they come with their entries, only the columns of W
 * that meet one are read, and only theirs get a gradient other than 0; the bits are those of the whole product by the kernels. It is faster
 * from eight inputs an entry on: 5 to 10 times at 1,000 inputs and 15 entries.
 */
export function inputLinear(
  { arena, kernels, product }: Backend,
  { weight, matrices, parameters }: Adapted,
  source: InputSource,
): BoundLayer {
  const { rows, columns } = weight.effective;
  const count = matrices.length;
  const output = createSignal(arena, source.values.rows, rows);
  const [reads, writes, deltas] = [source.values, output.values, output.delta].map((tensor) =>
    blocksOf(tensor, count),
  );
  const entriesFor = (n: number) => (n < FEW || rows === 1 ? null : source.entries.now);
  return {
    output,
    parameters,
    scaledBy: [weight],
    forward(total) {
      const n = total / count;
      const from = reads(total);
      const to = writes(total);
      const entries = entriesFor(n);
      for (let m = 0; m < count; m++) {
        const { effective } = matrices[m];
        if (!entries) {
          product.multiply("NT", n, rows, columns, from[m], effective, to[m], false);
          continue;
        }
        const { perRow, indices, values, transpose } = entries;
        const start = 4 * m * n * perRow;
        kernels.transposeTo(rows, columns, effective.pointer, transpose.columns, transpose.pointer);
        kernels.entriesTimes(
          n,
          perRow,
          indices.pointer + start,
          values.pointer + start,
          columns,
          rows,
          transpose.columns,
          transpose.pointer,
          to[m].pointer,
        );
      }
    },
    backward(total) {
      const n = total / count;
      const from = reads(total);
      const delta = deltas(total);
      const entries = entriesFor(n);
      for (let m = 0; m < count; m++) {
        const { gradient } = matrices[m];
        if (!entries) {
          product.multiply("TN", rows, columns, n, delta[m], from[m], gradient, false);
          continue;
        }
        const { perRow, indices, values, transpose } = entries;
        const start = 4 * m * n * perRow;
        kernels.entriesGradient(
          n,
          perRow,
          indices.pointer + start,
          values.pointer + start,
          columns,
          rows,
          transpose.columns,
          transpose.pointer,
          delta[m].pointer,
          gradient.pointer,
        );
      }
    },
  };
}
