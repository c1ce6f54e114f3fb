import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { boxAround, boxBetween, pointBox } from "../../../src/bounds/box.ts";
import { predictionError } from "../../../src/bounds/predictionError.ts";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork, FoldedPair } from "../../../src/folded/folded.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import { dyadic, exactForward, isMeanAtMost, negative, subtract } from "../../support/dyadic.ts";
import { type Float32Machine, forwardInFloat32, machines, toFloat32 } from "../../support/float32.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { chain, denseOf, mlpOf, ones, rowPair } from "../../support/roundingDown.ts";

const boundOf = (networks: readonly FoldedNetwork[], x: Float32Array): number =>
  predictionError(analyse(boundedModel(networks.map((network) => ({ network }))), pointBox(x), false))[0];

/** Whether the prediction differs from the exact mean by no more than the bound. */
function isCovered(networks: readonly FoldedNetwork[], x: Float32Array, predicted: number, bound: number) {
  const off = networks.map((network) => subtract(exactForward(network, x)[0], dyadic(predicted)));
  return isMeanAtMost(off, bound) && isMeanAtMost(off.map(negative), bound);
}

/** The mean of the networks' first output, rounded once. */
function meanInFloat32(networks: readonly FoldedNetwork[], x: Float32Array, machine: Float32Machine): number {
  const outputs = networks.map((network) => forwardInFloat32(network, x, machine)[0]);
  return toFloat32(outputs.reduce((sum, output) => sum + output, 0) / outputs.length, machine);
}

/** The bound, which covers the mean on every machine. */
function expectCovered(networks: readonly FoldedNetwork[], x: Float32Array): number {
  const bound = boundOf(networks, x);
  for (const machine of machines) {
    expect(isCovered(networks, x, meanInFloat32(networks, x, machine), bound)).toBe(true);
  }
  return bound;
}

/** Half of the distance from 1 to the next float32: nearly as much is lost beside 1. */
const HALF = 2 ** -24;

/** x, and a weight whose product with it is 1 + 0.998·HALF, which float32 rounds to 1. */
const x = Float32Array.of(1 + 200 * HALF);
const weight = 1 - 199 * HALF;
/** What is lost beside 1, and beside all numbers up to 2. */
const lost = 0.99 * HALF;

/** A number and a weight whose product, 1 + 4094·HALF and nearly HALF more, times 1 + 4098·HALF ends in nearly HALF again. */
const start = 1 + 4096 * HALF;
const least = 1 - HALF;

/** The product and the bias are lost, but for `more` of HALF. */
const losing = (more = 0): FoldedNetwork => mlpOf(denseOf([[weight]], [lost + more * HALF]));

