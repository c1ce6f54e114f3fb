import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds, pathBounds, sensitivityOf } from "../../src/bounds/globalBounds.ts";
import type { PathMethod } from "../../src/bounds/passes.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { InputError } from "../../src/errors.ts";
import type { FoldedDense, FoldedNetwork, FoldedPair } from "../../src/folded/folded.ts";
import { between, dense, eighths, mlp, normals, pair, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

const zero = () => 0;
const one = () => 1;
const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.abs(b));
/** Rounded outwards, and hardly. */
const justAbove = (bound: number, exact: number) => {
  expect(bound).toBeGreaterThanOrEqual(exact);
  close(bound, exact);
};
const boundBy = (name: PathMethod) => (network: FoldedNetwork) =>
  pathBounds([{ network }]).find(({ method }) => method === name)!.atMost;
const pathNorm = boundBy("path-norm");
const columnBound = boundBy("column");
const tightBound = boundBy("tight");
const improvedBound = boundBy("improved");
const skipBound = boundBy("skip");
const foldedBound = boundBy("folded");
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function smallMlp(random: Random): FoldedNetwork {
  const sizes = range(between(random, 2, 5)).map(() => between(random, 1, 4));
  return mlp(sizes, normals(random), normals(random));
}

function smallResnet(random: Random, scale = 1): FoldedNetwork {
  const shape = {
    inputs: between(random, 1, 4),
    width: between(random, 1, 4),
    depth: between(random, 0, 4),
    outputs: between(random, 1, 3),
  };
  return resnet(shape, normals(random, scale), normals(random));
}

/** An edge of a layer's graph: the weight that one unit hands to one unit of the next layer. */
type Edges = (layer: FoldedNetwork["layers"][number], i: number, j: number) => number[];

/** Σ over all paths from input `from` (or any) to output `to` (or any) of ∏|edge|, one path at a time. */
function sumOfPaths(network: FoldedNetwork, edges: Edges, from?: number, to?: number): number {
  let total = 0;
  const walk = (l: number, unit: number, product: number): void => {
    if (l === network.layers.length) {
      if (to === undefined || to === unit) total += product;
      return;
    }
    for (let next = 0; next < network.layers[l].rows; next++) {
      for (const edge of edges(network.layers[l], next, unit)) walk(l + 1, next, product * Math.abs(edge));
    }
  };
  for (const input of range(network.layers[0].columns)) {
    if (from === undefined || from === input) walk(0, input, 1);
  }
  return total;
}

const weightEdges: Edges = (layer, i, j) => [(layer as FoldedDense).weight[i * layer.columns + j]];

/** The edges of a pair, given what becomes of (skip connection, W⁺_ij, W⁻_ij). */
const pairEdges =
  (choose: (skip: number[], positive: number, negative: number) => number[]): Edges =>
  (layer, i, j) => {
    if (layer.kind === "dense") return weightEdges(layer, i, j);
    const at = i * layer.columns + j;
    return choose(layer.residual && i === j ? [1] : [], layer.positive[at], layer.negative[at]);
  };

const strongest = (a: number, b: number) => (Math.abs(a) > Math.abs(b) ? a : b);
const improvedEdges = pairEdges((skip, p, n) => [...skip, strongest(p, n)]);
const tightEdges = pairEdges((skip, p, n) => [strongest(sum(skip) + p, sum(skip) + n)]);
const skipEdges = pairEdges((skip, p, n) => [...skip, p, n]);

/**
 * The same function as an MLP whose units carry max(h, 0) and max(−h, 0) side by side. Skip connections enter its float32
 * weights, so give it weights that leave them exact.
 */
function asReluNetwork(network: FoldedNetwork): FoldedNetwork {
  const last = network.layers.length - 1;
  const layers = network.layers.map((layer, l): FoldedDense => {
    const columns = layer.kind === "dense" ? layer.columns : 2 * layer.columns;
    const signs = l === last ? [1] : [1, -1];
    const rows: number[][] = signs.flatMap((sign) =>
      range(layer.rows).map((i) => {
        const entries = range(layer.columns).map((j) => i * layer.columns + j);
        if (layer.kind === "dense") return entries.map((at) => sign * layer.weight[at]);
        const skip = (j: number) => (layer.residual && i === j ? 1 : 0);
        return [
          ...entries.map((at, j) => sign * (skip(j) + layer.positive[at])),
          ...entries.map((at, j) => -sign * (skip(j) + layer.negative[at])),
        ];
      }),
    );
    const bias = signs.flatMap((sign) => Array.from(layer.bias, (b) => sign * b));
    return {
      kind: "dense",
      rows: rows.length,
      columns,
      weight: Float32Array.from(rows.flat()),
      bias: Float32Array.from(bias),
    };
  });
  return { architecture: "mlp", layers };
}

