import type { Arena, Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Entries } from "../layers/inputLinear.js";
import type { Network } from "../networks/network.js";
import { entriesPerRow, writeEntries, writeRows } from "./codedInputs.js";
import type { Inputs, TrainingData } from "./spec.js";

/** Rows of data where a network can be given any of them. */
export interface PlacedData {
  readonly rows: number;
  readonly y: Tensor;
  readonly w: Tensor | null;
  /** Writes the inputs of the n rows whose numbers stand from `start` on in `order` where the network reads them. */
  gather(order: Tensor, start: number, n: number): void;
}

/**
 * Inputs that are written out are copied into the arena; coded ones stay where they are, and batches of them are written out. `columns`:
 * the targets of a row.
 */
export function placeData(
  backend: Backend,
  network: Network,
  { rows, inputs, targets, weights }: TrainingData<Inputs>,
  columns: number,
): PlacedData {
  const { arena } = backend;
  const { input, entries } = network;
  const placed = { rows, y: arena.from(targets, rows, columns), w: weights && arena.from(weights, rows) };
  const written = placeInputs(backend, inputs, rows, input);
  if (inputs instanceof Float32Array) {
    return {
      ...placed,
      gather(order, start, n) {
        written.gather(order, start, n);
        entries.now = null;
      },
    };
  }
  const own = createEntries(arena, network, entriesPerRow(inputs));
  return {
    ...placed,
    gather(order, start, n) {
      written.gather(order, start, n);
      if (own) writeEntries(inputs, order.integers, start, n, own.indices.integers, own.values.data);
      entries.now = own;
    },
  };
}

/** Inputs of which any rows can be written into `into`, one after the other from its start. */
export function placeInputs(
  { arena, kernels }: Backend,
  inputs: Inputs,
  rows: number,
  into: Tensor,
): Pick<PlacedData, "gather"> {
  if (!(inputs instanceof Float32Array)) {
    return {
      gather(order, start, n) {
        writeRows(inputs, order.integers, start, n, into.data);
      },
    };
  }
  const width = into.columns;
  const x = arena.from(inputs, rows, width);
  return {
    gather(order, start, n) {
      kernels.gatherRows(n, width, x.pointer, order.pointer + 4 * start, into.pointer);
    },
  };
}

/** Inputs an entry from which the first layer reads entries: where both ways take equally long or so. */
const WIDE = 8;

/** Room for a batch's entries, so many in each row; null where the whole product is as fast. */
function createEntries(arena: Arena, { inputs, capacity, layers }: Network, perRow: number): Entries | null {
  if (inputs < WIDE * perRow) return null;
  const { rows } = layers[0].weight;
  return {
    perRow,
    indices: arena.tensor(capacity, perRow),
    values: arena.tensor(capacity, perRow),
    transpose: arena.tensor(inputs, 4 * Math.ceil(rows / 4)),
  };
}
