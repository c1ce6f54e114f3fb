import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { moments, quantile } from "../../src/preprocess/statistics.ts";

describe("Moments", () => {
  test("are those of the definition, without what is missing, at any size", () => {
    const random = createRandom(1);
    for (const size of [1e-310, 1e-200, 1e-9, 1, 1e9, 1e200, 1e307]) {
      for (let trial = 0; trial < 50; trial++) {
        const parts = Array.from({ length: 1 + Math.floor(12 * random.next()) }, () =>
          random.next() < 0.2 ? Number.NaN : (trial % 3) - 1 + random.next(),
        );
        const own = parts.filter((x) => !Number.isNaN(x));
        const found = moments(Float64Array.from(parts, (x) => x * size));
        expect(found.count).toBe(own.length);
        if (own.length === 0) {
          expect([found.mean, found.std, found.min, found.max]).toEqual(Array(4).fill(Number.NaN));
          continue;
        }
        const mean = own.reduce((sum, x) => sum + x / own.length, 0);
        const std = Math.sqrt(own.reduce((sum, x) => sum + (x - mean) ** 2 / own.length, 0));
        expect(found.min).toBe(Math.min(...own) * size);
        expect(found.max).toBe(Math.max(...own) * size);
        // Near 1e-310 numbers have some ten digits only.
        expect(Math.abs(found.mean / size - mean)).toBeLessThan(1e-9);
        expect(Math.abs(found.std / size - std)).toBeLessThan(1e-9);
      }
    }
  });

  test("of numbers of very different size are finite and those of the largest", () => {
    for (const side of [1, -1]) {
      const { mean, std } = moments(Float64Array.of(side * 1e300, 1e-300, -1e-300, 0));
      expect(mean / (side * 1e300)).toBeCloseTo(1 / 4, 14);
      expect(std / 1e300).toBeCloseTo(Math.sqrt(3) / 4, 14);
    }
  });

  test("of one value are itself and no deviation, to the last digit", () => {
    for (const x of [0.1, -0.3, 1e300, 5e-324, 0]) {
      expect(moments(new Float64Array(7).fill(x))).toEqual({ count: 7, mean: x, std: 0, min: x, max: x });
    }
  });

  test("do not change with the unit, a power of two, in any digit", () => {
    const values = Float64Array.of(0.1, 0.7, -0.4, 0.9);
    const { mean, std } = moments(values);
    for (const power of [-900, -3, 1, 700]) {
      const scaled = moments(values.map((x) => x * 2 ** power));
      expect([scaled.mean, scaled.std]).toEqual([mean * 2 ** power, std * 2 ** power]);
    }
  });
});

test("A quantile is a value's own at its place, and lies evenly between two", () => {
  const random = createRandom(2);
  for (const count of [1, 2, 3, 10]) {
    const sorted = Float64Array.from({ length: count }, () => random.next()).sort();
    for (let k = 0; k < count; k++) {
      expect(quantile(sorted, count === 1 ? 0.5 : k / (count - 1))).toBeCloseTo(sorted[k], 12);
      if (k === 0) continue;
      const between = quantile(sorted, (k - 0.75) / (count - 1));
      expect(between).toBeCloseTo(0.75 * sorted[k - 1] + 0.25 * sorted[k], 12);
    }
    expect(quantile(sorted, 1)).toBe(sorted[count - 1]);
    expect(quantile(sorted, 0)).toBe(sorted[0]);
  }
});
