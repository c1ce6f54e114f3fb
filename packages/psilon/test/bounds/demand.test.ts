import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxBetween } from "../../src/bounds/box.ts";
import { decide, float32Region, isCertified } from "../../src/bounds/decide.ts";
import { changeDemands, predictedAt } from "../../src/bounds/demand.ts";
import { mlp } from "../support/foldedNetworks.ts";

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
