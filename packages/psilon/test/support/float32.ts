import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";

/** How a machine may sum in float32. */
export interface Float32Machine {
  /** The sum of numbers by `add`, in the machine's order. */
  readonly order: (terms: number[], add: (a: number, b: number) => number) => number;
  /** Whether results below 2^−126 become 0. */
  readonly flushes: boolean;
}

const forwards: Float32Machine["order"] = (terms, add) => terms.reduce((sum, term) => add(sum, term), 0);

const orders: readonly Float32Machine["order"][] = [
  forwards,
  (terms, add) => forwards(terms.toReversed(), add),
  // Four lanes side by side, as a vector of float32 has them.
  (terms, add) =>
    forwards(
      [0, 1, 2, 3].map((lane) =>
        forwards(
          terms.filter((_, k) => k % 4 === lane),
          add,
        ),
      ),
      add,
    ),
];

export const machines: readonly Float32Machine[] = orders.flatMap((order) =>
  [false, true].map((flushes) => ({ order, flushes })),
);

/** The number of float32 that the machine makes of a result. */
export function toFloat32(value: number, { flushes }: Float32Machine): number {
  const rounded = Math.fround(value);
  return flushes && Math.abs(rounded) < 2 ** -126 ? 0 : rounded;
}

/** f(x) as the machine computes it: every product and every sum rounded to float32. */
export function forwardInFloat32(
  { layers, slopes }: FoldedNetwork,
  x: Float32Array,
  machine: Float32Machine,
): number[] {
  const round = (value: number) => toFloat32(value, machine);
  const add = (a: number, b: number) => round(a + b);
  let h = Array.from(x);
  layers.forEach((layer, l) => {
    const input = h;
    h = Array.from(layer.bias, (bias, i) => {
      const products = input.map((value, j) => round(weightOf(layer, i, j, value, l === 0) * value));
      const sum = machine.order(products, add);
      return add(layer.kind === "pair" && layer.residual ? add(input[i], sum) : sum, bias);
    });
  });
  // The linear term is summed in float64 and rounded once.
  return slopes ? h.map((value) => round(slopes.reduce((sum, s, j) => sum + s * x[j], value))) : h;
}

function weightOf(layer: FoldedLayer, i: number, j: number, value: number, first: boolean): number {
  const at = i * layer.columns + j;
  if (layer.kind === "pair") return (value > 0 ? layer.positive : layer.negative)[at];
  return first || value > 0 ? layer.weight[at] : 0;
}