/** The largest 1-path-norm over all choices of one sign channel per column of every pair. */
function strongestChannels(network: FoldedNetwork): number {
  const columns = network.layers.flatMap((layer, l) =>
    layer.kind === "pair" ? range(layer.columns).map((j) => [l, j]) : [],
  );
  return Math.max(
    ...range(2 ** columns.length).map((choice) => {
      const isPositive = (l: number, j: number) =>
        (choice >> columns.findIndex(([a, b]) => a === l && b === j)) % 2 === 0;
      return sumOfPaths(network, (layer, i, j) => {
        const l = network.layers.indexOf(layer);
        const channel = pairEdges((skip, p, n) => [sum(skip) + (isPositive(l, j) ? p : n)]);
        return channel(layer, i, j);
      });
    }),
  );
}

/** ∂f/∂x at x, outputs × inputs. */
function jacobian(network: FoldedNetwork, x: readonly number[]): number[][] {
  let h = [...x];
  let derivative: number[][] = x.map((_, i) => x.map((_, j) => (i === j ? 1 : 0)));
  network.layers.forEach((layer, l) => {
    const upTo = { ...network, layers: [layer] };
    const slope = range(layer.rows).map((i) =>
      range(layer.columns).map((j) => {
        const at = i * layer.columns + j;
        if (layer.kind === "dense") return l === 0 || h[j] > 0 ? layer.weight[at] : 0;
        return (layer.residual && i === j ? 1 : 0) + (h[j] > 0 ? layer.positive : layer.negative)[at];
      }),
    );
    derivative = slope.map((row) =>
      x.map((_, j) => row.reduce((total, w, k) => total + w * derivative[k][j], 0)),
    );
    // A single dense layer has no activation before it, so hand it what the activation made.
    h = forward(upTo, layer.kind === "dense" && l > 0 ? h.map((value) => Math.max(value, 0)) : h);
  });
  return derivative;
}

/** The ∞→1 operator norm, max over s ∈ {−1, 1}^outputs of ‖sᵀJ‖₁. */
function operatorNorm(matrix: number[][]): number {
  return Math.max(
    ...range(2 ** matrix.length).map((choice) => {
      const signs = matrix.map((_, k) => ((choice >> k) % 2 === 0 ? 1 : -1));
      return sum(matrix[0].map((_, j) => Math.abs(sum(matrix.map((row, k) => signs[k] * row[j])))));
    }),
  );
}

/** A lower bound of the true ∞→1 Lipschitz constant: the steepest slope seen between points and at points. */
function sampledSlope(
  f: (x: readonly number[]) => number[],
  derivative: (x: readonly number[]) => number[][],
  inputs: number,
  random: Random,
): number {
  const draw = normals(random, 3);
  let steepest = 0;
  for (let trial = 0; trial < 20; trial++) {
    const x = range(inputs).map(draw);
    const y = x.map((value) => value + (trial % 2 === 0 ? draw() : Math.sign(draw()) / 8));
    const [fx, fy] = [f(x), f(y)];
    const distance = Math.max(...x.map((value, j) => Math.abs(value - y[j])));
    const change = sum(fx.map((value, k) => Math.abs(value - fy[k])));
    steepest = Math.max(steepest, change / distance, operatorNorm(derivative(x)));
  }
  return steepest;
}

const inputsOf = (network: FoldedNetwork) => network.layers[0].columns;
const slopeOf = (network: FoldedNetwork, random: Random) =>
  sampledSlope(
    (x) => forward(network, x),
    (x) => jacobian(network, x),
    inputsOf(network),
    random,
  );

