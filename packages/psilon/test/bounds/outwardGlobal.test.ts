import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds, pathBounds, sensitivityOf, spectralBound } from "../../src/bounds/globalBounds.ts";
import { normProducts } from "../../src/bounds/normProduct.ts";
import { passBack } from "../../src/bounds/passBack.ts";
import { type PathMethod, passes } from "../../src/bounds/passes.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork } from "../../src/folded/folded.ts";
import {
  type Dyadic,
  dyadic,
  exactSensitivities,
  isAtMost,
  multiply,
  subtract,
  sumOf,
} from "../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";

/** Half of what 1 can be told from 1 by: added to 1, it is lost. */
const LOST = 2 ** -53;

function dense(weight: readonly (readonly number[])[]): FoldedDense {
  const [rows, columns] = [weight.length, weight[0].length];
  return {
    kind: "dense",
    rows,
    columns,
    weight: Float32Array.from(weight.flat()),
    bias: new Float32Array(rows),
  };
}
const net = (...layers: FoldedDense[]): FoldedNetwork => ({ architecture: "mlp", layers });
const column = (length: number) => Array.from({ length }, () => [1]);
/** 1, and then what a sum that begins with 1 loses, term by term. */
const fading = (length: number) => [1, ...Array<number>(length - 1).fill(LOST)];

/** Whether n times the bound is at least the sum of so many networks' own, exactly. */
const covers = (atMost: number, sum: Dyadic, n = 1) =>
  subtract(sum, multiply(dyadic(n), dyadic(atMost))).n <= 0n;

const all = (network: FoldedNetwork) => Array<number>(network.layers[network.layers.length - 1].rows).fill(1);
const methodsOf = ({ architecture }: FoldedNetwork): PathMethod[] =>
  passes[architecture].map(([name]) => name);

describe("In exact arithmetic no global bound is too small", () => {
  test.each([
    ["over many inputs", net(dense([fading(1_000)]))],
    ["over many units", net(dense(column(1_000)), dense([fading(1_000)]))],
    ["over many outputs", net(dense([[1]]), dense(fading(500).map((w) => [w])))],
    [
      "over a few layers of units",
      net(dense(column(9)), dense(Array(9).fill(fading(9))), dense([fading(9)])),
    ],
  ])("where sums %s lose all terms but the first", (_, network) => {
    const exact = sumOf(exactSensitivities(network, "path-norm", all(network)));
    const [[, pass]] = passes.mlp;
    const plain = passBack(network, pass, Float64Array.from(all(network))).reduce((a, b) => a + b);
    expect(isAtMost(exact, plain)).toBe(false);
    const model = boundedModel([{ network }]);
    for (const { atMost, outputNorm } of globalBounds(model)) {
      if (outputNorm === "1") expect(isAtMost(exact, atMost)).toBe(true);
    }
    const row = exactSensitivities(
      network,
      "path-norm",
      all(network).map((_, k) => (k === 0 ? 1 : 0)),
    );
    const first = globalBounds(model, { plus: 0, minus: null });
    for (const { atMost, inputNorm } of first) {
      expect(isAtMost(inputNorm === "inf" ? sumOf(row) : row[0], atMost)).toBe(true);
    }
    sensitivityOf(model, { plus: 0, minus: null }).forEach((s, j) => {
      expect(isAtMost(row[j], s)).toBe(true);
    });
  });

  test("of 200 random networks and of the means of three of them", () => {
    const random = createRandom(1);
    const draw = normals(random);
    const networks = Array.from({ length: 200 }, (_, trial) => {
      const [inputs, width, outputs] = [between(random, 1, 4), between(random, 1, 5), between(random, 1, 3)];
      const network =
        trial % 2 === 0
          ? mlp([inputs, width, width, outputs], draw, draw)
          : resnet({ inputs, width, depth: between(random, 0, 3), outputs }, draw, draw);
      return outputs === 1 ? { ...network, slopes: Float32Array.from({ length: inputs }, draw) } : network;
    });
    for (const network of networks) {
      const model = boundedModel([{ network }]);
      for (const method of methodsOf(network)) {
        const s = exactSensitivities(network, method, all(network));
        const found = pathBounds([{ network }]).find((bound) => bound.method === method)!;
        expect(isAtMost(sumOf(s), found.atMost)).toBe(true);
        found.sensitivities.forEach((value, j) => {
          expect(isAtMost(s[j], value)).toBe(true);
        });
        for (const k of all(network).keys()) {
          const row = sumOf(
            exactSensitivities(
              network,
              method,
              all(network).map((_, i) => (i === k ? 1 : 0)),
            ),
          );
          const of = (output: Parameters<typeof globalBounds>[1]) =>
            globalBounds(model, output).find(
              (bound) => bound.method === method && bound.inputNorm === "inf" && bound.outputNorm === "inf",
            )!;
          expect(isAtMost(row, of({ plus: k, minus: null }).atMost)).toBe(true);
          expect(isAtMost(row, of(null).atMost)).toBe(true);
        }
      }
    }
    for (const network of networks) {
      const others = networks.filter(
        ({ architecture, layers }) =>
          architecture === network.architecture && layers[layers.length - 1].rows === all(network).length,
      );
      const three = [network, others[0], others[1]];
      for (const { method, atMost } of pathBounds(three.map((member) => ({ network: member })))) {
        const sum = sumOf(three.flatMap((member) => exactSensitivities(member, method, all(member))));
        expect(covers(atMost, sum, 3)).toBe(true);
      }
    }
  });

  test("of the products of norms, which float64 rounds down", () => {
    const random = createRandom(2);
    let below = 0;
    for (let trial = 0; trial < 100; trial++) {
      // One unit a layer: every norm is the product of magnitudes.
      const network = mlp([1, 1, 1, 1, 1], normals(random), normals(random));
      const product = network.layers.reduce(
        (value, layer) => multiply(value, dyadic(Math.abs((layer as FoldedDense).weight[0]))),
        dyadic(1),
      );
      const model = boundedModel([{ network }]);
      for (const { atMost } of [...globalBounds(model), spectralBound(model)]) {
        expect(isAtMost(product, atMost)).toBe(true);
      }
      if (!isAtMost(product, normProducts(network, null).infToOne)) below++;
    }
    expect(below).toBeGreaterThan(20);
  });
});
