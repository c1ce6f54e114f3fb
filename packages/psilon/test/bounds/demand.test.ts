import { describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxBetween, pointBox } from "../../src/bounds/box.ts";
import { decide, float32Region, isCertified } from "../../src/bounds/decide.ts";
import { changeDemands, classDemands, type Demand, predictedAt } from "../../src/bounds/demand.ts";
import { maximumOver } from "../../src/bounds/overBox.ts";
import { predictionError } from "../../src/bounds/predictionError.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { mlp, normals } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";
import { denseOf, mlpOf } from "../support/roundingDown.ts";

/**
 * Sums of one large input and 63 small ones, whose errors in float32 are nearly as large as they can be: beside 2^24, where numbers are 2
 * apart, each addition of nearly 1 is lost, and of hardly more than 1 counts 2.
 */
const network = mlp(
  [64, 1],
  () => 1,
  () => 0,
);
const model = boundedModel([{ network }]);
const first = { plus: 0, minus: null };
const inputs = (small: number) => Float64Array.from({ length: 64 }, (_, j) => (j === 0 ? 2 ** 24 : small));

/** The prediction in float32, summed in order. */
const predict = (x: Float64Array) => x.reduce((sum, value) => Math.fround(sum + Math.fround(value)), 0);

const decision = (from: Float64Array, to: Float64Array, tolerance: number) => {
  const box = boxBetween(from, to, from);
  const demands = changeDemands(first, predictedAt(model, from)(first), tolerance);
  const effort = { search: { seed: 1, restarts: 2, steps: 10 }, exactSeconds: null };
  return {
    isCertified: isCertified(model, [box], demands),
    verdict: decide(model, [float32Region(box)], demands, effort).then(({ verdict }) => verdict),
  };
};

describe("Demands on predictions in float32", () => {
  test("are not certified by real numbers that hardly move, where both predictions round, in opposite directions", async () => {
    const [from, to] = [inputs(1), inputs(1 + 2 ** -23)];
    expect(predict(to) - predict(from)).toBe(126);
    for (const tolerance of [1, 50, 100, 125]) {
      const { isCertified: certified, verdict } = decision(from, to, tolerance);
      expect([certified, await verdict]).toEqual([false, "unknown"]);
    }
    expect(decision(from, to, 140).isCertified).toBe(true);
  });

  test("are not refuted by real numbers that move, where both predictions round to the same", async () => {
    const [from, to] = [inputs(1 + 2 ** -23), inputs(3 - 2 ** -22)];
    expect(predict(to) - predict(from)).toBe(0);
    for (const tolerance of [1e-3, 10, 50, 100]) {
      expect(await decision(from, to, tolerance).verdict).toBe("unknown");
    }
    expect(await decision(from, inputs(5), 50).verdict).toBe("refuted");
  });
});

describe("Where a prediction lies", () => {
  test("is its real value and the errors of the outputs that it is made of, on either side, rounded outwards", () => {
    const draw = normals(createRandom(90));
    const network = mlp([3, 4, 3], draw, draw);
    const known = boundedModel([{ network }]);
    const x = Float32Array.from({ length: 3 }, draw);
    const value = forward(network, x);
    const error = predictionError(analyse(known, pointBox(x), false));
    for (const [output, real, off] of [
      [{ plus: 2, minus: null }, value[2], error[2]],
      [{ plus: null, minus: 1 }, -value[1], error[1]],
      [{ plus: 0, minus: 2 }, value[0] - value[2], error[0] + error[2]],
    ] as const) {
      const { lower, upper } = predictedAt(known, x)(output);
      expect(upper).toBeGreaterThan(real + off);
      expect(lower).toBeLessThan(real - off);
      expect(Math.abs(upper - (real + off))).toBeLessThan(1e-13);
      expect(Math.abs(lower - (real - off))).toBeLessThan(1e-13);
    }
  });
});

