import { createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { type PoolingSpec, pooledShape, poolingChoices, windowsOf } from "./pooling.js";

/** The largest number of each window and channel; around the image is nothing. The slope goes to that pixel, of equal ones to the first. */
export type MaxPoolSpec = PoolingSpec;

export const maxPool: LayerKind<MaxPoolSpec> = {
  choices: poolingChoices,
  shape: pooledShape,
  bind({ backend: { arena, kernels } }, spec, input, [down, across, channels]) {
    const { size, stride, padding } = windowsOf(spec);
    const [height, width] = input.shape;
    const { values, delta } = input;
    const places = down * across;
    const output = createSignal(arena, (values.rows / input.places) * places, channels, { places });
    const winners = arena.tensor(output.values.rows, channels).pointer;
    const pass = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n: number) {
        kernels.maxPool(
          n,
          height,
          width,
          channels,
          size,
          stride,
          padding,
          down,
          across,
          values.pointer,
          output.values.pointer,
          winners,
        );
      },
      backward(n: number) {
        if (!delta) return;
        delta.data.fill(0, 0, n * input.places * channels);
        kernels.maxPoolBackward(n * places, channels, winners, output.delta.pointer, delta.pointer);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
