import { expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createSequential, type SequentialSpec, shapesOf } from "../../../src/engine/networks/sequential.ts";
import { createRandom } from "../../../src/engine/random/random.ts";

const patches = { layer: "patches", size: 4, features: 8, weight: "plain" } as const;

test("An image becomes as many tokens as patches fill it", () => {
  expect(shapesOf({ input: [8, 12, 3], layers: [patches, { layer: "learned-positions" }] })).toEqual([6, 8]);
});

test.each<[SequentialSpec, string]>([
  [
    { input: [8, 10, 3], layers: [patches] },
    "Layer 1 (patches) reads images height × width × channels that patches of 4 × 4 fill, but the input is 8 × 10 × 3.",
  ],
  [
    { input: [16, 8], layers: [patches] },
    "Layer 1 (patches) reads images height × width × channels that patches of 4 × 4 fill, but the input is 16 × 8.",
  ],
  [
    { input: [8, 8, 3], layers: [{ ...patches, size: 0 }] },
    "The patch size of a layer is a whole number of at least 1, but 0 was given.",
  ],
])("The layers of %j are refused", (spec, says) => {
  expect(() => shapesOf(spec)).toThrow(says);
});

test("Learned positions start small and different", async () => {
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const layers = [
    { layer: "learned-positions" },
    { layer: "dense", outputs: 1, weight: "plain", bias: false },
  ] as const;
  const network = createSequential(backend, { input: [40, 25], layers }, 1, createRandom(2));
  const { data } = network.parameters[0].raw;
  expect(new Set(data).size).toBeGreaterThan(990);
  expect(Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / 1000)).toBeCloseTo(0.02, 3);
});
