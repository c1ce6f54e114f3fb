import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { emptyForm } from "../../../src/bounds/analysis.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween } from "../../../src/bounds/box.ts";
import { changeOver } from "../../../src/bounds/overBox.ts";
import { addChangeForm, changeOf } from "../../../src/bounds/signedProducts.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../../src/folded/folded.ts";
import { dot, exactForward, isAtMost, isMeanAtMost, negative, subtract } from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import {
  cancelling,
  chain,
  denseOf,
  LOST,
  mlpOf,
  ones,
  roundsDown,
  rowPair,
} from "../../support/roundingDown.ts";

const methods = ["signed", "relaxation", "interval", "global"] as const;

/** How far the mean of the networks' first output moves at most, by each method. */
function changesOf(networks: readonly FoldedNetwork[], box: Box): Record<string, number> {
  const analysis = analyse(boundedModel(networks.map((network) => ({ network }))), box);
  const changes = changeOver(analysis, { plus: 0, minus: null });
  return Object.fromEntries(changes.map(({ method, atMost }) => [method, atMost]));
}

function expectMoved(networks: readonly FoldedNetwork[], box: Box, points: readonly ArrayLike<number>[]) {
  const found = changesOf(networks, box);
  for (const x of points) {
    const moves = networks.map((network) => {
      const [at, from] = [x, box.centre].map((point) => exactForward(network, point)[0]);
      return subtract(at, from);
    });
    for (const method of methods) {
      expect([method, isMeanAtMost(moves, found[method])]).toEqual([method, true]);
      expect([method, isMeanAtMost(moves.map(negative), found[method])]).toEqual([method, true]);
    }
  }
}

describe("What a form says of a change is not below the exact sum", () => {
  const { ...model } = boundedModel([{ network: mlpOf(denseOf([[0]])) }]);
  const formOf = (coefficients: number[], constant: number) => ({
    ...emptyForm(0),
    coefficients: Float64Array.from(coefficients),
    constant,
  });

  test("where float64 loses all terms but one, or all beside the constant", () => {
    const reach = Float64Array.from(ones(1001));
    for (const [coefficients, constant] of [
      [roundsDown(1000), 0],
      [roundsDown(1000).map((slope) => -slope), 0],
      [Array(1001).fill(LOST), 1],
    ] as const) {
      const found = changeOf(formOf([...coefficients], constant), reach, { ...model, inputs: 1001 });
      const exact = dot([...coefficients.map(Math.abs), constant], ones(1002));
      expect(isAtMost(exact, found)).toBe(true);
      expect(found).toBeLessThan(1 + 1e-11);
    }
  });

  test("where what moves without end is not read, by the inputs' sum or by open units", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(changeOf(formOf([0, 3], 0), Float64Array.of(inf, 1), model)).toBeLessThan(3 + 1e-13);
    expect(changeOf(formOf([inf], 0), Float64Array.of(0), model)).toBe(inf);
    const layers = [
      denseOf([
        [0, 0],
        [0, 3],
      ]),
      rowPair([0, 1], [0, 1]),
    ];
    const read = boundedModel([{ network: { architecture: "resnet", layers } }]);
    const ends = (end: number) => Float64Array.of(end * inf, end);
    const facts = { lower: ends(-1), upper: ends(1), reach: ends(1), reachSize: Float64Array.of(0, 0) };
    const form = emptyForm(2);
    addChangeForm(read.members[0], [facts, facts], 1, Float64Array.of(1), form);
    expect([form.constant, ...form.coefficients]).toEqual([0, 0, 3]);
  });

  test("where products are too small for a number", () => {
    const [slopes, reach] = [Array(20).fill(2 ** -1000), Array(20).fill(2 ** -76)];
    const found = changeOf(formOf(slopes, 0), Float64Array.from(reach), { ...model, inputs: 20 });
    expect(isAtMost(dot(slopes, reach), found)).toBe(true);
    expect(found).toBeLessThan(1e-300);
  });
});

