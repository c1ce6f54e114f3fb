import type { Arena } from "../backend/arena.js";
import { createSignal, type Signal } from "./boundLayer.js";

/**
 * Boxes on their way through a network beside the rows (interval bounds, arXiv:1810.12715): a number of a row lies in
 * [centre − radius, centre + radius], wherever the row's inputs are in theirs.
 */
export interface BoxSignal {
  readonly centre: Signal;
  readonly radius: Signal;
}

/**
 * A layer as boxes pass through it. It reads the weights of a bound layer and adds to their gradients, so that it goes back after the rows
 * did, which write them.
 */
export interface BoxLayer {
  readonly output: BoxSignal;
  /** The boxes of the first n rows. */
  forward(n: number): void;
  /** After `forward` with the same n and once the output's deltas are there. */
  backward(n: number): void;
}

export function createBoxSignal(arena: Arena, rows: number, columns: number): BoxSignal {
  return { centre: createSignal(arena, rows, columns), radius: createSignal(arena, rows, columns) };
}