describe("the 1-path-norm", () => {
  test("is the sum over every path of the product of its weights' magnitudes", () => {
    const random = createRandom(1);
    for (let trial = 0; trial < 60; trial++) {
      const network = smallMlp(random);
      close(pathNorm(network), sumOfPaths(network, weightEdges));
    }
  });

  test("is |g_0 g_1|·Σ|γ| when every hidden row has the L1 norm |g| of its layer", () => {
    const layer = (rows: number, columns: number, values: number[]): FoldedDense => ({
      ...dense(rows, columns, zero, one),
      weight: Float32Array.from(values),
    });
    const layers = [
      layer(2, 2, [1, -2, 3, 0]),
      layer(2, 2, [0.25, 0.25, -0.5, 0]),
      layer(2, 2, [1, 1, 0, -5]),
    ];
    justAbove(pathNorm({ architecture: "mlp", layers }), 3 * 0.5 * 7);
  });

  test("is never below a slope of the network", () => {
    const random = createRandom(2);
    for (let trial = 0; trial < 100; trial++) {
      const network = smallMlp(random);
      expect(slopeOf(network, random)).toBeLessThanOrEqual(pathNorm(network) * (1 + 1e-9));
    }
  });

  test("is reached when all weights and inputs are positive", () => {
    const random = createRandom(3);
    const network = mlp([3, 4, 2], () => between(random, 0, 8) / 8, zero);
    const [low, high] = [1, 2].map((x) => forward(network, [x, x, x]));
    justAbove(pathNorm(network), sum(high) - sum(low));
  });
});

describe("the bounds of a ResNet", () => {
  test("sum over coordinate sequences: the strongest entry of each step, or every path", () => {
    const random = createRandom(4);
    for (let trial = 0; trial < 60; trial++) {
      const network = smallResnet(random);
      close(improvedBound(network), sumOfPaths(network, improvedEdges));
      close(tightBound(network), sumOfPaths(network, tightEdges));
      close(skipBound(network), sumOfPaths(network, skipEdges));
    }
  });

  test("by columns are the largest 1-path-norm over all choices of a sign channel per column", () => {
    const random = createRandom(5);
    for (let trial = 0; trial < 12; trial++) {
      const shape = { inputs: 2, width: between(random, 1, 3), depth: between(random, 0, 2), outputs: 2 };
      const network = resnet(shape, normals(random), zero);
      close(columnBound(network), strongestChannels(network));
    }
  });

  test("folded are the 1-path-norm of the ReLU network that computes the same function", () => {
    const random = createRandom(6);
    for (let trial = 0; trial < 40; trial++) {
      const shape = {
        inputs: between(random, 1, 4),
        width: between(random, 1, 4),
        depth: trial % 5,
        outputs: 2,
      };
      const network = resnet(shape, eighths(random), eighths(random));
      const relu = asReluNetwork(network);
      const x = range(inputsOf(network)).map(normals(random, 2));
      const [expected, got] = [forward(network, x), forward(relu, x)];
      for (const k of [0, 1]) expect(got[k]).toBeCloseTo(expected[k], 9);
      close(foldedBound(network), pathNorm(relu));
    }
    const tiny = asReluNetwork(resnet({ inputs: 2, width: 2, depth: 2, outputs: 2 }, eighths(random), zero));
    close(pathNorm(tiny), sumOfPaths(tiny, weightEdges));
  });

  test("are ordered: sampled slope ≤ by columns ≤ tight ≤ improved ≤ skip, on 400 random networks", () => {
    const random = createRandom(7);
    const strict = [0, 0, 0, 0];
    for (let trial = 0; trial < 400; trial++) {
      const network = smallResnet(random, trial % 2 === 0 ? 1 : 0.3);
      const chain = [
        slopeOf(network, random),
        columnBound(network),
        tightBound(network),
        improvedBound(network),
        skipBound(network),
      ];
      for (let k = 0; k < 4; k++) {
        expect(chain[k]).toBeLessThanOrEqual(chain[k + 1] * (1 + 1e-9));
        if (chain[k] < 0.999 * chain[k + 1]) strict[k]++;
      }
    }
    // Were two of them the same function, the order would hold without saying anything.
    for (const count of strict) expect(count).toBeGreaterThan(100);
  });

  test("are reached exactly where W_0 ≥ 0, W⁺ ≥ W⁻ ≥ 0 and C⁺ ≥ C⁻ ≥ 0, without biases, on positive inputs", () => {
    const random = createRandom(8);
    const positive = () => between(random, 0, 8) / 8;
    for (let trial = 0; trial < 20; trial++) {
      const shape = { inputs: 3, width: between(random, 1, 5), depth: between(random, 0, 4), outputs: 2 };
      const layers = resnet(shape, positive, zero).layers.map((layer) =>
        layer.kind === "dense"
          ? layer
          : { ...layer, negative: layer.negative.map((value, at) => Math.min(value, layer.positive[at])) },
      );
      const network: FoldedNetwork = { architecture: "resnet", layers };
      const change = sum(forward(network, [3, 4, 5])) - sum(forward(network, [1, 2, 3]));
      for (const bound of [columnBound, tightBound, improvedBound]) {
        justAbove(bound(network), change / 2);
      }
      expect(skipBound(network)).toBeGreaterThanOrEqual(improvedBound(network));
    }
  });

  test("need not grow when folded: W⁺ = W⁻ = −1 in one dimension cancels the skip connection", () => {
    const block: FoldedPair = pair(true, 1, 1, () => -1, zero);
    const layers = [dense(1, 1, one, zero), block, pair(false, 1, 1, one, zero)];
    const network: FoldedNetwork = { architecture: "resnet", layers };
    expect(foldedBound(network)).toBe(0);
    expect(tightBound(network)).toBe(0);
    justAbove(improvedBound(network), 2);
  });

  test("are 2, 4 (skip) and 2048 (folded) for 9 blocks at initialization with 2 outputs", () => {
    const width = 50;
    const embedding = dense(width, 4, () => 0.25, zero);
    const blocks = range(9).map(() => pair(true, width, width, zero, zero));
    const output = pair(false, 2, width, zero, zero);
    // Rows of L1 norm 1 whose positive and negative weights agree.
    for (const channel of [output.positive, output.negative]) {
      for (const row of [0, 1]) channel.set([0.5, -0.25, 0.25], row * (width + 3));
    }
    const network: FoldedNetwork = { architecture: "resnet", layers: [embedding, ...blocks, output] };
    justAbove(columnBound(network), 2);
    justAbove(tightBound(network), 2);
    justAbove(improvedBound(network), 2);
    justAbove(skipBound(network), 4);
    justAbove(foldedBound(network), 2048);
  });
});

