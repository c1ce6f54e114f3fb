import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { createSignal, deltaOf } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";

/**
 * Each number is 0 with probability `rate`, else divided by 1 − rate (arXiv:1207.0580, scaled in training): a new choice in each step, drawn
 * from a seeded sequence whose place is kept, so that training continued is training not interrupted. What it evaluates is what it reads.
 */
export interface DropoutSpec {
  /** In [0, 1). */
  readonly rate: number;
}

export const dropout: LayerKind<DropoutSpec> = {
  choices: { rate: true },
  shape({ rate }, input) {
    if (rate >= 0 && rate < 1) return input;
    throw new InputError({
      code: "out-of-range",
      found: `The rate of a dropout is a number of at least 0 and below 1, but ${asGiven(rate)} was given`,
      value: String(rate),
    });
  },
  keeps: () => ({
    parameters: [],
    state: [{ name: "next", rows: 32, columns: 1, least: 0, most: 0xffff, isForTraining: true }],
  }),
  bind({ backend: { arena, kernels }, random }, { rate }, input) {
    const { places } = input;
    const { rows, columns } = input.values;
    const output = createSignal(arena, rows, columns, { delta: deltaOf(arena, input), places });
    const size = places * columns;
    const threshold = Math.floor(rate * 2 ** 32);
    const scale = 1 / (1 - rate);
    // As `kernels/dropout` keeps it: where the next choice is drawn from, and where the last one was.
    const words = Array.from({ length: 16 }, () => random.uint32());
    const next = arena.from([...words.map((word) => word & 0xffff), ...words.map((word) => word >>> 16)], 32);
    const last = arena.tensor(32);
    const x = input.values.pointer;
    const y = output.values.pointer;
    const delta = output.delta.pointer;
    const pass = {
      output,
      parameters: [],
      state: [next],
      scaledBy: [],
      forward(n: number) {
        kernels.copyValues(next.length, next.pointer, last.pointer);
        kernels.dropout(n * size, threshold, scale, last.pointer, next.pointer, x, y);
      },
      evaluate(n: number) {
        kernels.copyValues(n * size, x, y);
      },
      backward(n: number) {
        if (input.delta) kernels.dropout(n * size, threshold, scale, last.pointer, 0, delta, delta);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
