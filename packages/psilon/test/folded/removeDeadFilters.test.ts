import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { Activation } from "../../src/engine/layers/activation.ts";
import {
  createSequential,
  type SequentialLayer,
  type SequentialSpec,
} from "../../src/engine/networks/sequential.ts";
import { restoreSequential } from "../../src/engine/networks/sequentialValues.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { removeDeadFilters } from "../../src/folded/removeDeadFilters.ts";
import { type FoldedSequential, foldSequential, unfoldSequential } from "../../src/folded/sequential.ts";
import { loadSequential, saveSequential } from "../../src/formats/sequentialFile.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const N = 5;

/** A network of which nothing is at its start, not even what is kept. */
function folded(spec: SequentialSpec): FoldedSequential {
  const mark = backend.arena.mark();
  const random = createRandom(5);
  const network = createSequential(backend, spec, N, random);
  const draw = (length: number, value: () => number) => Float32Array.from({ length }, value);
  for (const { raw } of network.parameters) raw.data.set(draw(raw.length, () => 0.5 * normal(random)));
  for (const tensor of network.state) tensor.data.set(draw(tensor.length, () => 0.5 + random.next()));
  for (const parameter of network.parameters) parameter.normalize();
  const values = foldSequential(network);
  backend.arena.release(mark);
  return values;
}

/** By the network that a file of it gives back. */
function outputsOf(network: FoldedSequential): Float32Array {
  const mark = backend.arena.mark();
  const file = saveSequential(unfoldSequential(network));
  const restored = restoreSequential(backend, loadSequential(file, "a.safetensors"), N);
  const random = createRandom(6);
  for (let k = 0; k < restored.input.length; k++) restored.input.data[k] = normal(random);
  restored.evaluate(N);
  const outputs = restored.output.data.slice();
  backend.arena.release(mark);
  return outputs;
}

const bytesOf = (network: FoldedSequential) => saveSequential(unfoldSequential(network)).length;

/** Sets rows of a matrix, and where it is given its bias there, in place. */
function killRows({ values }: FoldedSequential, place: string, rows: readonly number[], bias = 0): void {
  const { weight, bias: b } = values[place];
  const columns = weight.length / b.length;
  for (const i of rows) {
    weight.fill(0, i * columns, (i + 1) * columns);
    b[i] = bias;
  }
}

/** Sets the columns that read some of so many channels. */
function killColumns(
  { values }: FoldedSequential,
  place: string,
  channels: number,
  gone: readonly number[],
): void {
  const { weight } = values[place];
  // Columns are a multiple of the channels.
  weight.forEach((_, k) => {
    if (gone.includes(k % channels)) weight[k] = 0;
  });
}

const convolution = (channels: number, more: object = {}) =>
  ({ layer: "convolution", channels, size: 3, weight: "l2-row", ...more }) as SequentialLayer;
const dense = (outputs: number, more: object = {}) =>
  ({ layer: "dense", outputs, weight: "plain", ...more }) as SequentialLayer;
const relu = { activation: "relu" };
const padded = { padding: 1 };
const flatten = { layer: "flatten" } as const;

/** What is left of each list of layers: a count of channels or heads, a layer's name, or a block's lists. */
const left = (layers: readonly SequentialLayer[]): unknown[] =>
  layers.map((layer) => {
    if (layer.layer === "residual") {
      return layer.shortcut ? [left(layer.layers), left(layer.shortcut)] : [left(layer.layers)];
    }
    if (layer.layer === "dense") return layer.outputs;
    if (layer.layer === "convolution") return layer.channels;
    if (layer.layer === "patches") return layer.features;
    return layer.layer === "attention" ? layer.heads : layer.layer;
  });

