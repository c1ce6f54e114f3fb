import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import {
  createSequential,
  type SequentialLayer,
  type SequentialNetwork,
  type SequentialSpec,
} from "../../../src/engine/networks/sequential.ts";
import { pathMagnitude } from "../../../src/engine/pruning/pathMagnitude.ts";
import { pruneNetwork } from "../../../src/engine/pruning/pruneNetwork.ts";
import type { PruningRule } from "../../../src/engine/pruning/rule.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { WeightKind } from "../../../src/engine/weights/kinds.ts";
import { InputError } from "../../../src/errors.ts";
import { removeDeadFilters } from "../../../src/folded/removeDeadFilters.ts";
import { foldSequential } from "../../../src/folded/sequential.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const convolution = (channels: number, more: object = {}) =>
  ({ layer: "convolution", channels, size: 3, padding: 1, weight: "plain", ...more }) as SequentialLayer;
const dense = (outputs: number, weight: WeightKind = "plain") =>
  ({ layer: "dense", outputs, weight }) as const;
const flatten = { layer: "flatten" } as const;
const norm = { layer: "batch-norm", activation: "relu" } as const;

function networkOf(spec: SequentialSpec): SequentialNetwork {
  const random = createRandom(2);
  const network = createSequential(backend, spec, 1, random);
  const draw = (length: number, value: () => number) => Float32Array.from({ length }, value);
  for (const { raw } of network.parameters) raw.data.set(draw(raw.length, () => normal(random)));
  for (const tensor of network.state) tensor.data.set(draw(tensor.length, () => 0.5 + random.next()));
  for (const parameter of network.parameters) parameter.normalize();
  return network;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, v) => total + v, 0);

/** What a layer's scores are, and all of them together. */
function scoresOf(network: SequentialNetwork) {
  const scores = network.layers.map(({ weight }) => new Float32Array(weight.raw.length));
  pathMagnitude(backend, network)(scores);
  return scores;
}

describe("The path magnitude of a network of layers", () => {
  const spec: SequentialSpec = {
    input: [5, 4, 2],
    layers: [
      convolution(4, { stride: 2, activation: "relu" }),
      { layer: "residual", layers: [convolution(3, { bias: false }), norm, convolution(4)] },
      {
        layer: "residual",
        shortcut: [convolution(6, { size: 1, padding: 0, groups: 2 })],
        layers: [convolution(6, { activation: "gelu" })],
      },
      { layer: "dropout", rate: 0.2 },
      { layer: "average-pool", size: 2, stride: 1 },
      flatten,
      { ...dense(3), activation: "silu" },
      dense(2),
    ],
  };

  /** ‖Φ(θ)‖₁ by a network of the same layers that has |θ|, and nothing that is subtracted or added. */
  function pathNorm(network: SequentialNetwork): number {
    const linear = (layers: readonly SequentialLayer[]): SequentialLayer[] =>
      layers.map((layer): SequentialLayer => {
        if (layer.layer === "residual") {
          const { shortcut } = layer;
          return { ...layer, layers: linear(layer.layers), ...(shortcut && { shortcut: linear(shortcut) }) };
        }
        return "activation" in layer ? { ...layer, activation: "relu" } : layer;
      });
    const mark = backend.arena.mark();
    const positive = createSequential(
      backend,
      { ...network.spec, layers: linear(network.spec.layers) },
      1,
      createRandom(1),
    );
    network.layers.forEach(({ weight }, l) => {
      positive.layers[l].weight.raw.data.set(weight.effective.data.map(Math.abs));
      positive.layers[l].bias.data.fill(0);
    });
    // γ, β and μ, σ² of the one batch normalization, after a matrix with a bias and one without.
    const [scale, shift] = [3, 4];
    expect(network.parameters[scale].raw.length).toBe(3);
    positive.parameters[scale].raw.data.set(network.parameters[scale].raw.data.map(Math.abs));
    positive.parameters[shift].raw.data.fill(0);
    positive.state[0].data.fill(0);
    positive.state[1].data.set(network.state[1].data);
    positive.input.data.fill(1);
    positive.evaluate(1);
    const value = sum(positive.output.data);
    backend.arena.release(mark);
    return value;
  }

  test("is how much of the path norm goes through an entry: what its size changes, and all of a layer that has all paths", () => {
    const mark = backend.arena.mark();
    const network = networkOf(spec);
    const scores = scoresOf(network);
    const total = pathNorm(network);
    for (const l of [0, 5, 6]) expect(sum(scores[l]) / total).toBeCloseTo(1, 5);
    network.layers.forEach(({ weight }, l) => {
      for (const k of [0, Math.floor(scores[l].length / 2), scores[l].length - 1]) {
        const value = weight.raw.data[k];
        weight.raw.data[k] = -2 * value;
        expect((pathNorm(network) - total) / total, `entry ${k} of layer ${l}`).toBeCloseTo(
          scores[l][k] / total,
          5,
        );
        weight.raw.data[k] = value;
      }
    });
    backend.arena.release(mark);
  });

  test("takes the maximum of a window for its sum", () => {
    const mark = backend.arena.mark();
    const pooled = (layer: "max-pool" | "average-pool") =>
      scoresOf(
        networkOf({ input: [4, 4, 2], layers: [convolution(3), { layer, size: 2 }, flatten, dense(2)] }),
      ).flatMap((scores) => [...scores]);
    const [most, mean] = [pooled("max-pool"), pooled("average-pool")];
    for (const [k, score] of most.entries()) expect(score / mean[k]).toBeCloseTo(4, 4);
    backend.arena.release(mark);
  });

  test.each<[string, SequentialLayer[], string]>([
    [
      "attention",
      [{ layer: "attention", heads: 2, weight: "plain" }, flatten, dense(2)],
      "layer 1 (attention) has none",
    ],
    ["layer normalization", [dense(3), { layer: "layer-norm" }, dense(2)], "layer 2 (layer-norm) has none"],
    [
      "a batch normalization of what is no matrix",
      [
        { layer: "residual", layers: [{ ...dense(4), activation: "relu" }, norm, dense(4)] },
        flatten,
        dense(2),
      ],
      "layer 1.2 (batch-norm) has none but right after a matrix",
    ],
  ])("is refused for %s, which has no paths", (_, layers, says) => {
    const mark = backend.arena.mark();
    const network = networkOf({ input: [3, 4], layers });
    const prune = () => pruneNetwork(backend, network, { rule: "path-magnitude", sparsity: 0.5 });
    expect(prune).toThrow(InputError);
    expect(prune).toThrow(says);
    backend.arena.release(mark);
  });
});

