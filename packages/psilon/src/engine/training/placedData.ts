import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { writeRows } from "./codedInputs.js";
import type { Inputs, TrainingData } from "./spec.js";

/** Rows of data where a network can be given any of them. */
export interface PlacedData {
  readonly rows: number;
  readonly y: Tensor;
  readonly w: Tensor | null;
  /** Writes the inputs of the n rows whose numbers stand from `start` on in `order` where the network reads them. */
  gather(order: Tensor, start: number, n: number): void;
  /** Writes the inputs of the n rows from `start` on. */
  take(start: number, n: number): void;
}

/**
 * Inputs that are written out are copied into the arena; coded ones stay where they are, and batches of them are written out. `columns`:
 * the targets of a row.
 */
export function placeData(
  { arena, kernels }: Backend,
  { input, inputs: width }: Network,
  { rows, inputs, targets, weights }: TrainingData<Inputs>,
  columns: number,
): PlacedData {
  const placed = { rows, y: arena.from(targets, rows, columns), w: weights && arena.from(weights, rows) };
  if (!(inputs instanceof Float32Array)) {
    return {
      ...placed,
      gather(order, start, n) {
        writeRows(inputs, order.integers, start, n, input.data);
      },
      take(start, n) {
        writeRows(inputs, null, start, n, input.data);
      },
    };
  }
  const x = arena.from(inputs, rows, width);
  return {
    ...placed,
    gather(order, start, n) {
      kernels.gatherRows(n, width, x.pointer, order.pointer + 4 * start, input.pointer);
    },
    take(start, n) {
      input.data.set(x.data.subarray(start * width, (start + n) * width));
    },
  };
}