const image = [5, 6, 2];
const cases: [string, SequentialSpec, (network: FoldedSequential) => void, unknown[]][] = [
  [
    "kernels of 0 without a bias",
    {
      input: image,
      layers: [convolution(4, { ...relu, ...padded }), convolution(3, padded), flatten, dense(2)],
    },
    (network) => killRows(network, "1", [0, 2]),
    [2, 3, "flatten", 2],
  ],
  [
    "kernels whose constant a ReLU makes 0",
    { input: image, layers: [convolution(4, relu), convolution(3, padded), flatten, dense(2)] },
    (network) => killRows(network, "1", [1], -0.7),
    [3, 3, "flatten", 2],
  ],
  [
    "kernels whose constant the next kernels see everywhere",
    { input: image, layers: [convolution(4, relu), convolution(3, { bias: false }), flatten, dense(2)] },
    (network) => killRows(network, "1", [0, 3], 0.7),
    [2, 3, "flatten", 2],
  ],
  [
    "not kernels whose constant would end at the border",
    { input: image, layers: [convolution(4, relu), convolution(3, padded), flatten, dense(2)] },
    (network) => killRows(network, "1", [1], 0.7),
    [4, 3, "flatten", 2],
  ],
  [
    "kernels before normalization, pooling and flattening",
    {
      input: image,
      layers: [
        convolution(4, { ...padded, bias: true }),
        { layer: "batch-norm", activation: "gelu" },
        { layer: "max-pool", size: 2, padding: 1 },
        { layer: "dropout", rate: 0.5 },
        { layer: "average-pool", size: 2 },
        flatten,
        dense(3),
      ],
    },
    (network) => killRows(network, "1", [0, 1], 0.3),
    [2, "batch-norm", "max-pool", "dropout", "average-pool", "flatten", 3],
  ],
  [
    "not kernels whose places are normalized each by its own",
    {
      input: image,
      layers: [convolution(4, relu), flatten, { layer: "batch-norm" }, dense(3)],
    },
    (network) => killRows(network, "1", [1, 2], 0.3),
    [4, "flatten", "batch-norm", 3],
  ],
  [
    "not kernels whose constant a padded mean changes",
    {
      input: image,
      layers: [convolution(4, relu), { layer: "average-pool", size: 2, padding: 1 }, flatten, dense(3)],
    },
    (network) => {
      killRows(network, "1", [0], 0.3);
      killRows(network, "1", [1], -0.3);
    },
    [3, "average-pool", "flatten", 3],
  ],
  ...(
    ["relu", "gelu", "silu", { of: "sine", frequency: 3 }, { of: "gaussian", width: 0.8 }] as Activation[]
  ).map((activation): (typeof cases)[number] => [
    `units of 0 through ${JSON.stringify(activation)}`,
    { input: [4], layers: [dense(5, { activation }), dense(4, { activation }), dense(2)] },
    (network) => killRows(network, "1", [0, 4], 0.9),
    [3, 4, 2],
  ]),
  [
    "what nothing reads, back to the first layer",
    {
      input: image,
      layers: [convolution(4, { ...relu, ...padded }), convolution(3, relu), flatten, dense(2)],
    },
    (network) => {
      killColumns(network, "4", 3, [2]);
      // Only the kernel that has gone read this channel.
      const { weight } = network.values["2"];
      weight.forEach((_, k) => {
        if (k % 4 === 1 && k < 2 * 36) weight[k] = 0;
      });
    },
    [3, 2, "flatten", 2],
  ],
  [
    "patches and units of tokens",
    {
      input: [4, 4, 1],
      layers: [
        { layer: "patches", size: 2, features: 5, weight: "plain" },
        dense(4, relu),
        flatten,
        dense(2),
      ],
    },
    (network) => {
      killRows(network, "1", [1, 2], 0.4);
      killRows(network, "2", [0], 0.4);
    },
    [3, 3, "flatten", 2],
  ],
  [
    "all but one of a layer that is dead",
    { input: [4], layers: [dense(5, relu), dense(2)] },
    (network) => killRows(network, "1", [0, 1, 2, 3, 4], 0.5),
    [1, 2],
  ],
  [
    "not channels in groups, nor in a residual stream",
    {
      input: [4, 4, 4],
      layers: [
        convolution(4, padded),
        convolution(4, { ...padded, groups: 2 }),
        convolution(4, padded),
        { layer: "residual", layers: [convolution(4, padded)] },
        flatten,
        dense(2),
      ],
    },
    (network) => {
      for (const place of ["1", "2", "3"]) killRows(network, place, [1]);
    },
    [4, 4, 4, [[4]], "flatten", 2],
  ],
  [
    "heads without values, and heads that nothing reads",
    { input: [6, 8], layers: [{ layer: "attention", heads: 4, weight: "l2-row" }, flatten, dense(3)] },
    ({ values }) => {
      const { value, weight } = values["1"];
      // Heads of two columns: the first has no values, the third is not read.
      value.fill(0, 0, 2 * 8);
      weight.forEach((_, k) => {
        if (k % 8 === 4 || k % 8 === 5) weight[k] = 0;
      });
    },
    [2, "flatten", 3],
  ],
  [
    "blocks that add nothing, and what is dead in the others",
    {
      input: [4, 4, 3],
      layers: [
        { layer: "residual", layers: [convolution(5, { ...padded, ...relu }), convolution(3, padded)] },
        {
          layer: "residual",
          layers: [convolution(5, { ...padded, ...relu }), convolution(3, padded), { layer: "batch-norm" }],
        },
        {
          layer: "residual",
          shortcut: [convolution(2, padded)],
          layers: [convolution(2, { ...padded, activation: "gelu" })],
        },
        { layer: "residual", layers: [convolution(2, padded)] },
        flatten,
        dense(2),
      ],
    },
    (network) => {
      killRows(network, "1.2", [0, 1, 2]);
      killRows(network, "2.1", [3]);
      killRows(network, "3.1", [0, 1]);
      // This one adds a constant.
      killRows(network, "4.1", [0, 1], 0.2);
    },
    [[[4, 3, "batch-norm"]], 2, [[2]], "flatten", 2],
  ],
  [
    "a block of attention and one of a batch normalization that makes its constant 0",
    {
      input: [4, 6],
      layers: [
        {
          layer: "residual",
          layers: [{ layer: "layer-norm" }, { layer: "attention", heads: 2, weight: "plain" }],
        },
        { layer: "residual", layers: [dense(6), { layer: "batch-norm" }] },
        flatten,
        dense(2),
      ],
    },
    (network) => {
      const { "1.2": attention, "2.2": norm } = network.values;
      attention.value.fill(0);
      attention.bias.fill(0);
      killRows(network, "2.1", [0, 1, 2, 3, 4, 5], 0.7);
      norm.scale.fill(0);
      norm.shift.fill(0);
    },
    ["flatten", 2],
  ],
];

