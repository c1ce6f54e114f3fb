import type { Tensor } from "../backend/arena.js";

/** The rows of a batch that belong to one member each: of n rows of a tensor as many blocks as there are members. */
export type Blocks = (n: number) => readonly Tensor[];

/** Each number of rows is cut once, so that later steps allocate nothing: batches have two or three. */
export function blocksOf(tensor: Tensor, count: number): Blocks {
  const known = new Map<number, readonly Tensor[]>();
  return (n) => {
    const found = known.get(n);
    if (found) return found;
    const blocks = cut(tensor, count, (n / count) | 0);
    known.set(n, blocks);
    return blocks;
  };
}

function cut(tensor: Tensor, count: number, rows: number): Tensor[] {
  return Array.from({ length: count }, (_, m) => tensor.slice(m * rows, rows));
}
