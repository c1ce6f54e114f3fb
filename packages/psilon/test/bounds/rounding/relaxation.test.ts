import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { emptyForm } from "../../../src/bounds/analysis.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween, pointBox } from "../../../src/bounds/box.ts";
import { maximumOver } from "../../../src/bounds/overBox.ts";
import { addUpperForm, largestOf } from "../../../src/bounds/relaxation.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedNetwork, FoldedPair } from "../../../src/folded/folded.ts";
import { dot, exactForward, isAtMost, isMeanAtMost, negative } from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { chain, denseOf, mlpOf, ones, roundsDown, rowPair } from "../../support/roundingDown.ts";

/** What relaxation says of the mean of the networks' first output, or of its negative. */
function relaxed(networks: readonly FoldedNetwork[], box: Box, sign: 1 | -1): number {
  const analysis = analyse(boundedModel(networks.map((network) => ({ network }))), box);
  const output = sign === 1 ? { plus: 0, minus: null } : { plus: null, minus: 0 };
  return maximumOver(analysis, output).find(({ method }) => method === "relaxation")!.atMost;
}

function expectAbove(networks: readonly FoldedNetwork[], box: Box, points: readonly ArrayLike<number>[]) {
  for (const sign of [1, -1] as const) {
    const bound = relaxed(networks, box, sign);
    for (const x of points) {
      const values = networks.map((network) => exactForward(network, x)[0]);
      expect(isMeanAtMost(sign === 1 ? values : values.map(negative), bound)).toBe(true);
    }
  }
}

const nothing = boundedModel([{ network: mlpOf(denseOf([[0]])) }]);
const formOf = (coefficients: number[]) => ({
  ...emptyForm(0),
  coefficients: Float64Array.from(coefficients),
});

describe("The largest value of a linear form over a box is not below the exact one", () => {
  test.each([1, -1])("where float64 loses all terms but one (sign %i)", (sign) => {
    const weights = roundsDown(1000).map((weight) => sign * weight);
    const model = { ...nothing, inputs: 1001 };
    for (const lower of [-1, sign]) {
      const box = boxBetween(
        Array(1001).fill(Math.min(lower, sign)),
        Array(1001).fill(Math.max(lower, sign)),
      );
      const found = largestOf(formOf(weights), box, model);
      const exact = dot(weights, Array(1001).fill(sign));
      expect(isAtMost(exact, found)).toBe(true);
      expect(found).toBeLessThan(1 + 1e-11);
    }
  });

  test("where negative terms are what float64 rounds upwards", () => {
    const weights = [-1, ...roundsDown(1000).slice(1)];
    const found = largestOf(formOf(weights), pointBox(ones(1001)), { ...nothing, inputs: 1001 });
    expect(isAtMost(dot(weights, ones(1001)), found)).toBe(true);
    expect(found).toBeLessThan(-1 + 1e-11);
  });

  test("where products are too small for a number, and 0 where an infinite input is not read", () => {
    const infinite = boxBetween([Number.NEGATIVE_INFINITY], [Number.POSITIVE_INFINITY]);
    expect(largestOf(formOf([0]), infinite, nothing)).toBeLessThan(1e-300);
    const coefficients = Array(20).fill(2 ** -1000);
    const box = pointBox(Array(20).fill(2 ** -80));
    const found = largestOf(formOf(coefficients), box, { ...nothing, inputs: 20 });
    expect(isAtMost(dot(coefficients, box.upper), found)).toBe(true);
    expect(found).toBeLessThan(1e-300);
  });
});

