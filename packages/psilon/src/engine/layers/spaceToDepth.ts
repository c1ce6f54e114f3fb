import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { sizeOf } from "./shape.js";
import { checkSize } from "./weighted.js";

/**
 * Every block of `size` × `size` pixels as one with that many times the channels, in the order row, column, channel: fewer pixels without a
 * number lost (invertible downsampling, arXiv:1802.07088).
 */
export interface SpaceToDepthSpec {
  readonly size: number;
}

export const spaceToDepth: LayerKind<SpaceToDepthSpec> = {
  shape({ size }, input) {
    checkSize("block size", size);
    const [height, width, channels] = input;
    return input.length === 3 && height % size === 0 && width % size === 0
      ? [height / size, width / size, size * size * channels]
      : `images height × width × channels whose sides ${size} divides`;
  },
  bind({ backend: { arena, kernels } }, { size }, { values, delta, places, shape }, [down, across, deep]) {
    const [height, width, channels] = shape;
    const examples = values.rows / places;
    const output = createSignal(arena, examples * down * across, deep, { places: down * across });
    const pass: BoundLayer = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n) {
        // Blocks are windows that do not overlap.
        kernels.unfold(
          0,
          n * down * across,
          height,
          width,
          channels,
          0,
          channels,
          size,
          size,
          0,
          down,
          across,
          values.pointer,
          output.values.pointer,
        );
      },
      backward(n) {
        if (!delta) return;
        delta.data.fill(0, 0, n * sizeOf(shape));
        kernels.foldOnto(
          0,
          n * down * across,
          height,
          width,
          channels,
          0,
          channels,
          size,
          size,
          0,
          down,
          across,
          output.delta.pointer,
          delta.pointer,
        );
      },
    };
    return { passes: [pass], layers: [] };
  },
};
