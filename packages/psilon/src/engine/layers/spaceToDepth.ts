import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { checkSize } from "./weighted.js";

/**
 * Every block of `size` × `size` pixels as one with that many times the channels, in the order row, column, channel: fewer pixels without a
 * number lost (invertible downsampling, arXiv:1802.07088).
 */
export interface SpaceToDepthSpec {
  readonly size: number;
}

export const spaceToDepth: LayerKind<SpaceToDepthSpec> = {
  choices: { size: true },
  shape({ size }, input) {
    checkSize("block size", size);
    const [height, width, channels] = input;
    return input.length === 3 && height % size === 0 && width % size === 0
      ? [height / size, width / size, size * size * channels]
      : `images height × width × channels whose sides ${size} divides`;
  },
  bind({ backend: { arena, kernels } }, { size }, { values, delta, places }, [down, across, deep]) {
    const examples = values.rows / places;
    const output = createSignal(arena, examples * down * across, deep, { places: down * across });
    const run = deep / size;
    const row = 4 * across * run;
    /** A row of pixels holds `run` numbers of each of `across` blocks. */
    const copy = (n: number, image: number, blocks: number, isBack: boolean) => {
      for (let y = 0; y < n * down * size; y++) {
        const pixels = image + y * row;
        const within = blocks + Math.floor(y / size) * size * row + 4 * (y % size) * run;
        if (isBack) kernels.copyColumns(across, run, within, deep, pixels, run);
        else kernels.copyColumns(across, run, pixels, run, within, deep);
      }
    };
    const pass: BoundLayer = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n) {
        copy(n, values.pointer, output.values.pointer, false);
      },
      backward(n) {
        if (delta) copy(n, delta.pointer, output.delta.pointer, true);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