describe("sensitivityOf", () => {
  /** S, outputs × inputs. */
  const sensitivities = (network: FoldedNetwork) => {
    const model = boundedModel([{ network }]);
    return range(model.outputs).map((plus) => sensitivityOf(model, { plus, minus: null }));
  };

  test("of an MLP sums the paths between one input and one output, so that it adds up to the 1-path-norm", () => {
    const random = createRandom(9);
    for (let trial = 0; trial < 40; trial++) {
      const network = smallMlp(random);
      const rows = sensitivities(network);
      for (const [k, row] of rows.entries()) {
        for (const [j, value] of row.entries()) close(value, sumOfPaths(network, weightEdges, j, k));
      }
      close(sum(rows.map(sum)), pathNorm(network));
    }
  });

  test("of a ResNet bounds every derivative and never exceeds the improved bound's own entries", () => {
    const random = createRandom(10);
    let tighter = 0;
    for (let trial = 0; trial < 100; trial++) {
      const network = smallResnet(random);
      const rows = sensitivities(network);
      const derivatives = range(20).map(() =>
        jacobian(network, range(rows[0].length).map(normals(random, 3))),
      );
      for (const [k, row] of rows.entries()) {
        for (const [j, value] of row.entries()) {
          const improved = sumOfPaths(network, improvedEdges, j, k);
          for (const derivative of derivatives) {
            expect(Math.abs(derivative[k][j])).toBeLessThanOrEqual(value * (1 + 1e-9));
          }
          expect(value).toBeLessThanOrEqual(improved * (1 + 1e-12));
          if (value < 0.9 * improved) tighter++;
        }
      }
      if (rows.length === 1) expect(sum(rows[0])).toBeLessThanOrEqual(columnBound(network) * (1 + 1e-12));
    }
    expect(tighter).toBeGreaterThan(100);
  });

  test("is exactly zero for an input that reaches no output", () => {
    const random = createRandom(11);
    for (const network of [
      mlp([3, 4, 2], normals(random), zero),
      resnet({ inputs: 3, width: 4, depth: 2, outputs: 2 }, normals(random), zero),
    ]) {
      const { weight } = network.layers[0] as FoldedDense;
      for (let i = 0; i < 4; i++) weight[3 * i + 1] = 0;
      for (const row of sensitivities(network)) {
        expect(row[1]).toBe(0);
        for (const j of [0, 2]) expect(row[j]).toBeGreaterThan(0);
      }
    }
  });
});