describe("A maximum by linear relaxation is not below the exact one", () => {
  test("at points, where rounding is all that could make it larger", () => {
    const random = createRandom(7);
    let excess = 0;
    for (let trial = 0; trial < 150; trial++) {
      const draw = normals(random);
      const sizes = [3, ...Array.from({ length: between(random, 0, 3) }, () => between(random, 1, 8)), 1];
      const network =
        trial % 2
          ? mlp(sizes, draw, draw)
          : resnet({ inputs: 3, width: between(random, 1, 6), depth: 2, outputs: 1 }, draw, draw);
      const x = Array.from({ length: 3 }, draw);
      expectAbove([network], pointBox(x), [x]);
      const size = 1 + Math.abs(relaxed([network], pointBox(x), 1));
      excess = Math.max(
        excess,
        (relaxed([network], pointBox(x), 1) + relaxed([network], pointBox(x), -1)) / size,
      );
    }
    expect(excess).toBeLessThan(1e-9);
  });

  test("over boxes, at random points of them", () => {
    const random = createRandom(8);
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const network =
        trial % 2
          ? mlp([3, 5, 4, 1], draw, draw)
          : resnet({ inputs: 3, width: 4, depth: 1, outputs: 1 }, draw, draw);
      const box = boxAround(Array.from({ length: 3 }, draw), Array(3).fill(2 ** -between(random, 0, 45)));
      const points = Array.from({ length: 8 }, () =>
        box.lower.map((low, j) => (random.next() < 0.5 ? low : box.upper[j])),
      );
      expectAbove([network], box, [box.centre, ...points]);
    }
  });

  test("of 64 networks whose slopes cancel, where float64 loses those of 62", () => {
    const slopes = [2 ** 53, ...ones(62), -(2 ** 53)];
    const networks = slopes.map((slope) => mlpOf(denseOf([[slope]])));
    expectAbove(networks, pointBox([1]), [[1]]);
    expectAbove(networks, boxBetween([0], [1]), [[0], [1]]);
    expectAbove(networks, boxBetween([-1], [0]), [[-1], [0]]);
  });

  test("where products of weights are too small for a number, and what they multiply is large", () => {
    const large = chain(...Array(8).fill(2 ** 120), ...Array(9).fill(2 ** -140));
    expectAbove([large], boxAround([1], [0.5]), [[0.5], [1], [1.5]]);
    const infinite = chain(...Array(10).fill(2 ** -140));
    expectAbove([infinite], boxBetween([0], [Number.POSITIVE_INFINITY]), [[2 ** 1000]]);
  });

  test("and is exact where an end is infinite that does not matter", () => {
    const inf = Number.POSITIVE_INFINITY;
    const largest = (plus: number, minus: number, low: number, high: number) => {
      const network: FoldedNetwork = {
        architecture: "resnet",
        layers: [denseOf([[1]]), rowPair([plus], [minus])],
      };
      const model = boundedModel([{ network }]);
      const facts = {
        lower: Float64Array.of(low),
        upper: Float64Array.of(high),
        size: Float64Array.of(0),
      };
      const form = emptyForm(1);
      addUpperForm(model.members[0], [facts, facts], 1, Float64Array.of(1), form);
      return largestOf(form, boxBetween([low], [high]), model);
    };
    // Units whose sign is fixed, units at 0, and one that is linear across 0.
    for (const [plus, minus, low, high, exact] of [
      [2, 1, -inf, 0, 0],
      [2, 1, -inf, -3, -3],
      [-2, 1, 0, inf, 0],
      [-2, 1, 3, inf, -6],
      [1, 1, -inf, 5, 5],
      [-1, -1, -5, inf, 5],
    ]) {
      expect(Math.abs(largest(plus, minus, low, high) - exact)).toBeLessThan(1e-13);
    }
    expect(largest(-1, 1, -inf, inf)).toBe(inf);
  });

  test("and is no looser where a unit can hardly be on", () => {
    // max(−|x|, 0), where −|x| is known to 1e-323: the slope of max(h, 0) there is too small to be multiplied.
    const turn: FoldedPair = { ...rowPair([-2], [0]), residual: true };
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [denseOf([[1]]), turn, rowPair([1], [0])],
    };
    expectAbove([network], boxAround([0], [1]), [[-1], [0], [1]]);
    expect(relaxed([network], boxAround([0], [1]), 1)).toBeLessThan(1e-300);
  });
});