describe("The error of a prediction in float32 covers", () => {
  test("a sum that loses a thousand terms, one after the other or four at a time", async () => {
    const network = mlpOf(denseOf([[1, ...Array(1000).fill(HALF / 2)]]));
    const at = Float32Array.from(ones(1001));
    const bound = expectCovered([network], at);
    const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
    const [predicted] = createPredictor(backend, network).predict(at);
    expect(isCovered([network], at, predicted, bound)).toBe(true);
    // A bound that counts no terms would tell 6e-8.
    expect(isCovered([network], at, predicted, 7e-6)).toBe(false);
    expect(bound).toBeLessThan(7e-5);
  });

  test("a product and a bias that are lost, the two roundings of a layer with one column", () => {
    const bound = expectCovered([losing()], x);
    expect(bound).toBeLessThan(2.001 * HALF);
  });

  test("a bias beside which everything else is lost", () => {
    const bound = expectCovered([mlpOf(denseOf([[lost]], [1]))], Float32Array.of(1));
    expect(bound).toBeLessThan(2.001 * HALF);
  });

  test("a skip connection beside which a product and a bias are lost, between layers that lose all they can", () => {
    const block: FoldedPair = { ...rowPair([lost]), residual: true, bias: Float32Array.of(lost) };
    const last: FoldedPair = { ...rowPair([1 + 4098 * HALF]), bias: Float32Array.of(lost) };
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [denseOf([[least]], [lost]), block, last],
    };
    const bound = expectCovered([network], Float32Array.of(start));
    expect(bound).toBeLessThan(7.01 * HALF);
  });

  test("all four roundings of a product in a block of two units, between layers that lose all they can", () => {
    const matrix = Float32Array.of(0, 0, 1 + 4098 * HALF, 1);
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [
        denseOf([[least], [lost]], [lost, 0]),
        {
          kind: "pair",
          residual: true,
          rows: 2,
          columns: 2,
          positive: matrix,
          negative: matrix,
          bias: Float32Array.of(0, lost),
        },
        { ...rowPair([lost, 1 + 2046 * HALF]), bias: Float32Array.of(lost) },
      ],
    };
    const bound = expectCovered([network], Float32Array.of(start));
    expect(bound).toBeLessThan(9.01 * HALF);
  });

  test("what a machine flushes to 0: products, sums, and what is made of them", () => {
    const small = 2 ** -126;
    const networks: [FoldedNetwork, number[]][] = [
      [chain(2 ** -100), [2 ** -27]],
      [mlpOf(denseOf([Array(9).fill(2 ** -100)])), Array(9).fill(2 ** -27)],
      [mlpOf(denseOf([[1.5 * small, -small]])), [1, 1]],
      [mlpOf(denseOf([[small / 2]], [small / 4])), [1]],
      [chain(2 ** -100, 2 ** 100), [2 ** -27]],
    ];
    for (const [network, at] of networks) {
      const bound = expectCovered([network], Float32Array.from(at));
      const lost = network.layers.length > 1 ? 2 ** -24 : 12 * small;
      expect(bound).toBeLessThan(lost);
    }
  });

  test("the sum with a linear term that is lost beside it", () => {
    const network: FoldedNetwork = { ...losing(), slopes: Float32Array.of(lost) };
    const bound = expectCovered([network], x);
    expect(bound).toBeLessThan(6 * HALF);
  });

  test("the mean of networks, which is rounded once more, after a linear term or without", () => {
    const networks = [losing(), losing(), losing(2)];
    expect(expectCovered(networks, x)).toBeLessThan(6 * HALF);
    const slopes = Float32Array.of(lost);
    expect(
      expectCovered(
        networks.map((network) => ({ ...network, slopes })),
        x,
      ),
    ).toBeLessThan(6 * HALF);
  });

  test("a mean that is flushed to 0 after what each network was made of", () => {
    const flushed = 0.999 * 2 ** -126;
    const of = (bias: number) => mlpOf(denseOf([[flushed]], [bias]));
    const bound = expectCovered([of(flushed), of(flushed), of(2.9 * flushed)], Float32Array.of(1));
    expect(bound).toBeLessThan(4 * flushed);
  });

  test("random networks and their means, by less than a hundred times too much", () => {
    const random = createRandom(20);
    let close = 0;
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const networks = Array.from({ length: between(random, 1, 3) }, (): FoldedNetwork => {
        const width = between(random, 1, 12);
        const slopes = Float32Array.from({ length: 3 }, draw);
        const network =
          trial % 2
            ? mlp([3, width, width, 1], draw, draw)
            : resnet({ inputs: 3, width: Math.min(width, 5), depth: 2, outputs: 1 }, draw, draw);
        return trial % 3 ? network : { ...network, slopes };
      });
      const at = Float32Array.from({ length: 3 }, draw);
      const bound = expectCovered(networks, at);
      if (!isCovered(networks, at, meanInFloat32(networks, at, machines[0]), bound / 100)) close++;
    }
    expect(close).toBeGreaterThan(5);
  });

  test("a number that one weight of a hundred reads", () => {
    const sparse: FoldedDense = denseOf([[...Array(99).fill(0), weight]], [lost]);
    expectCovered(
      [mlpOf(sparse)],
      Float32Array.from({ length: 100 }, () => x[0]),
    );
  });
});

/** γ_n of float32. */
const gamma = (n: number) => (n * HALF) / (1 - n * HALF);
const smallest = 2 ** -126;

