import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { type Parametrization, weightKinds } from "../weights/kinds.js";
import type { Weight } from "../weights/weight.js";

/** A mask for every weight: the one in force, or a new one of ones, which nothing heeds yet. */
export function createMasks(backend: Backend, network: Network): Tensor[] {
  return network.layers.map(({ weight: { mask, raw } }) => {
    if (mask) return mask;
    const ones = backend.arena.tensor(raw.rows, raw.columns);
    ones.data.fill(1);
    return ones;
  });
}

/**
 * Masks the entries that are 0, so that they stay 0 in further training. A row of a normalized weight that is 0 as a whole has a length of
 * 0, and its direction, which nothing reads, is left as it is.
 */
export function maskZeros(backend: Backend, network: Network): void {
  const masks = createMasks(backend, network);
  network.layers.forEach(({ weight: { effective, lengths } }, l) => {
    const { data, rows, columns } = effective;
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * columns, (i + 1) * columns);
      if (lengths && row.every((value) => value === 0)) continue;
      for (const [j, value] of row.entries()) if (value === 0) masks[l].data[i * columns + j] = 0;
    }
  });
  applyMasks(network, masks);
}

/** Puts the masks in force. */
export function applyMasks(network: Network, masks: readonly Tensor[]): void {
  network.layers.forEach(({ weight }, l) => {
    weight.mask = masks[l];
    weight.normalize();
  });
}

/** To which of the things with a norm of its own entry k of a matrix with so many columns belongs. */
const belongings: Readonly<
  Record<NonNullable<Parametrization["normed"]>, readonly ((k: number, columns: number) => number)[]>
> = {
  rows: [rowAround],
  columns: [columnAround],
  "rows and columns": [rowAround, columnAround],
  matrix: [() => 0],
  nothing: [],
};

function rowAround(k: number, columns: number): number {
  return Math.floor(k / columns);
}

function columnAround(k: number, columns: number): number {
  return k % columns;
}

/**
 * The places of the entries that a rule must keep: the largest |V| that is not masked yet of each row, or column, or of whatever
 * else has a norm of its own, which would be 0 without any.
 */
export function largestKept({ raw, kind }: Weight, mask: Tensor): number[] {
  const { normed } = weightKinds[kind];
  const { data, columns } = raw;
  const kept = mask.data;
  // Rules refuse weights without.
  return belongings[normed!].flatMap((belongsTo) => {
    const largest = new Map<number, number>();
    for (let k = 0; k < data.length; k++) {
      if (kept[k] === 0) continue;
      const group = belongsTo(k, columns);
      const best = largest.get(group);
      if (best === undefined || Math.abs(data[k]) > Math.abs(data[best])) largest.set(group, k);
    }
    return [...largest.values()];
  });
}

/** Puts a checkpoint's masks in force: of each parameter 1 where it keeps V, or null for no mask. */
export function restoreMasks(
  backend: Backend,
  { parameters }: Network,
  saved: readonly (Uint8Array | null)[],
): void {
  parameters.forEach((parameter, k) => {
    const values = saved[k];
    if (values) {
      parameter.mask ??= backend.arena.tensor(parameter.raw.rows, parameter.raw.columns);
      parameter.mask.data.set(values);
    } else {
      parameter.mask = null;
    }
  });
}
