import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import type { LayerSpec } from "../../../src/engine/layers/kinds.ts";
import { createSequential, type SequentialSpec } from "../../../src/engine/networks/sequential.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { relativeError } from "../../support/compare.ts";
import { differentiable } from "../../support/differentiable.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

describe("An orthogonal convolution", () => {
  test("is the same for each example of a batch that is worked on in parts as for it alone, and so are its slopes", () => {
    const mark = backend.arena.mark();
    const layer = { layer: "orthogonal-convolution", size: 3, weight: "plain" } as const;
    const spec: SequentialSpec = { input: [12, 12, 8], layers: [layer] };
    const length = 12 * 12 * 8;
    const network = createSequential(backend, spec, 1, createRandom(1));
    const random = createRandom(2);
    const [x, slopes] = [0, 1].map(() => Float32Array.from({ length: 60 * length }, () => normal(random)));
    const all = differentiable(backend, network, 64);
    const written = all.forward(x);
    const read = all.backward(slopes);
    const gradient = all.parameters[0].gradient.data.slice();
    const alone = differentiable(backend, network, 1);
    const sum = new Float64Array(gradient.length);
    for (let i = 0; i < 60; i++) {
      const own = (values: Float32Array) => values.subarray(i * length, (i + 1) * length);
      expect(relativeError(own(written), alone.forward(own(x)))).toBeLessThan(1e-6);
      expect(relativeError(own(read), alone.backward(own(slopes)))).toBeLessThan(1e-6);
      alone.parameters[0].gradient.data.forEach((value, k) => {
        sum[k] += value;
      });
    }
    expect(relativeError(gradient, sum)).toBeLessThan(1e-5);
    backend.arena.release(mark);
  });
});

describe("Order statistics", () => {
  const distances = { layer: "order-statistic", units: 3, ratio: 0.6, weight: "plain", gain: 5 } as const;

  test("are no numbers where an input is none, and those that they would have been once it is one again", () => {
    const mark = backend.arena.mark();
    const layer = { ...distances, units: 1, ratio: 0.01 };
    const network = createSequential(backend, { input: [3], layers: [layer] }, 1, createRandom(3));
    network.layers[0].weight.raw.data.fill(0);
    const { forward } = differentiable(backend, network, 1);
    // The largest two are the second and the first; then the first is all that there is; then it is the largest.
    expect(forward([2, 3, 1])[0]).toBeCloseTo(0.99 * 3 + 0.0099 * 2, 6);
    for (const only of [4, 6]) expect(forward([only, Number.NaN, Number.NaN])[0]).toBeNaN();
    expect(forward([5, 1, 2])[0]).toBeCloseTo(0.99 * 5 + 0.0099 * 2, 6);
    expect(forward([5, Number.NaN, 2])[0]).toBeNaN();
    backend.arena.release(mark);
  });

  test("do not depend on what was read before", () => {
    const mark = backend.arena.mark();
    const network = createSequential(backend, { input: [30], layers: [distances] }, 1, createRandom(5));
    const random = createRandom(6);
    network.layers[0].weight.raw.data.fill(0);
    const used = differentiable(backend, network, 1);
    for (let trial = 0; trial < 50; trial++) {
      // Few different sizes, so that many are equal.
      const x = Float32Array.from({ length: 30 }, () => Math.round(normal(random)));
      const level = backend.arena.mark();
      const fresh = differentiable(backend, network, 1);
      expect(used.forward(x)).toEqual(fresh.forward(x));
      expect(used.backward([1, 2, 3])).toEqual(fresh.backward([1, 2, 3]));
      backend.arena.release(level);
    }
    backend.arena.release(mark);
  });
});

describe("A layer of a 1-Lipschitz network", () => {
  test.each<[string, readonly number[], LayerSpec, string]>([
    [
      "an even kernel",
      [4, 4, 2],
      { layer: "orthogonal-convolution", size: 2, weight: "plain" },
      "The kernel size of an orthogonal convolution is odd, but 2 was given.",
    ],
    [
      "features where images are read",
      [4],
      { layer: "orthogonal-convolution", size: 3, weight: "plain" },
      "Layer 1 (orthogonal-convolution) reads images height × width × channels, but the input is 4.",
    ],
    [
      "no terms",
      [4, 4, 2],
      { layer: "orthogonal-convolution", size: 3, terms: 0, weight: "plain" },
      "The number of terms of a layer is a whole number of at least 1, but 0 was given.",
    ],
    [
      "channels that groups do not divide",
      [3],
      { layer: "group-sort", size: 2 },
      "Layer 1 (group-sort) reads a number of channels that groups of 2 divide, but the input is 3.",
    ],
    [
      "sides that blocks do not divide",
      [4, 5, 1],
      { layer: "space-to-depth", size: 2 },
      "Layer 1 (space-to-depth) reads images height × width × channels whose sides 2 divides, but the input is 4 × 5 × 1.",
    ],
    [
      "a ratio of 1",
      [4],
      { layer: "order-statistic", units: 2, ratio: 1, weight: "plain" },
      "The ratio of order statistics is a number of at least 0 and below 1, but 1 was given.",
    ],
    [
      "no channels",
      [4],
      { layer: "channels", channels: 0 },
      "The number of channels of a layer is a whole number of at least 1, but 0 was given.",
    ],
  ])("refuses %s in a sentence", (_, input, layer, says) => {
    const create = () => createSequential(backend, { input, layers: [layer] }, 1, createRandom(1));
    expect(create).toThrow(InputError);
    expect(create).toThrow(says);
  });
});
