import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import type { Activation } from "../../../src/engine/layers/activation.ts";
import type { LayerSpec } from "../../../src/engine/layers/kinds.ts";
import {
  createSequential,
  type Residual,
  type SequentialSpec,
  shapesOf,
} from "../../../src/engine/networks/sequential.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { relativeError } from "../../support/compare.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const dense = (outputs: number, activation?: "gelu") =>
  ({ layer: "dense", outputs, weight: "plain", ...(activation && { activation }) }) as const;

describe("A residual sum", () => {
  const gelu = (z: number) => {
    let [term, sum] = [z, z];
    for (let k = 1; k < 200; k++) sum += term *= (z * z) / (2 * k + 1);
    return z * (0.5 + (sum * Math.exp(-(z * z) / 2)) / Math.sqrt(2 * Math.PI));
  };
  const affine = (w: Float64Array, b: Float64Array, x: number[]) =>
    Array.from(b, (offset, i) => x.reduce((sum, v, j) => sum + v * w[i * x.length + j], offset));
  const plus = (a: number[], b: number[]) => a.map((v, k) => v + b[k]);

  /** h = x + B·gelu(A·x), then S·h + B′·(h′ + gelu(C·h′)) with h′ = gelu(A′·h): a block in a block. */
  const spec: SequentialSpec = {
    input: [4],
    layers: [
      { layer: "residual", layers: [dense(3, "gelu"), dense(4)] },
      {
        layer: "residual",
        shortcut: [dense(2)],
        layers: [dense(3, "gelu"), { layer: "residual", layers: [dense(3, "gelu")] }, dense(2)],
      },
    ],
  };
  const formula = (x: number[], [a, ab, b, bb, s, sb, c, cb, d, db, e, eb]: Float64Array[]) => {
    const h = plus(x, affine(b, bb, affine(a, ab, x).map(gelu)));
    const inner = affine(c, cb, h).map(gelu);
    const branch = affine(e, eb, plus(inner, affine(d, db, inner).map(gelu)));
    return plus(affine(s, sb, h), branch);
  };

  test("adds its two ways, with the gradient that float64 differences find, in training and after", () => {
    const n = 3;
    const random = createRandom(5);
    const network = createSequential(backend, spec, n + 1, random);
    for (const { raw } of network.parameters)
      for (let k = 0; k < raw.length; k++) raw.data[k] = 0.6 * normal(random);
    const x = Array.from({ length: n }, () => Array.from({ length: 4 }, () => normal(random)));
    const slopes = Float32Array.from({ length: 2 * n }, () => normal(random));
    network.input.data.set(x.flat());
    network.evaluate(n);
    const evaluated = network.output.data.slice(0, 2 * n);
    network.forward(n);
    const written = network.output.data.slice(0, 2 * n);
    network.outputDelta.data.set(slopes);
    network.backward(n);

    const parameters = network.parameters.map(({ raw }) => Float64Array.from(raw.data));
    const outputs = () => x.flatMap((row) => formula(row.map(Math.fround), parameters));
    expect(relativeError(written, outputs())).toBeLessThan(1e-6);
    expect(evaluated).toEqual(written);
    const loss = () => outputs().reduce((sum, v, k) => sum + v * slopes[k], 0);
    network.parameters.forEach(({ gradient }, p) => {
      const expected = Array.from(parameters[p], (value, k) => {
        const [ahead, behind] = [1e-6, -1e-6].map((step) => {
          parameters[p][k] = value + step;
          return loss();
        });
        parameters[p][k] = value;
        return (ahead - behind) / 2e-6;
      });
      expect(relativeError(gradient.data, expected), `parameter ${p}`).toBeLessThan(1e-5);
    });
  });
});

test("A ReLU by itself after a batch normalization is, bit for bit, that of the normalization", () => {
  const n = 5;
  const relu = { layer: "activation", activation: "relu" } as const;
  const apart = [{ layer: "batch-norm" }, relu] as const;
  const within = [{ layer: "batch-norm", activation: "relu" }] as const;
  const [a, b] = [apart, within].map((norm) => {
    const layers = [dense(4), ...norm, { layer: "residual", layers: [dense(4), ...norm] }, relu, dense(2)];
    const network = createSequential(backend, { input: [3], layers } as SequentialSpec, n, createRandom(1));
    const random = createRandom(2);
    for (const { data } of [network.input, network.outputDelta])
      for (let k = 0; k < data.length; k++) data[k] = normal(random);
    network.forward(n);
    const trained = network.output.data.slice();
    network.backward(n);
    for (const parameter of network.parameters) parameter.reduce();
    network.evaluate(n);
    return {
      passes: network.bound.length,
      trained,
      evaluated: network.output.data.slice(),
      gradients: network.parameters.map(({ gradient }) => gradient.data.slice()),
    };
  });
  expect(a.trained.some((y) => y !== 0)).toBe(true);
  expect(a).toEqual(b);
});

