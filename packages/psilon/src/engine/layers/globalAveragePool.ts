import { createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";

/** The mean of all pixels of an image or tokens of a sequence, of each channel or feature. */
// biome-ignore lint/complexity/noBannedTypes: there is nothing to choose
export type GlobalAveragePoolSpec = {};

export const globalAveragePool: LayerKind<GlobalAveragePoolSpec> = {
  choices: {},
  shape: (_, input) =>
    input.length > 1 ? [columnsOf(input)] : "sequences tokens × features or images height × width × channels",
  bind({ backend: { arena, kernels } }, _spec, { values, delta, places }, [columns]) {
    const output = createSignal(arena, values.rows / places, columns);
    const pass = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n: number) {
        kernels.blockMeans(n, places, columns, values.pointer, output.values.pointer);
      },
      backward(n: number) {
        if (delta) kernels.blockMeansBackward(n, places, columns, output.delta.pointer, delta.pointer);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
