import { createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { type PoolingSpec, pooledShape, poolingChoices, windowsOf } from "./pooling.js";

/** The mean of each window and channel; around the image are zeros that count, as is PyTorch's default. */
export type AveragePoolSpec = PoolingSpec;

export const averagePool: LayerKind<AveragePoolSpec> = {
  choices: poolingChoices,
  shape: pooledShape,
  bind({ backend: { arena, kernels } }, spec, input, [down, across, channels]) {
    const { size, stride, padding } = windowsOf(spec);
    const [height, width] = input.shape;
    const { values, delta } = input;
    const places = down * across;
    const output = createSignal(arena, (values.rows / input.places) * places, channels, { places });
    const factor = 1 / (size * size);
    const pass = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n: number) {
        kernels.averagePool(
          n,
          height,
          width,
          channels,
          size,
          stride,
          padding,
          down,
          across,
          factor,
          values.pointer,
          output.values.pointer,
        );
      },
      backward(n: number) {
        if (!delta) return;
        delta.data.fill(0, 0, n * input.places * channels);
        kernels.averagePoolBackward(
          n,
          height,
          width,
          channels,
          size,
          stride,
          padding,
          down,
          across,
          factor,
          delta.pointer,
          output.delta.pointer,
        );
      },
    };
    return { passes: [pass], layers: [] };
  },
};
