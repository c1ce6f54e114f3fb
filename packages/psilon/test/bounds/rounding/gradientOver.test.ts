import { describe, expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween, pointBox } from "../../../src/bounds/box.ts";
import { directionsOver, gradientOver } from "../../../src/bounds/gradientOver.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedLayer, FoldedNetwork } from "../../../src/folded/folded.ts";
import {
  add,
  type Dyadic,
  dyadic,
  exactForward,
  isMeanAtMost,
  multiply,
  negative,
  sumOf,
} from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { cancelling, chain, denseOf, LOST, mlpOf, ones, roundsDown } from "../../support/roundingDown.ts";

/** ∂f/∂x of the only output at x, in exact arithmetic, where no unit is 0. */
function exactGradient({ architecture, layers }: FoldedNetwork, x: ArrayLike<number>): Dyadic[] {
  let row = [dyadic(1)];
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l];
    const read = l === 0 ? [] : exactForward({ architecture, layers: layers.slice(0, l) }, x);
    row = Array.from({ length: layer.columns }, (_, j) =>
      sumOf(row.map((r, i) => multiply(r, slopeOf(layer, i, j, l === 0 || read[j].n > 0n)))),
    );
  }
  return row;
}

function slopeOf(layer: FoldedLayer, i: number, j: number, isOn: boolean): Dyadic {
  const at = i * layer.columns + j;
  if (layer.kind === "dense") return dyadic(isOn ? layer.weight[at] : 0);
  const own = dyadic((isOn ? layer.positive : layer.negative)[at]);
  return layer.residual && i === j ? add(dyadic(1), own) : own;
}

/** The ends of the mean's gradient over the box enclose the exact one at x. */
function expectEnclosed(networks: readonly FoldedNetwork[], box: Box, x: ArrayLike<number>) {
  const model = boundedModel(networks.map((network) => ({ network })));
  const { lower, upper } = gradientOver(analyse(model, box), { plus: 0, minus: null });
  const gradients = networks.map((network) => exactGradient(network, x));
  for (let j = 0; j < model.inputs; j++) {
    const values = gradients.map((gradient) => gradient[j]);
    expect(isMeanAtMost(values, upper[j])).toBe(true);
    expect(isMeanAtMost(values.map(negative), -lower[j])).toBe(true);
  }
  return { lower, upper };
}

describe("The ends of a gradient over a box enclose the exact one", () => {
  test.each([1, -1])("where a product of layers loses all terms but one (sign %i)", (sign) => {
    const units = roundsDown(300);
    const network = mlpOf(denseOf(units.map((weight) => [weight])), denseOf([units.map(() => sign)]));
    const { lower, upper } = expectEnclosed([network], boxAround([4], [1]), [4.5]);
    expect(upper[0] - lower[0]).toBeLessThan(1e-12);
  });

  test("where the weights of a product cancel", () => {
    const random = createRandom(13);
    for (let trial = 0; trial < 100; trial++) {
      const x = [random.next(), random.next()];
      expectEnclosed([cancelling(random)], pointBox(x), x);
    }
  });

  test.each([1, -1])("of a mean whose sum loses all networks but one (sign %i)", (sign) => {
    const slopes = [1, ...Array(300).fill(LOST)];
    const networks = slopes.map((slope) => mlpOf(denseOf([[sign * slope]])));
    const { lower, upper } = expectEnclosed(networks, boxAround([0], [1]), [0]);
    expect(upper[0] - lower[0]).toBeLessThan(1e-12 / 301);
  });

  test.each([1, -1])("where products, and the mean itself, are too small for a number (sign %i)", (sign) => {
    const tiny = chain(...Array(8).fill(2 ** -140), sign);
    const flat = mlpOf(denseOf([[0]]));
    for (const networks of [[tiny], [tiny, ...ones(63).map(() => flat)]]) {
      const { lower, upper } = expectEnclosed(networks, pointBox([1]), [1]);
      expect(upper[0] - lower[0]).toBeLessThan(1e-300);
    }
    // One unit is not lost, but ten of them are beside it.
    const row = denseOf([[2 ** -140, ...Array(10).fill(2 ** -149)].map((weight) => sign * weight)]);
    const before = denseOf(ones(11).map(() => [2 ** -140]));
    const rest = Array.from({ length: 6 }, () => denseOf([[2 ** -140]]));
    expectEnclosed([mlpOf(before, row, ...rest)], pointBox([1]), [1]);
  });

  test("and are 0, not nearly, where a weight of 0 or a unit that is off is all that is read", () => {
    const over = (first: number[], last: number[], low: number, high: number) => {
      const network = mlpOf(denseOf(first.map((weight) => [weight])), denseOf([last]));
      const { lower, upper } = gradientOver(analyse(boundedModel([{ network }]), boxBetween([low], [high])), {
        plus: 0,
        minus: null,
      });
      return [lower[0] + 0, upper[0] + 0];
    };
    expect(over([1, 2], [0, 0], -1, 1)).toEqual([0, 0]);
    expect(over([1, 2], [0, 0], 1, 2)).toEqual([0, 0]);
    expect(over([1], [5], -2, -1)).toEqual([0, 0]);
    expect(over([1], [5], -1, 1)[0]).toBe(0);
    expect(over([1], [-5], -1, 1)[1]).toBe(0);
  });

  test("and tell in which direction the output moves, where it moves in one alone", () => {
    const over = (last: number[], low: number, high: number) => {
      // max(x, 0), max(−x, 0), and a second input that is not read.
      const network = mlpOf(
        denseOf([
          [1, 0],
          [-1, 0],
        ]),
        denseOf([last]),
      );
      return directionsOver(analyse(boundedModel([{ network }], 2), boxBetween([low, 0], [high, 1])));
    };
    for (const [last, low, high, direction] of [
      [[1, 0], -1, 1, 1],
      [[-1, 0], -1, 1, -1],
      [[1, 1], -1, 1, 0],
      [[-1, -1], -1, 1, 0],
      [[1, 1], 1, 2, 1],
      [[1, 1], -2, -1, -1],
      [[0, 0], -1, 1, 0],
      [[2, -3], -1, 1, 1],
      [[-2, 3], -1, 1, -1],
    ] as const) {
      expect(over([...last], low, high)).toEqual([direction, 0]);
    }
  });

  test("and are 0 where no path leads", () => {
    const { lower, upper } = expectEnclosed([mlpOf(denseOf([[0, 1]]))], boxAround([0, 0], [1, 1]), [0, 0]);
    expect(upper[0] - lower[0]).toBe(0);
  });

  test("of random networks at random points of boxes", () => {
    const random = createRandom(14);
    for (let trial = 0; trial < 150; trial++) {
      const draw = normals(random);
      const width = between(random, 1, 6);
      const network =
        trial % 2
          ? mlp([3, width, width, 1], draw, draw)
          : resnet({ inputs: 3, width, depth: 2, outputs: 1 }, draw, draw);
      const x = Array.from({ length: 3 }, draw);
      const radius = [0, 2 ** -20, 0.5][trial % 3];
      expectEnclosed([network], boxAround(x, Array(3).fill(radius)), x);
    }
  });

  test("is not lost where it is the smallest number there is", () => {
    const weights = [...Array<number>(7).fill(2 ** -149), 2 ** -31];
    const network = mlpOf(...weights.map((weight) => denseOf([[weight]], [0])));
    expect(
      gradientOver(analyse(boundedModel([{ network }]), pointBox([1])), { plus: 0, minus: null }).upper[0],
    ).toBeGreaterThanOrEqual(Number.MIN_VALUE);
  });
});