describe("pathBounds", () => {
  test("lists what the architecture has, smallest first, and says what each number is", () => {
    const random = createRandom(12);
    const [norm, ...others] = pathBounds([{ network: mlp([2, 3, 1], one, zero) }]);
    expect(others).toEqual([]);
    expect(norm).toMatchObject({
      claim: "upper bound",
      scope: "global",
      quantity: "slope",
      method: "path-norm",
      inputNorm: "inf",
      outputNorm: "1",
      arithmetic: "real",
    });
    justAbove(norm.atMost, 6);
    const network = resnet({ inputs: 3, width: 4, depth: 3, outputs: 2 }, normals(random), zero);
    const all = pathBounds([{ network }]);
    expect(new Set(all.map(({ method }) => method))).toEqual(
      new Set(["column", "tight", "improved", "skip", "folded"]),
    );
    expect(all.map(({ atMost }) => atMost)).toEqual(all.map(({ atMost }) => atMost).sort((a, b) => a - b));
    expect(all[0]).toMatchObject({ method: "column", atMost: columnBound(network) });
  });

  test("are among the global bounds, number for number", () => {
    const random = createRandom(14);
    for (const network of [
      { ...mlp([4, 5, 1], normals(random), zero), slopes: Float32Array.of(1, 0, -2, 0.3) },
      mlp([4, 5, 3], normals(random), zero),
      resnet({ inputs: 3, width: 4, depth: 2, outputs: 2 }, normals(random), zero),
    ]) {
      const parts = [{ network }, { network }];
      const same = globalBounds(boundedModel(parts)).filter(
        ({ method, outputNorm }) => outputNorm === "1" && method !== "norm-product",
      );
      expect(pathBounds(parts)).toEqual(same);
    }
  });

  test("of an ensemble are the means of its members' bounds, and bound the mean of its members", () => {
    const random = createRandom(13);
    const shape = { inputs: 3, width: 4, depth: 2, outputs: 2 };
    const members = range(3).map(() => resnet(shape, normals(random), normals(random)));
    const all = pathBounds(members.map((network) => ({ network })));
    const mean = (values: number[]) => sum(values) / values.length;
    close(all.find(({ method }) => method === "improved")!.atMost, mean(members.map(improvedBound)));
    close(all[0].atMost, mean(members.map(columnBound)));
    const slope = sampledSlope(
      (x) => {
        const outputs = members.map((member) => forward(member, x));
        return outputs[0].map((_, k) => mean(outputs.map((output) => output[k])));
      },
      (x) => {
        const matrices = members.map((member) => jacobian(member, x));
        return matrices[0].map((row, k) => row.map((_, j) => mean(matrices.map((m) => m[k][j]))));
      },
      shape.inputs,
      random,
    );
    expect(slope).toBeGreaterThan(0);
    expect(slope).toBeLessThanOrEqual(all[0].atMost);
  });

  test("count a linear term", () => {
    const network = mlp([2, 3, 1], one, zero);
    justAbove(pathNorm({ ...network, slopes: Float32Array.of(0.5, -0.25) }), 6.75);
    for (const slopes of [
      [1, 0],
      [0, -2],
      [1, 2],
    ]) {
      const [{ sensitivities }] = pathBounds([
        { network: { ...network, slopes: Float32Array.from(slopes) } },
      ]);
      sensitivities.forEach((s, j) => {
        justAbove(s, 3 + Math.abs(slopes[j]));
      });
    }
  });

  test("of networks with different outputs are refused", () => {
    const networks = [mlp([2, 3, 1], one, zero), mlp([2, 3, 2], one, zero)];
    expect(() => pathBounds(networks.map((network) => ({ network })))).toThrow(InputError);
  });

  test("of a network whose paths exceed float64 are Infinity, and of one with as many inputs as a file may hold are found", () => {
    const huge = mlp([1, ...range(10).map(() => 1)], () => 3e38, zero);
    expect(pathNorm(huge)).toBe(Number.POSITIVE_INFINITY);
    expect(pathNorm(mlp([300_000, 1], one, zero)) / 300_000).toBeCloseTo(1, 9);
  });
});
