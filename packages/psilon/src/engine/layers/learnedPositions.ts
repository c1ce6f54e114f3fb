import { normal } from "../random/normal.js";
import { asItStands } from "../weights/vector.js";
import { createSignal, deltaOf } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { columnsOf, placesOf, sizeOf } from "./shape.js";

/** y = x + P: every place of an example has its own trained vector, of N(0, 0.02²) entries at first (arXiv:2010.11929). */
// biome-ignore lint/complexity/noBannedTypes: there is nothing to choose
export type LearnedPositionsSpec = {};

const DEVIATION = 0.02;

export const learnedPositions: LayerKind<LearnedPositionsSpec> = {
  choices: {},
  shape: (_, input) => input,
  keeps: (_, input) => ({
    parameters: [{ name: "positions", rows: placesOf(input), columns: columnsOf(input), kind: "plain" }],
  }),
  bind({ backend, random }, _spec, input) {
    const { arena, kernels } = backend;
    const { values: x, places } = input;
    const delta = deltaOf(arena, input);
    const output = createSignal(arena, x.rows, x.columns, { delta, places });
    const size = sizeOf(input.shape);
    const positions = arena.tensor(places, x.columns);
    for (let k = 0; k < size; k++) positions.data[k] = DEVIATION * normal(random);
    const parameter = asItStands(backend, positions);
    const y = output.values.pointer;
    return {
      passes: [
        {
          output,
          parameters: [parameter],
          scaledBy: [],
          // An example is one row of all its numbers.
          forward(n) {
            kernels.copyValues(n * size, x.pointer, y);
            kernels.addBias(n, size, y, positions.pointer);
          },
          backward(n) {
            kernels.columnSums(n, size, delta.pointer, parameter.gradient.pointer);
          },
        },
      ],
      layers: [],
    };
  },
};
