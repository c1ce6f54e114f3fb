import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import { type LayerSpec, layerKinds } from "../../../src/engine/layers/kinds.ts";
import { shapesOf } from "../../../src/engine/networks/sequential.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

describe("Max pooling", () => {
  /** What it writes of one image of 2 × 4 with one channel, and what comes back of slopes 10 and 20. */
  function pool(pixels: number[]) {
    const read = createSignal(backend.arena, 8, 1, { places: 8 });
    read.values.data.set(pixels);
    const binding = { backend, capacity: 1, random: createRandom(1) };
    const source = { ...read, shape: [2, 4, 1] };
    const [pass] = layerKinds["max-pool"].bind(binding, { size: 2 }, source, [1, 2, 1]).passes;
    pass.forward(1);
    pass.output.delta.data.set([10, 20]);
    pass.backward(1);
    return { written: [...pass.output.values.data], back: [...read.delta.data] };
  }

  test("gives the slope to the first of equal pixels", () => {
    expect(pool([1, 1, 0, 3, 1, 0, 3, 3]).back).toEqual([10, 0, 0, 20, 0, 0, 0, 0]);
    expect(pool([0, -0, 5, 5, 0, 0, 5, 5]).back).toEqual([10, 0, 20, 0, 0, 0, 0, 0]);
  });

  test("lets a number that is none be seen, and minus infinity be the largest of its like", () => {
    const none = Number.NEGATIVE_INFINITY;
    expect(pool([1, Number.NaN, none, none, 5, 6, none, none])).toEqual({
      written: [Number.NaN, none],
      back: [0, 10, 20, 0, 0, 0, 0, 0],
    });
  });
});

describe("Pooling", () => {
  const max = { layer: "max-pool", size: 3 } as const;

  test.each<[string, number[], LayerSpec, string]>([
    [
      "an image smaller than its windows",
      [2, 5, 4],
      max,
      "Layer 1 (max-pool) reads images height × width × channels of at least 3 × 3, but the input is 2 × 5 × 4.",
    ],
    [
      "features",
      [5],
      { layer: "average-pool", size: 3, padding: 1 },
      "Layer 1 (average-pool) reads images height × width × channels of at least 1 × 1, but the input is 5.",
    ],
    [
      "a padding as large as its windows",
      [5, 5, 1],
      { ...max, padding: 3 },
      "Layer 1 (max-pool) reads images with a padding below its windows' size of 3, not of 3, but the input is 5 × 5 × 1.",
    ],
    [
      "a window of half a pixel",
      [5, 5, 1],
      { ...max, size: 0.5 },
      "The window size of a layer is a whole number of at least 1, but 0.5 was given.",
    ],
    [
      "a stride of 0",
      [5, 5, 1],
      { layer: "average-pool", size: 2, stride: 0 },
      "The stride of a layer is a whole number of at least 1, but 0 was given.",
    ],
    [
      "places where there are none",
      [5],
      { layer: "global-average-pool" },
      "Layer 1 (global-average-pool) reads sequences tokens × features or images height × width × channels, but the input is 5.",
    ],
  ])("refuses %s", (_, input, layer, says) => {
    const shapes = () => shapesOf({ input, layers: [layer] });
    expect(shapes).toThrow(InputError);
    expect(shapes).toThrow(says);
  });
});
