import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";
import { checkSize, withLast } from "./weighted.js";

/** Another number of channels without weights: zeros after those that are read, or the last of them left out (arXiv:2105.11417, section 4). */
export interface ChannelsSpec {
  readonly channels: number;
}

export const channels: LayerKind<ChannelsSpec> = {
  choices: { channels: true },
  shape(spec, input) {
    checkSize("number of channels", spec.channels);
    return withLast(input, spec.channels);
  },
  bind({ backend: { arena, kernels } }, spec, { values, delta, places, shape }) {
    const read = columnsOf(shape);
    const written = spec.channels;
    const kept = Math.min(read, written);
    const output = createSignal(arena, values.rows, written, { places });
    const pass: BoundLayer = {
      output,
      parameters: [],
      scaledBy: [],
      forward(n) {
        if (written > read) output.values.data.fill(0, 0, n * places * written);
        kernels.copyColumns(n * places, kept, values.pointer, read, output.values.pointer, written);
      },
      backward(n) {
        if (!delta) return;
        if (read > written) delta.data.fill(0, 0, n * places * read);
        kernels.copyColumns(n * places, kept, output.delta.pointer, written, delta.pointer, read);
      },
    };
    return { passes: [pass], layers: [] };
  },
};