describe("Pruning by filters", () => {
  const rowsLeft = ({ layers }: SequentialNetwork) =>
    layers.map(({ weight: { effective }, bias }) =>
      Array.from(bias.data, (_, i) => i).filter((i) => {
        const row = effective.data.subarray(i * effective.columns, (i + 1) * effective.columns);
        return row.some((w) => w !== 0);
      }),
    );
  const spec: SequentialSpec = { input: [3], layers: [dense(4), dense(3), dense(2)] };
  /** L1 norms 4, 3, 2, 1 and L2 norms 2.3, 3, 2, 0.7; then 6, 0.6, 5 and 6, 0.4, 5. */
  const set = (network: SequentialNetwork) => {
    network.layers[0].weight.raw.data.set([1.33, 1.33, -1.34, 0, 3, 0, 0, 0, 2, 0.5, 0, -0.5]);
    network.layers[1].weight.raw.data.set([6, 0, 0, 0, 0.3, 0, 0.3, 0, 0, 0, -5, 0]);
    for (const { bias } of network.layers) bias.data.fill(0.5);
    for (const { weight } of network.layers) weight.normalize();
  };

  test.each<[PruningRule, number[][]]>([
    [
      { rule: "filter-l1", sparsity: 0.5, scope: "layer" },
      [
        [0, 1],
        [0, 2],
        [0, 1],
      ],
    ],
    [{ rule: "filter-l2", sparsity: 0.75, scope: "layer" }, [[1], [0], [0, 1]]],
    [{ rule: "filter-l1", sparsity: 0.75, scope: "layer" }, [[0], [0], [0, 1]]],
    // Of all seven rows the five smallest, but for one that a layer keeps.
    [{ rule: "filter-l2", sparsity: 5 / 7 }, [[1], [0], [0, 1]]],
    [
      { rule: "filter-l2", sparsity: 3 / 7 },
      [
        [0, 1],
        [0, 2],
        [0, 1],
      ],
    ],
  ])("removes the rows of the smallest norm with their biases: %j", (rule, expected) => {
    const mark = backend.arena.mark();
    const network = networkOf(spec);
    set(network);
    pruneNetwork(backend, network, rule);
    expect(rowsLeft(network)).toEqual(expected);
    network.layers.forEach(({ bias }, l) => {
      expect(Array.from(bias.data, (b, i) => [b, i]).flatMap(([b, i]) => (b !== 0 ? [i] : []))).toEqual(
        expected[l],
      );
    });
    backend.arena.release(mark);
  });

  test.each<WeightKind>(["plain", "l2-row"])(
    "removes heads of %s attention by their values, from queries and keys as well",
    (kind) => {
      const mark = backend.arena.mark();
      const network = networkOf({
        input: [5, 6],
        layers: [{ layer: "attention", heads: 3, weight: kind }, flatten, dense(2)],
      });
      const values = network.layers[2].weight;
      // Of two rows each: the second head is the smallest.
      (values.lengths ?? values.raw).data.forEach((value, k, all) => {
        all[k] = value * [1, 0.01, 0.5][Math.floor((3 * k) / all.length)];
      });
      values.normalize();
      pruneNetwork(backend, network, { rule: "filter-l2", sparsity: 0.34, scope: "layer" });
      const left = rowsLeft(network);
      expect(left.slice(0, 3)).toEqual([
        [0, 1, 4, 5],
        [0, 1, 4, 5],
        [0, 1, 4, 5],
      ]);
      // A third of the rows behind the heads, which are filters of their own.
      expect(left[3].length).toBe(4);
      const { network: smaller } = removeDeadFilters(foldSequential(network));
      expect(smaller.spec.layers[0]).toMatchObject({ heads: 2, headSize: 2 });
      backend.arena.release(mark);
    },
  );

  test("leaves no constant of a batch normalization, so that the network is really smaller", () => {
    const mark = backend.arena.mark();
    const padded = { layer: "convolution", size: 3, padding: 1, weight: "plain", bias: false } as const;
    const network = networkOf({
      input: [4, 4, 1],
      layers: [{ ...padded, channels: 6 }, norm, { ...padded, channels: 4 }, norm, flatten, dense(2)],
    });
    for (const k of [2, 5]) network.parameters[k].raw.data.fill(0.5);
    pruneNetwork(backend, network, { rule: "filter-l1", sparsity: 0.5, scope: "layer" });
    for (const k of [1, 2]) {
      expect(network.parameters[k].raw.data.filter((value) => value === 0).length).toBe(3);
    }
    const { network: smaller } = removeDeadFilters(foldSequential(network));
    expect(smaller.spec.layers[0]).toMatchObject({ channels: 3 });
    expect(smaller.spec.layers[2]).toMatchObject({ channels: 2 });
    backend.arena.release(mark);
  });

  test("ranks rows with a length by it, and holds that at 0", () => {
    const mark = backend.arena.mark();
    const network = networkOf({ input: [3], layers: [dense(4, "l2-row"), dense(2)] });
    network.layers[0].weight.lengths!.data.set([-3, 0.5, 2, -1]);
    network.layers[0].weight.normalize();
    pruneNetwork(backend, network, { rule: "filter-l2", sparsity: 0.5 });
    expect(rowsLeft(network)[0]).toEqual([0, 2]);
    expect([...network.layers[0].weight.lengths!.data]).toEqual([-3, 0, 2, 0]);
    backend.arena.release(mark);
  });

  test.each<WeightKind>(["l1-shared", "l2-shared", "l1-fixed", "row-equilibrated", "column-equilibrated"])(
    "is refused where rows have norms that they keep: %s",
    (kind) => {
      const mark = backend.arena.mark();
      const network = networkOf({ input: [3], layers: [dense(4), dense(4, kind), dense(2)] });
      const prune = () => pruneNetwork(backend, network, { rule: "filter-l1", sparsity: 0.5 });
      expect(prune).toThrow(`"${kind}" weights keep the norms of their rows or columns; use another rule`);
      backend.arena.release(mark);
    },
  );
});