describe("A change by signed products, and by every other method, is not below the exact one", () => {
  test("where a product of layers loses all terms but one", () => {
    const count = 300;
    const units = roundsDown(count);
    for (const last of [denseOf([ones(count + 1)]), rowPair(ones(count + 1), ones(count + 1))]) {
      const network: FoldedNetwork = {
        architecture: last.kind === "pair" ? "resnet" : "mlp",
        layers: [denseOf(units.map((weight) => [weight])), last],
      };
      expectMoved([network], boxAround([4], [1]), [[3], [5]]);
      const found = changesOf([network], boxAround([4], [1]));
      expect(found.signed).toBeLessThan(1 + 1e-11);
    }
  });

  test("where the weights of a product cancel, so that its roundings are all that is left", () => {
    const random = createRandom(9);
    for (let trial = 0; trial < 100; trial++) {
      const network = cancelling(random);
      const box = boxAround([random.next(), random.next()], [0.5, 0.25]);
      expectMoved([network], box, [box.lower, box.upper]);
    }
  });

  test.each([42, 64, 300])("of %i networks whose slopes cancel, where float64 loses all but two", (count) => {
    for (const large of [2 ** 53, 2 ** 60]) {
      const small = large / 2 ** 53;
      const slopes = [large, ...Array(count - 2).fill(small), -large];
      const networks = slopes.map((slope) => mlpOf(denseOf([[slope]])));
      expectMoved(networks, boxAround([0], [1]), [[-1], [1]]);
      expectMoved(networks, boxBetween([3], [5], [3]), [[5]]);
    }
  });

  test("of 100 random networks and their negatives, whose mean is 0 but for one of them", () => {
    const random = createRandom(10);
    const draw = normals(random);
    const networks = Array.from({ length: 100 }, () => mlp([2, 3, 1], draw, draw));
    const turned = networks.map(({ layers: [first, last], ...rest }): FoldedNetwork => {
      if (last.kind !== "dense") throw new Error("an MLP has dense layers");
      return { ...rest, layers: [first, { ...last, weight: last.weight.map((value) => -value) }] };
    });
    const tiny = mlpOf(denseOf([[2 ** -40, 2 ** -41]]));
    const box = boxAround([draw(), draw()], [2 ** -10, 2 ** -10]);
    expectMoved([...networks, tiny, ...turned], box, [box.lower, box.upper]);
  });

  test("where products of weights are too small for a number, and what they multiply is large", () => {
    const large = chain(...Array(8).fill(2 ** 120), ...Array(9).fill(2 ** -140));
    expectMoved([large], boxAround([1], [0.5]), [[0.5], [1.5]]);
    expectMoved([chain(...Array(10).fill(2 ** -140))], boxAround([2 ** 1000], [2 ** 999]), [[2 ** 999]]);
    // Where the first layer's own products are lost: 2⁻¹⁴⁰ times what eight layers hand back.
    expectMoved([chain(...Array(8).fill(2 ** -140))], boxAround([2 ** 1000], [2 ** 999]), [[2 ** 999]]);
  });

  test("of random networks, over boxes of all sizes, at their corners", () => {
    const random = createRandom(11);
    for (let trial = 0; trial < 80; trial++) {
      const draw = normals(random);
      const width = between(random, 1, 6);
      const network =
        trial % 2
          ? mlp([3, width, width, 1], draw, trial % 4 === 1 ? () => 30 : draw)
          : resnet({ inputs: 3, width, depth: 2, outputs: 1 }, draw, draw);
      const box = boxAround(Array.from({ length: 3 }, draw), Array(3).fill(2 ** -between(random, 0, 45)));
      const corners = Array.from({ length: 8 }, (_, c) =>
        box.lower.map((low, j) => ((c >> j) & 1 ? low : box.upper[j])),
      );
      expectMoved([network], box, corners);
    }
  });
});