describe("Demands", () => {
  test("on a change are counted from the nearer end of where the own prediction lies, to be broken from the farther one", () => {
    const output = { plus: 0, minus: 1 };
    const [up, down] = changeDemands(output, { lower: 3, upper: 4 }, 2, 5);
    expect([up.output, down.output]).toEqual([output, { plus: 1, minus: 0 }]);
    for (const [found, exact] of [
      [up.holds, 5],
      [down.holds, -2],
    ]) {
      expect(found).toBeLessThan(exact);
      expect(found).toBeGreaterThan(exact - 1e-14);
    }
    for (const [found, exact] of [
      [up.breaks, 9],
      [down.breaks, 2],
    ]) {
      expect(found).toBeGreaterThan(exact);
      expect(found).toBeLessThan(exact + 1e-14);
    }
    expect(changeDemands(output, { lower: 3, upper: 4 }, 2)[0].breaks).toBeLessThan(6 + 1e-14);
  });

  const constant = (...outputs: number[]) =>
    boundedModel([
      {
        network: mlpOf(
          denseOf(
            outputs.map(() => [0]),
            outputs,
          ),
        ),
      },
    ]);

  test("on a class are one for each rival, by a margin of 1e-12, and cannot be broken where the class is not settled", () => {
    const demands = (outputs: number[], own?: number) => classDemands(constant(...outputs), [1], own);
    expect(demands([1, 3, 2])).toEqual([
      { output: { plus: 0, minus: 1 }, holds: -1e-12, breaks: 1e-12 },
      { output: { plus: 2, minus: 1 }, holds: -1e-12, breaks: 1e-12 },
    ]);
    const never = Number.POSITIVE_INFINITY;
    expect(demands([1, 3, 2], 2)).toEqual([
      { output: { plus: 0, minus: 2 }, holds: -1e-12, breaks: never },
      { output: { plus: 1, minus: 2 }, holds: -1e-12, breaks: never },
    ]);
    for (const [value, minus, breaks] of [
      [1, true, 1e-12],
      [-1, false, 1e-12],
      [2e-12, true, 1e-12],
      [-2e-12, false, 1e-12],
      [5e-13, true, never],
      [-5e-13, false, never],
      [0, false, never],
    ] as const) {
      const output = minus ? { plus: null, minus: 0 } : { plus: 0, minus: null };
      expect(demands([value])).toEqual([{ output, holds: -1e-12, breaks }]);
    }
    expect(demands([1], 0)).toEqual([{ output: { plus: 0, minus: null }, holds: -1e-12, breaks: never }]);
  });

  test("hold only where they hold in every region, and are told by the largest bound of all regions", async () => {
    const known = boundedModel([{ network: mlpOf(denseOf([[1]])) }]);
    const [up] = changeDemands(first, { lower: 5, upper: 5 }, 1);
    const regions = [0.5, 3, 0.25].map((radius) => float32Region(boxBetween([5 - radius], [5 + radius])));
    const ask = (order: number[]) =>
      decide(
        known,
        order.map((k) => regions[k]),
        [up],
        { search: null, exactSeconds: null },
      );
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [0, 2, 1],
    ]) {
      const decision = await ask(order);
      expect(decision.verdict).toBe("unknown");
      if (decision.verdict === "unknown") expect(decision.guarantees[0].atMost).toBeCloseTo(8, 5);
    }
    for (const order of [[0], [0, 2], [2, 0]]) {
      const decision = await ask(order);
      expect(decision.verdict).toBe("certified");
      if (decision.verdict === "certified") {
        expect(decision.guarantees[0].atMost).toBeCloseTo(order.includes(0) ? 5.5 : 5.25, 5);
      }
    }
  });

  test("are certified by bounds alone where these are enough, quick or thorough", () => {
    const known = boundedModel([
      {
        network: mlpOf(denseOf([[1], [-1]]), denseOf([[1, -1]], [0]), denseOf([[1]])),
      },
    ]);
    const certified = (holds: number, effort?: "quick" | "thorough") =>
      isCertified(known, [boxBetween([1], [2])], [{ output: first, holds, breaks: holds }], effort);
    for (const effort of ["quick", "thorough", undefined] as const) {
      expect(certified(2.001, effort)).toBe(true);
      expect(certified(1.999, effort)).toBe(false);
    }
  });

  test("are certified by thorough bounds where quick ones are not enough, unless quick ones alone are wanted", () => {
    const draw = normals(createRandom(91));
    const known = boundedModel([{ network: mlp([3, 8, 8, 1], draw, draw) }]);
    const box = boxBetween([0, 0, 0], [0.5, 0.5, 0.5]);
    const [quick, thorough] = [false, true].map((isThorough) => {
      const analysis = analyse(known, box, isThorough);
      return maximumOver(analysis, first, predictionError(analysis))[0].atMost;
    });
    expect(thorough).toBeLessThan(quick - 0.01);
    const demand: Demand = { output: first, holds: (quick + thorough) / 2, breaks: Number.POSITIVE_INFINITY };
    expect(isCertified(known, [box], [demand], "quick")).toBe(false);
    expect(isCertified(known, [box], [demand])).toBe(true);
  });

  test("are refuted by the exact bound's witness where none was looked for", async () => {
    const known = boundedModel([{ network: mlpOf(denseOf([[1]])) }]);
    const demands = changeDemands(first, { lower: 5, upper: 5 }, 1);
    const region = float32Region(boxBetween([2], [8]));
    const ask = async (exactSeconds: number | null) =>
      (await decide(known, [region], demands, { search: null, exactSeconds })).verdict;
    expect([await ask(null), await ask(60)]).toEqual(["unknown", "refuted"]);
  });
});