describe("Pruning by residual blocks", () => {
  const block = (kind: WeightKind = "plain", last: SequentialLayer[] = []): SequentialLayer => ({
    layer: "residual",
    layers: [{ ...dense(4, kind), activation: "relu" }, dense(3, kind), ...last],
  });

  test("makes those 0 whose norms have the smallest product, normalizations' among them", () => {
    const mark = backend.arena.mark();
    const spec: SequentialSpec = {
      input: [3],
      layers: [block(), block("plain", [{ layer: "batch-norm" }]), block("l2-row"), dense(2)],
    };
    const sizes = [
      [2, 3, 1],
      [4, 5, 0.2],
      [1, 5, 1],
    ];
    const network = networkOf(spec);
    sizes.forEach(([first, second], b) => {
      [first, second].forEach((size, k) => {
        const { weight } = network.layers[2 * b + k];
        const { data, columns } = weight.raw;
        // Rows of one coordinate each, of which the largest is the norm.
        data.fill(0);
        for (let i = 0; i < weight.rows; i++)
          data[i * columns + (i % columns)] = weight.lengths ? 1 : i === 0 ? size : 0.1;
        weight.lengths?.data.fill(0.1);
        if (weight.lengths) weight.lengths.data[0] = size;
        weight.normalize();
      });
    });
    const variance = network.state[1].data;
    const scale = network.parameters.find(({ raw }, p) => p > 6 && raw.length === 3 && raw.columns === 1)!;
    expect(network.parameters.indexOf(scale)).toBe(7);
    network.parameters[8].raw.data.set(variance.map((v, c) => (c === 1 ? -0.2 : 0.1) * Math.sqrt(v + 1e-5)));
    // 6, 4 and 5: first the second, then the third.
    pruneNetwork(backend, network, { rule: "residual", sparsity: 0.34 });
    const gone = () => network.layers.map(({ weight }) => weight.effective.data.every((w) => w === 0));
    expect(gone()).toEqual([false, false, true, true, false, false, false]);
    pruneNetwork(backend, network, { rule: "residual", sparsity: 0.67 });
    expect(gone()).toEqual([false, false, true, true, true, true, false]);
    for (const k of [4, 5, 6, 7, 8, 9]) expect(sum(network.parameters[k].raw.data.map(Math.abs))).toBe(0);
    backend.arena.release(mark);
  });

  test.each<[string, SequentialLayer[], string]>([
    ["there are none", [dense(3)], "this network has none"],
    [
      "shortcuts have layers",
      [{ layer: "residual", layers: [dense(2)], shortcut: [dense(2)] }],
      "this network has none",
    ],
    ["weights have no length", [block("row-equilibrated"), dense(2)], '"row-equilibrated" weights have none'],
    [
      "an activation of 0 is not 0",
      [block("plain", [{ layer: "activation", activation: { of: "gaussian", width: 1 } }]), dense(2)],
      "that of layer 1 is not 0 even if all its weights are",
    ],
    [
      "nothing is multiplied",
      [{ layer: "residual", layers: [{ layer: "activation", activation: "relu" }] }, dense(2)],
      "that of layer 1 is not 0 even if all its weights are",
    ],
  ])("is refused where %s", (_, layers, says) => {
    const mark = backend.arena.mark();
    const network = networkOf({ input: [3], layers });
    const prune = () => pruneNetwork(backend, network, { rule: "residual", sparsity: 0.5 });
    expect(prune).toThrow(InputError);
    expect(prune).toThrow(says);
    backend.arena.release(mark);
  });
});

test("A rule looks at the weights of every layer of a network of layers", () => {
  const mark = backend.arena.mark();
  const between = (kind: WeightKind) =>
    networkOf({ input: [3], layers: [dense(4, "l1-row"), dense(4, kind), dense(2, "l1-row")] });
  const prune = (kind: WeightKind, rule: PruningRule) => () => pruneNetwork(backend, between(kind), rule);
  expect(prune("l2-row", { rule: "l1-projection", sparsity: 0.5 })).toThrow('this network has "l2-row" ones');
  expect(prune("standardized", { rule: "magnitude", sparsity: 0.5 })).toThrow(
    'the kind "standardized" cannot be pruned',
  );
  // With none named: the projection where all are L1-normalized.
  for (const [kind, hasProjection] of [
    ["l1-shared", true],
    ["plain", false],
  ] as const) {
    const network = between(kind);
    const norms = () => network.layers.map(({ weight: { effective } }) => sum(effective.data.map(Math.abs)));
    const before = norms();
    pruneNetwork(backend, network, { sparsity: 0.3 });
    const same = norms().every((value, l) => Math.abs(value / before[l] - 1) < 1e-5);
    expect(same).toBe(hasProjection);
  }
  backend.arena.release(mark);
});
