import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { type Box, boxAround } from "../../../src/bounds/box.ts";
import { firstSlopes, type Slopes, slopesThrough } from "../../../src/bounds/slopes.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../../src/folded/folded.ts";
import {
  dot,
  dyadic,
  exactForward,
  isAtMost,
  magnitude,
  multiply,
  subtract,
  sumOf,
} from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { cancelling, denseOf, mlpOf, ones, roundsDown, rowPair } from "../../support/roundingDown.ts";

const rowOf = ({ slopes, rest }: Slopes, i: number) => {
  const inputs = slopes.length / rest.length;
  return slopes.subarray(i * inputs, (i + 1) * inputs);
};

/** The slopes of every layer, with what is known about the units as a thorough analysis has it. */
function slopesOf(network: FoldedNetwork, box: Box): Slopes[] {
  const model = boundedModel([{ network }]);
  const { reach, members } = analyse(model, box, false);
  const facts = members[0].layers;
  const { layers, room } = model.members[0];
  const known = [firstSlopes(layers[0], reach)];
  for (let l = 1; l < layers.length; l++) {
    known.push(slopesThrough(layers[l], known[l - 1], facts[l - 1], reach, room));
  }
  return known;
}

/** |h(x) − h(c) − Σ slope·(x − c)| ≤ rest and Σ|slope|·|x − c| ≤ linear, in every layer. */
function expectSlopes(network: FoldedNetwork, box: Box, x: ArrayLike<number>) {
  const moves = Array.from(x, (at, j) => subtract(dyadic(at), dyadic(box.centre[j])));
  for (const [l, slopes] of slopesOf(network, box).entries()) {
    const upTo = { ...network, layers: network.layers.slice(0, l + 1) };
    const [at, from] = [x, box.centre].map((point) => exactForward(upTo, point));
    at.forEach((value, i) => {
      const terms = Array.from(rowOf(slopes, i), (slope, k) => multiply(dyadic(slope), moves[k]));
      const left = subtract(subtract(value, from[i]), sumOf(terms));
      expect(isAtMost(magnitude(left), slopes.rest[i])).toBe(true);
      expect(isAtMost(sumOf(terms.map(magnitude)), slopes.linear[i])).toBe(true);
    });
  }
}

