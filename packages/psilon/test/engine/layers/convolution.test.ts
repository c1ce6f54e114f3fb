import { expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import type { ConvolutionSpec } from "../../../src/engine/layers/convolution.ts";
import { layerKinds } from "../../../src/engine/layers/kinds.ts";
import type { Shape } from "../../../src/engine/layers/shape.ts";
import { createRandom } from "../../../src/engine/random/random.ts";

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

/** Whole numbers from −2 to 2, whose sums of products are exact in float32. */
function fill(values: Float32Array, seed: number): void {
  const random = createRandom(seed);
  for (let k = 0; k < values.length; k++) values[k] = Math.floor(5 * random.next()) - 2;
}

test.each<[string, Omit<ConvolutionSpec, "weight">]>([
  ["", { channels: 4, size: 3, padding: 1 }],
  [" of two groups with stride 2", { channels: 4, size: 5, stride: 2, padding: 3, groups: 2 }],
  [" with gaps between its windows", { channels: 2, size: 2, stride: 3 }],
])("A convolution%s of images too large to be unfolded at once is exact, in both directions", (_, choice) => {
  const mark = backend.arena.mark();
  const { channels, size, stride = 1, padding = 0, groups = 1 } = choice;
  const [height, width, read] = [23, 4001, 6];
  const [shape, examples] = [[height, width, read], 2];
  const spec = { ...choice, weight: "plain", bias: false } as const;
  const [down, across] = layerKinds.convolution.shape(spec, shape) as Shape;
  const source = createSignal(backend.arena, examples * height * width, read, { places: height * width });
  const binding = { backend, capacity: examples, random: createRandom(1) };
  const bound = layerKinds.convolution.bind(binding, spec, { ...source, shape }, [down, across, channels]);
  const [pass] = bound.passes;
  const [{ weight }] = bound.layers;
  const { output } = pass;
  [source.values, weight.effective, output.delta].forEach(({ data }, k) => {
    fill(data, k);
  });
  pass.forward(examples);
  pass.backward(examples);

  const [x, w, d] = [source.values.data, weight.effective.data, output.delta.data];
  const z = new Float32Array(d.length);
  const gradient = new Float32Array(w.length);
  const back = new Float32Array(x.length);
  const part = read / groups;
  for (let at = 0; at < z.length; at++) {
    const c = at % channels;
    const j = Math.floor(at / channels) % across;
    const i = Math.floor(at / channels / across) % down;
    const e = Math.floor(at / channels / across / down);
    const first = Math.floor(c / (channels / groups)) * part;
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < size; q++) {
        const row = i * stride - padding + p;
        const column = j * stride - padding + q;
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        for (let k = 0; k < part; k++) {
          const pixel = ((e * height + row) * width + column) * read + first + k;
          const own = ((c * size + p) * size + q) * part + k;
          z[at] += w[own] * x[pixel];
          gradient[own] += d[at] * x[pixel];
          back[pixel] += d[at] * w[own];
        }
      }
    }
  }
  const found = [output.values, weight.gradient, source.delta].map(({ data }) => data.slice());
  backend.arena.release(mark);
  // One truth for each: listing a million differences would take minutes.
  expect(found.map((values, k) => values.every((value, at) => value === [z, gradient, back][k][at]))).toEqual(
    [true, true, true],
  );
});
