import { describe, expect, test } from "vitest";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { enclose, meanOf, valueAndGradient } from "../../../src/bounds/point.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { dyadic, exactForward, isMeanAtMost, negative } from "../../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../../support/foldedNetworks.ts";
import { denseOf, LOST, mlpOf } from "../../support/roundingDown.ts";

const anyModel = boundedModel([{ network: mlpOf(denseOf([[1]])) }]);

/** The mean of outputs that are known exactly is enclosed, and so is that of their negatives. */
function expectMean(outputs: readonly number[]): number {
  const ends = outputs.map((value) => ({ lower: Float64Array.of(value), upper: Float64Array.of(value) }));
  const model = { ...anyModel, networks: outputs.length };
  const exact = outputs.map(dyadic);
  const [plus, minus] = [1, -1].map((sign) => meanOf(model, ends, Float64Array.of(sign)));
  expect(isMeanAtMost(exact, plus.upper)).toBe(true);
  expect(isMeanAtMost(exact.map(negative), -plus.lower)).toBe(true);
  expect([minus.lower, minus.upper]).toEqual([-plus.upper, -plus.lower]);
  return plus.upper - plus.lower;
}

describe("The mean of outputs is enclosed, in exact arithmetic,", () => {
  test("where float64 loses all of them but one", () => {
    for (const sign of [1, -1]) {
      expect(expectMean([sign, ...Array(100).fill(sign * LOST)])).toBeLessThan(1e-14);
    }
  });

  test("where both the sum and its quotient round as far as they can", () => {
    const random = createRandom(17);
    for (let trial = 0; trial < 3000; trial++) {
      const lost = 2 ** -53 * (1 - 0.1 * random.next());
      const zeros = Array(between(random, 0, 40)).fill(0);
      expectMean([lost, ...zeros, 1.25 + random.next() / 4]);
    }
  });

  test("where they are too small for a number", () => {
    expectMean([Number.MIN_VALUE, ...Array(9).fill(0)]);
    expectMean([-Number.MIN_VALUE, ...Array(9).fill(0)]);
  });

  test("of the outputs that are asked for, whatever the others are, and Infinity where nothing is known", () => {
    const inf = Number.POSITIVE_INFINITY;
    const mean = (lower: number[], upper: number[], row: number[]) =>
      meanOf(
        anyModel,
        [{ lower: Float64Array.from(lower), upper: Float64Array.from(upper) }],
        Float64Array.from(row),
      );
    const { lower, upper } = mean([2, -inf], [3, inf], [1, 0]);
    expect([lower, upper].map(Math.round)).toEqual([2, 3]);
    expect(mean([inf, inf], [inf, inf], [1, -1])).toEqual({ lower: -inf, upper: inf });
  });

  test("of random networks at random points", () => {
    const random = createRandom(18);
    for (let trial = 0; trial < 100; trial++) {
      const draw = normals(random);
      const networks = Array.from({ length: between(random, 1, 5) }, () =>
        trial % 2
          ? mlp([3, between(random, 1, 8), 1], draw, draw)
          : resnet({ inputs: 3, width: 4, depth: 2, outputs: 1 }, draw, draw),
      );
      const x = Float64Array.from({ length: 3 }, draw);
      const model = boundedModel(networks.map((network) => ({ network })));
      const { lower, upper } = enclose(model, Float64Array.of(1), x);
      const values = networks.map((network) => exactForward(network, x)[0]);
      expect(isMeanAtMost(values, upper)).toBe(true);
      expect(isMeanAtMost(values.map(negative), -lower)).toBe(true);
      expect(upper - lower).toBeLessThan(1e-10);
    }
  });
});

test("A value and its gradient are those at the point alone, where inputs and units are 0 and 1 as well", () => {
  const gradient = Float64Array.of(7, 7);
  const model = boundedModel([
    {
      network: mlpOf(
        denseOf([
          [1, 0],
          [1, -1],
        ]),
        denseOf([[3, 5]], [1]),
      ),
    },
  ]);
  const at = (...x: number[]) => valueAndGradient(model, Float64Array.of(1), Float64Array.from(x), gradient);
  expect([at(1, 0), ...gradient]).toEqual([9, 8, -5]);
  expect([at(1, 3), ...gradient]).toEqual([4, 3, 0]);
  expect(at(0, 0)).toBe(1);
});
