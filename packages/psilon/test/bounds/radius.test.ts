import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { changeDemands, predictedAt } from "../../src/bounds/demand.ts";
import { certifiedRadius, largestRadius } from "../../src/bounds/radius.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { denseOf, mlpOf } from "../support/roundingDown.ts";

/** What is found where all radii up to `limit` are certified, and what was asked on the way. */
function search(limit: number) {
  const asked = new Map<number, boolean>();
  const radius = largestRadius((r) => {
    asked.set(r, r <= limit);
    return r <= limit;
  });
  return { radius, asked };
}

describe("The largest radius that is certified", () => {
  test("is one that was asked about, and within a thousandth of the limit, wherever that lies", () => {
    for (let exponent = -40; exponent < 40; exponent++) {
      for (const limit of [2 ** exponent, 1.01 * 2 ** exponent, 1.9999 * 2 ** exponent]) {
        const { radius, asked } = search(limit);
        expect(asked.get(radius!)).toBe(true);
        expect(limit / radius!).toBeLessThanOrEqual(1 + 2 ** -10);
        // A doubling or halving to the right power of 2, then a bit for each question.
        expect(asked.size).toBeLessThanOrEqual(Math.abs(exponent) + 15);
      }
    }
  });

  test("is null where not even 0 is certified, 0 where nothing else is, and infinite where everything is", () => {
    expect(search(-1).radius).toBe(null);
    for (const limit of [0, 2 ** -60, 0.9 * 2 ** -40]) expect(search(limit).radius).toBe(0);
    const { radius, asked } = search(Number.POSITIVE_INFINITY);
    expect([radius, asked.size]).toEqual([Number.POSITIVE_INFINITY, 2]);
  });

  test("was certified itself, even where smaller radii of a certified one are not", () => {
    const random = createRandom(140);
    for (let trial = 0; trial < 300; trial++) {
      const asked = new Map<number, boolean>();
      const radius = largestRadius((r) => {
        asked.set(r, asked.get(r) ?? (r === 0 || (r < 1e9 && random.next() < [0.2, 0.5, 0.8][trial % 3])));
        return asked.get(r)!;
      });
      expect(asked.get(radius!)).toBe(true);
    }
  });

  test("is not looked for past 2⁴⁰", () => {
    for (const limit of [2 ** 41, 2 ** 50, Number.MAX_VALUE]) {
      const { radius } = search(limit);
      expect(radius).toBeLessThanOrEqual(2 ** 40);
      expect(radius).toBeGreaterThan(0.999 * 2 ** 40);
    }
  });
});

test("A certified radius counts from each input by its scale, by default 1, and leaves those of scale 0 where they are", () => {
  // Moves by 4 times the first input, and by infinitely much with the second one.
  const model = boundedModel([{ network: mlpOf(denseOf([[4, 1e30]])) }]);
  const centre = [1, 0];
  const demands = changeDemands(
    { plus: 0, minus: null },
    predictedAt(model, centre)({ plus: 0, minus: null }),
    8,
  );
  const radius = (scale?: number[]) => certifiedRadius(model, centre, demands, scale)!;
  expect(radius([1, 0]) / 2).toBeCloseTo(1, 2);
  expect(radius([0.25, 0]) / 8).toBeCloseTo(1, 2);
  expect(radius([0, 0])).toBe(Number.POSITIVE_INFINITY);
  expect(radius()).toBe(0);
  expect(radius([1, 1])).toBe(0);
  expect(radius([1, 1e-30]) / 1.6).toBeCloseTo(1, 2);
});
