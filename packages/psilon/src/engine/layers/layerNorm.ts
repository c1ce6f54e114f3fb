import { asItStands, createVector } from "../weights/vector.js";
import { createSignal, deltaOf } from "./boundLayer.js";
import type { KeptParameter, LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";

/**
 * y = γ·(x − μ)/√(σ² + ε) + β with the mean and the variance of a row, the features of one example, token or pixel, and ε = 10⁻⁵
 * (arXiv:1607.06450). γ = 1 and β = 0 at the start, one of each feature; they are neither normalized nor decayed.
 */
// biome-ignore lint/complexity/noBannedTypes: there is nothing to choose
export type LayerNormSpec = {};

export const layerNorm: LayerKind<LayerNormSpec> = {
  choices: {},
  shape: (_, input) => input,
  keeps(_, input) {
    const of = (name: string): KeptParameter => ({ name, rows: columnsOf(input), columns: 1, kind: "plain" });
    return { parameters: [of("scale"), of("shift")] };
  },
  bind({ backend }, _spec, input) {
    const { arena, kernels } = backend;
    const { places } = input;
    const { rows, columns } = input.values;
    const output = createSignal(arena, rows, columns, { delta: deltaOf(arena, input), places });
    const gamma = asItStands(backend, arena.tensor(columns));
    gamma.raw.data.fill(1);
    const beta = createVector(backend, columns);
    const kept = arena.tensor(rows, 2).pointer;
    const x = input.values.pointer;
    const y = output.values.pointer;
    const pass = {
      output,
      parameters: [gamma, beta],
      scaledBy: [],
      forward(n: number) {
        kernels.layerNorm(n * places, columns, x, gamma.raw.pointer, beta.raw.pointer, kept, y);
      },
      backward(n: number) {
        kernels.layerNormBackward(
          n * places,
          columns,
          x,
          gamma.raw.pointer,
          kept,
          output.delta.pointer,
          gamma.gradient.pointer,
          beta.gradient.pointer,
        );
      },
    };
    return { passes: [pass], layers: [] };
  },
};