describe("A list of layers", () => {
  const convolution = { layer: "convolution", channels: 4, size: 3, weight: "l2-row" } as const;

  test("has a shape that each layer makes of the one before", () => {
    const layers = [
      convolution,
      { ...convolution, stride: 2, padding: 1 },
      { layer: "flatten" },
      dense(10),
    ] as const;
    expect(shapesOf({ input: [9, 8, 3], layers })).toEqual([10]);
    expect(shapesOf({ input: [9, 8, 3], layers: layers.slice(0, 2) })).toEqual([4, 3, 4]);
  });

  test.each<[string, SequentialSpec, string]>([
    [
      "an image too small for its kernels",
      { input: [5, 4, 1], layers: [convolution, convolution] },
      "Layer 2 (convolution) reads images height × width × channels of at least 3 × 3, but the output of layer 1 is 3 × 2 × 4.",
    ],
    [
      "features where images are read",
      { input: [12], layers: [convolution] },
      "Layer 1 (convolution) reads images height × width × channels of at least 3 × 3, but the input is 12.",
    ],
    [
      "channels that groups do not divide",
      { input: [5, 5, 3], layers: [{ ...convolution, groups: 2 }] },
      "Layer 1 (convolution) reads images of a number of channels that, as its own 4, is a multiple of its 2 groups, but the input is 5 × 5 × 3.",
    ],
    [
      "two ways of different shapes",
      { input: [5, 5, 3], layers: [{ layer: "residual", layers: [{ ...convolution, padding: 1 }] }] },
      "Layer 1 (residual) adds its two ways, but its layers write 5 × 5 × 4 and its shortcut 5 × 5 × 3.",
    ],
    [
      "a layer within a block",
      { input: [4], layers: [dense(3), { layer: "residual", layers: [convolution] }] },
      "Layer 2.1 (convolution) reads images height × width × channels of at least 3 × 3, but the output of layer 1 is 3.",
    ],
    [
      "a size of 0",
      { input: [4], layers: [dense(0)] },
      "The number of outputs of a layer is a whole number of at least 1, but 0 was given.",
    ],
    [
      "a shape of four sizes",
      { input: [1, 2, 3, 4], layers: [dense(1)] },
      "An example is [features], [tokens, features] or [height, width, channels], whole numbers of at least 1, but [1, 2, 3, 4] was given.",
    ],
    [
      "no weights",
      { input: [4], layers: [{ layer: "flatten" }] },
      "A network needs a layer with weights, and this one has none.",
    ],
    [
      "an unknown kind of weight",
      { input: [4], layers: [{ ...dense(1), weight: "l3" as "plain" }] },
      "A weight is one of l1-shared",
    ],
    [
      "an unknown layer",
      { input: [4], layers: [{ ...dense(1), layer: "lstm" as "dense" }] },
      'but layer 1 is "lstm".',
    ],
    [
      "a choice that a layer does not leave",
      {
        input: [4],
        layers: [dense(3), { layer: "residual", layers: [{ ...dense(3), units: 3 } as LayerSpec] }],
      },
      'Of layer 2.1 (dense) one chooses weight, bias, activation, gain, outputs, but "units" was given.',
    ],
    [
      "a choice where there is none",
      { input: [4], layers: [dense(3), { layer: "layer-norm", activation: "relu" } as LayerSpec] },
      'Of layer 2 (layer-norm) one chooses nothing, but "activation" was given.',
    ],
    [
      "a choice that a residual sum does not leave",
      { input: [4], layers: [{ layer: "residual", layers: [dense(4)], activation: "relu" } as Residual] },
      'Of layer 1 (residual) one chooses layers, shortcut, but "activation" was given.',
    ],
    [
      "a layer within a shortcut",
      { input: [4], layers: [{ layer: "residual", shortcut: [dense(2), convolution], layers: [dense(2)] }] },
      "Layer 1.shortcut.2 (convolution) reads images height × width × channels of at least 3 × 3, but the output of layer 1.shortcut.1 is 2.",
    ],
    [
      "no activation where one is asked for",
      { input: [4], layers: [{ layer: "activation" } as LayerSpec] },
      "An activation is one of relu, gelu, silu",
    ],
    [
      "an activation that is null",
      { input: [4], layers: [{ ...dense(1), activation: null as unknown as "relu" }] },
      "but null was given",
    ],
    [
      "an activation without a name",
      { input: [4], layers: [{ layer: "batch-norm", activation: "" as "relu" }] },
      "An activation is one of relu, gelu, silu",
    ],
    [
      "a number that an activation does not have",
      {
        input: [4],
        layers: [{ ...dense(1), activation: { of: "sine", frequency: 30, width: 2 } as Activation }],
      },
      'There is no choice of the activation "sine" called "width"; there are "of", "frequency".',
    ],
  ])("refuses %s, naming the layer", (_, spec, says) => {
    const mark = backend.arena.mark();
    const create = () => createSequential(backend, spec, 2, createRandom(1));
    expect(create).toThrow(InputError);
    expect(create).toThrow(says);
    backend.arena.release(mark);
  });
});
