import { expect, test } from "vitest";
import { analyse } from "../../../src/bounds/analyse.ts";
import { boundedModel } from "../../../src/bounds/boundedModel.ts";
import { boxAround } from "../../../src/bounds/box.ts";
import { changeOver, maximumOver } from "../../../src/bounds/overBox.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { add, dyadic, isAtMost, isMeanAtMost, multiply, sumOf } from "../../support/dyadic.ts";
import { mlp, normals } from "../../support/foldedNetworks.ts";
import { denseOf, LOST, mlpOf } from "../../support/roundingDown.ts";

test("A bound with the errors of predictions is not below the exact sum of bound and errors, and without them not rounded again", () => {
  const random = createRandom(130);
  const draw = normals(random);
  const analysis = analyse(
    boundedModel([{ network: mlp([2, 3, 2], draw, draw) }]),
    boxAround([0, 0], [1, 1]),
  );
  for (let trial = 0; trial < 300; trial++) {
    const errors = Float64Array.from({ length: 2 }, () => random.next() * 2 ** (-trial % 60));
    for (const output of [
      { plus: 0, minus: 1 },
      { plus: 1, minus: null },
    ]) {
      const own = sumOf((output.plus === 0 ? [0, 1] : [1]).map((k) => dyadic(errors[k])));
      for (const [bound, times] of [
        [maximumOver, 1],
        [changeOver, 2],
      ] as const) {
        const [real] = bound(analysis, output);
        const [float32] = bound(analysis, output, errors);
        const exact = add(dyadic(real.atMost), multiply(own, dyadic(times)));
        expect(isAtMost(exact, float32.atMost)).toBe(true);
        expect(isAtMost(exact, float32.atMost - 2e-15 * Math.abs(float32.atMost))).toBe(false);
      }
    }
  }
  const [real] = maximumOver(analysis, { plus: 0, minus: 1 });
  expect(maximumOver(analysis, { plus: 0, minus: 1 }, Float64Array.of(0, 0))[0].atMost).toBe(real.atMost);
});

test("A global change is not below the exact sum over the inputs, where float64 loses all terms but one or products underflow", () => {
  const globalOver = (weights: number[], radii: number[]) => {
    const model = boundedModel([{ network: mlpOf(denseOf([weights])) }]);
    const changes = changeOver(analyse(model, boxAround(Array(weights.length).fill(0), radii)), {
      plus: 0,
      minus: null,
    });
    return changes.find(({ method }) => method === "global")!.atMost;
  };
  for (const count of [10, 1000]) {
    const weights = [1, ...Array(count).fill(LOST)];
    expect(isAtMost(sumOf(weights.map(dyadic)), globalOver(weights, Array(count + 1).fill(1)))).toBe(true);
    const tiny = Array(count).fill(2 ** -80);
    const exact = multiply(dyadic(count), multiply(dyadic(2 ** -80), dyadic(2 ** -996)));
    expect(isAtMost(exact, globalOver(tiny, Array(count).fill(2 ** -996)))).toBe(true);
  }
  expect(globalOver([3, 0], [1, Number.POSITIVE_INFINITY])).toBeLessThan(3 + 1e-13);
});

test("No maximum of a mean is below the exact one, where float64 loses all networks but one", () => {
  for (const count of [100, 1000]) {
    const values = [1, ...Array(count).fill(LOST)];
    const model = boundedModel(values.map((value) => ({ network: mlpOf(denseOf([[0]], [value])) })));
    const analysis = analyse(model, boxAround([0], [1]));
    for (const { atMost } of maximumOver(analysis, { plus: 0, minus: null })) {
      expect(isMeanAtMost(values.map(dyadic), atMost)).toBe(true);
    }
  }
});
