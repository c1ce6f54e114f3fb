import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createSequential, type SequentialSpec } from "../../src/engine/networks/sequential.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { foldSequential } from "../../src/folded/sequential.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const spec: SequentialSpec = {
  input: [4, 5, 2],
  layers: [
    { layer: "convolution", weight: "row-equilibrated", channels: 3, size: 3, padding: 1, bias: false },
    { layer: "activation", activation: "relu" },
    {
      layer: "residual",
      shortcut: [{ layer: "convolution", weight: "plain", channels: 2, size: 1 }],
      layers: [
        { layer: "convolution", weight: "l1-row", channels: 4, size: 3, padding: 1, activation: "gelu" },
        { layer: "convolution", weight: "spectral", channels: 2, size: 3, padding: 1, bias: false },
      ],
    },
    { layer: "flatten" },
    { layer: "dense", weight: "standardized", outputs: 3 },
  ],
};

describe("A folded sequential network", () => {
  test("has of every layer its effective matrix and its bias, by its place", () => {
    const network = createSequential(backend, spec, 1, createRandom(3));
    for (const { bias } of network.layers) bias.data.set(bias.data.map((_, k) => k + 1));
    const { values } = foldSequential(network);
    const [first, shortcut, inner, last, dense] = network.layers;
    const matrix = (layer: typeof first) => layer.weight.effective.data;
    expect(values).toEqual({
      "1": { weight: matrix(first) },
      "3.shortcut.1": { weight: matrix(shortcut), bias: new Float32Array([1, 2]) },
      "3.1": { weight: matrix(inner), bias: new Float32Array([1, 2, 3, 4]) },
      "3.2": { weight: matrix(last) },
      "5": { weight: matrix(dense), bias: new Float32Array([1, 2, 3]) },
    });
  });

  test("is a copy, which training leaves as it is", () => {
    const network = createSequential(backend, spec, 1, createRandom(3));
    const { values } = foldSequential(network);
    const before = structuredClone(values);
    for (const { raw } of network.parameters) raw.data.fill(7);
    for (const { weight } of network.layers) weight.effective.data.fill(7);
    expect(values).toEqual(before);
  });

  test("is not made of a network with other layers", () => {
    const network = createSequential(backend, spec, 1, createRandom(3));
    const shorter = { ...spec, layers: spec.layers.slice(0, 4) };
    expect(() => foldSequential({ ...network, spec: shorter })).toThrow(
      new RangeError("The layers name 6 parameters and 0 states, but the network has 8 and 0."),
    );
  });
});
