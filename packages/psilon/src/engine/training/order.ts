import type { Arena, Tensor } from "../backend/arena.js";
import type { Random } from "../random/random.js";
import { shuffle } from "../random/shuffle.js";

/** In which order an epoch goes through the rows. */
export interface Order {
  /** int32: batch after batch its rows for each member. */
  readonly order: Tensor;
  /** How many rows the batches before number `b` have: they are of one size, or one apart. */
  startOf(b: number): number;
  /** A new order. Every member goes through the rows on its own, so that no two see the same batches. */
  shuffleRows(random: Random): void;
}

export function createOrder(arena: Arena, members: number, rows: number, batches: number): Order {
  const order = arena.tensor(members * rows);
  const walk = new Int32Array(rows);
  const startOf = (b: number) => Math.floor((b * rows) / batches);
  return {
    order,
    startOf,
    shuffleRows(random) {
      const indices = order.integers;
      for (let m = 0; m < members; m++) {
        for (let i = 0; i < rows; i++) walk[i] = i;
        shuffle(walk, random);
        for (let b = 0; b < batches; b++) {
          const start = startOf(b);
          const n = startOf(b + 1) - start;
          for (let i = 0; i < n; i++) indices[members * start + m * n + i] = walk[start + i];
        }
      }
    },
  };
}