describe("The removal of dead filters", () => {
  test.each(cases)("removes %s, and the outputs stay", (name, spec, kill, expected) => {
    const network = folded(spec);
    kill(network);
    const { network: smaller, parameters } = removeDeadFilters(network);
    expect(left(smaller.spec.layers)).toEqual(expected);
    const [before, after] = [outputsOf(network), outputsOf(smaller)];
    const size = Math.max(...before.map(Math.abs));
    expect(size).toBeGreaterThan(0.01);
    after.forEach((value, k) => {
      expect(Math.abs(value - before[k])).toBeLessThan(2e-6 * size);
    });
    const count = ({ values }: FoldedSequential) =>
      Object.values(values).reduce(
        (sum, layer) => sum + Object.values(layer).reduce((n, { length }) => n + length, 0),
        0,
      );
    expect(parameters).toEqual({ before: count(network), after: count(smaller) });
    if (name.startsWith("not")) return;
    expect(parameters.after).toBeLessThan(parameters.before);
    expect(bytesOf(smaller)).toBeLessThan(bytesOf(network));
  });

  test("leaves a network without anything dead as it is, with plain weights", () => {
    const [, spec] = cases[0];
    const network = folded(spec);
    const { network: same } = removeDeadFilters(network);
    expect(same.values).toEqual(network.values);
    expect(same.spec).toEqual(unfoldSequential(network).spec);
  });

  test("leaves a network of one block that adds nothing its block, since a network has weights", () => {
    const network = folded({ input: [3], layers: [{ layer: "residual", layers: [dense(3)] }] });
    killRows(network, "1.1", [0, 1, 2]);
    expect(left(removeDeadFilters(network).network.spec.layers)).toEqual([[[3]]]);
  });

  test("keeps the bits where what disappears is 0", () => {
    const [, spec, kill] = cases[0];
    const network = folded(spec);
    kill(network);
    expect(outputsOf(removeDeadFilters(network).network)).toEqual(outputsOf(network));
  });
});