describe("Slopes of units, layer by layer, hold in exact arithmetic", () => {
  test("where float64 loses all terms of their sum but one", () => {
    const weights = roundsDown(1000);
    const box = boxAround(Array(1001).fill(4), ones(1001));
    expectSlopes(mlpOf(denseOf([weights]), denseOf([[1]])), box, Array(1001).fill(5));
  });

  test("where a product of layers loses all terms but one, whether rows are added four at a time or not", () => {
    for (const count of [1, 2, 3, 40]) {
      const units = roundsDown(count);
      for (const last of [denseOf([ones(count + 1)]), rowPair(ones(count + 1), ones(count + 1))]) {
        const network: FoldedNetwork = {
          architecture: last.kind === "pair" ? "resnet" : "mlp",
          layers: [denseOf(units.map((weight) => [weight])), last],
        };
        for (const x of [3, 5]) expectSlopes(network, boxAround([4], [1]), [x]);
      }
    }
  });

  test("where open signs leave magnitudes, of whose sum float64 loses all terms but one", () => {
    const weights = roundsDown(200);
    const copies = denseOf(weights.map(() => [1]));
    const network: FoldedNetwork = { architecture: "resnet", layers: [copies, rowPair(weights)] };
    expectSlopes(network, boxAround([0], [1]), [1]);
  });

  test("where the slopes of two units cancel, so that roundings are all that is left", () => {
    const random = createRandom(12);
    for (let trial = 0; trial < 100; trial++) {
      const box = boxAround([random.next(), random.next()], [0.5, 0.25]);
      expectSlopes(cancelling(random), box, box.upper);
    }
  });

  test("where products of slopes with what the inputs move are too small for a number", () => {
    const [layer] = boundedModel([{ network: mlpOf(denseOf([Array(20).fill(2 ** -80)])) }]).members[0].layers;
    const reach = Array(20).fill(2 ** -1000);
    const { slopes, linear } = firstSlopes(layer, Float64Array.from(reach));
    expect(isAtMost(dot(slopes, reach), linear[0])).toBe(true);
    expect(linear[0]).toBeLessThan(1e-300);
  });

  test("where products of slopes are too small for a number, and what they multiply is large", () => {
    const tiny: Slopes = {
      slopes: Float64Array.of(2 ** -1000, 2 ** -1000),
      rest: Float64Array.of(0, 0),
      linear: Float64Array.of(2, 2),
    };
    const [layer] = boundedModel([{ network: mlpOf(denseOf([[2 ** -140, 2 ** -140]])) }]).members[0].layers;
    const facts = {
      lower: Float64Array.of(0, 0),
      upper: Float64Array.of(4, 4),
      reach: Float64Array.of(2, 2),
    };
    const room = {
      row: new Float64Array(2),
      plus: new Float64Array(2),
      minus: new Float64Array(2),
      nonzero: new Int32Array(2),
    };
    const { slopes, rest } = slopesThrough(layer, tiny, facts, Float64Array.of(2 ** 1000), room);
    // Twice 2⁻¹⁴⁰ of 2⁻¹⁰⁰⁰ for each of 2¹⁰⁰⁰.
    const exact = dyadic(2 ** -139);
    expect(isAtMost(magnitude(subtract(exact, dot(slopes, [2 ** 1000]))), rest[0])).toBe(true);
    expect(rest[0]).toBeLessThan(2 ** -60);
  });

  test("where what is left of the units below is too small a product for a number, and no input moves", () => {
    const before: Slopes = {
      slopes: Float64Array.of(0, 0),
      rest: Float64Array.of(2 ** -1000, 2 ** -1000),
      linear: Float64Array.of(0, 0),
    };
    const { layers, room } = boundedModel([{ network: mlpOf(denseOf([[2 ** -140, 2 ** -140]])) }]).members[0];
    const [lower, upper, reach] = [0, 4, 0].map((end) => Float64Array.of(end, end));
    const { rest } = slopesThrough(layers[0], before, { lower, upper, reach }, Float64Array.of(0), room);
    const left = multiply(dyadic(2 ** -139), dyadic(2 ** -1000));
    expect(isAtMost(left, rest[0])).toBe(true);
  });

  test("and stay finite where what may be infinite is not read", () => {
    const inf = Number.POSITIVE_INFINITY;
    const before: Slopes = {
      slopes: Float64Array.of(1, 1),
      rest: Float64Array.of(inf, 1),
      linear: Float64Array.of(inf, 1),
    };
    const { layers, room } = boundedModel([{ network: mlpOf(denseOf([[0, 2]])) }]).members[0];
    for (const [end, exact] of [
      [-1, 3],
      [1, 2],
    ]) {
      const facts = {
        lower: Float64Array.of(end, end),
        upper: Float64Array.of(3, 3),
        reach: Float64Array.of(inf, 2),
      };
      const { rest } = slopesThrough(layers[0], before, facts, Float64Array.of(1), room);
      expect(Math.abs(rest[0] - exact)).toBeLessThan(1e-13);
    }
  });

  test("of random networks, over boxes where signs are fixed and where they are open", () => {
    const random = createRandom(6);
    for (let trial = 0; trial < 80; trial++) {
      const draw = normals(random);
      const width = between(random, 1, 6);
      const network =
        trial % 2
          ? mlp([3, width, width, 1], draw, () => 30 * (1 + random.next()))
          : resnet({ inputs: 3, width, depth: 2, outputs: 1 }, draw, draw);
      const box = boxAround(Array.from({ length: 3 }, draw), Array(3).fill(2 ** -between(random, 0, 20)));
      const corner = box.lower.map((low, j) => (random.next() < 0.5 ? low : box.upper[j]));
      if (isComplete(network, box)) expectSlopes(network, box, corner);
    }
  });

  test("and are no looser than rounding where nothing is open", () => {
    const network = mlpOf(
      denseOf(
        [
          [0.3, -0.7],
          [0.2, 0.9],
        ],
        [9, 9],
      ),
      denseOf([[0.1, -0.6]]),
    );
    const [, { rest, linear }] = slopesOf(network, boxAround([1, 1], [0.5, 0.5]));
    expect(rest[0]).toBeLessThan(1e-14 * linear[0]);
  });
});

/** Whether no unit is off all over the box, so that the analysis keeps all of them. */
const isComplete = (network: FoldedNetwork, box: Box) =>
  analyse(boundedModel([{ network }]), box, false).members[0].layers.every(
    ({ lower }, l) => lower.length === network.layers[l].rows,
  );