/** The error of each output as docs/certificates.md derives it, in plain float64, from how large the inputs and the units of each layer are at most. */
function derivedError({ layers }: FoldedNetwork, sizes: readonly ArrayLike<number>[]): number[] {
  let errors: number[] = Array(layers[0].columns).fill(0);
  layers.forEach((layer, l) => {
    const isResidual = layer.kind === "pair" && layer.residual;
    const n = layer.columns + (isResidual ? 2 : 1);
    const before = errors;
    errors = Array.from(layer.bias, (bias, i) => {
      let [passed, summed] = [0, Math.abs(bias)];
      before.forEach((error, j) => {
        const at = i * layer.columns + j;
        const own = layer.kind === "pair" ? [layer.positive[at], layer.negative[at]] : [layer.weight[at]];
        const identity = isResidual && i === j ? 1 : 0;
        const most = sizes[l][j] + error;
        passed += Math.max(...own.map((weight) => Math.abs(identity + weight))) * error;
        summed += (Math.max(...own.map(Math.abs)) + identity) * most;
      });
      return passed + gamma(n) * summed + n * smallest;
    });
  });
  return errors;
}

describe("The error of a prediction in float32 over a box", () => {
  test("is what its derivation says, and for a mean that of its networks and of three roundings each", () => {
    const random = createRandom(21);
    for (let trial = 0; trial < 120; trial++) {
      // At the smaller scales what is flushed to 0 counts, and at the smallest alone.
      const draw = normals(random, [1, 30, 2 ** -50, 2 ** -100][trial % 4]);
      const count = 1 + (trial % 3);
      const networks = Array.from({ length: count }, () => {
        const width = between(random, 1, 5);
        return random.next() < 0.5
          ? mlp([3, width, 4, 2], draw, draw)
          : resnet({ inputs: 3, width, depth: 2, outputs: 2 }, draw, draw);
      });
      const box = boxAround(
        Array.from({ length: 3 }, normals(random)),
        [0, 0.3, 2].map((radius) => radius * random.next()),
      );
      const analysis = analyse(boundedModel(networks.map((network) => ({ network }))), box);
      const expected = [0, 0];
      networks.forEach((network, m) => {
        const { sizes } = analysis.members[m];
        const inputs = box.lower.map((low, j) => Math.max(Math.abs(low), Math.abs(box.upper[j])));
        derivedError(network, [inputs, ...sizes]).forEach((error, k) => {
          const most = sizes[sizes.length - 1][k] + error;
          expected[k] += (error + (count > 1 ? gamma(3) * most + smallest : 0)) / count;
        });
      });
      predictionError(analysis).forEach((error, k) => {
        expect(Math.abs(error / expected[k] - 1)).toBeLessThan(1e-12);
      });
    }
  });

  test("is infinite from where the largest number, with its roundings, is exceeded, and finite before", () => {
    const over = (network: FoldedNetwork, at: number) => boundOf([network], Float32Array.of(at));
    // A product and a bias, two roundings: in the last layer, and in one whose numbers become small again.
    for (const scales of [[2 ** 100], [-(2 ** 100)], [2 ** 100, 2 ** -100]]) {
      expect(over(chain(...scales), 2 ** 28 * (1 - 3 * HALF))).toBeLessThan(2 ** 106);
      expect(over(chain(...scales), 2 ** 28 * (1 - 2 * HALF))).toBe(Number.POSITIVE_INFINITY);
    }
    // A quarter of the last place below 2¹²⁸, which rounds to infinity.
    const nearly = mlpOf(denseOf([[2 ** 100]], [0.75 * 2 ** 128 * HALF]));
    expect(over(nearly, 2 ** 28 * (1 - 3 * HALF))).toBe(Number.POSITIVE_INFINITY);
    // The sum with a linear term, where neither of both alone is too large.
    const half: FoldedNetwork = chain(2 ** 127);
    const beside = (slope: number) => over({ ...half, slopes: Float32Array.of(slope) }, 1);
    expect(beside(2 ** 127 * (1 - 2 ** -20))).toBeLessThan(2 ** 108);
    expect(beside(2 ** 127 * (1 - 2 ** -23))).toBe(Number.POSITIVE_INFINITY);
  });

  test("is infinite only where something reads an input that may be", () => {
    const box = boxBetween([Number.NEGATIVE_INFINITY, 0], [Number.POSITIVE_INFINITY, 1]);
    const over = (...weights: number[]) =>
      predictionError(analyse(boundedModel([{ network: mlpOf(denseOf([weights])) }]), box))[0];
    expect(over(0, 1)).toBeLessThan(4 * HALF);
    for (const weight of [1, -1]) expect(over(weight, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});
