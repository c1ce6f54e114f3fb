import { describe, expect, test } from "vitest";
import { above, below, gamma, notLost, orInfinity } from "../../../src/bounds/rounding.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { add, dyadic, isAtMost, multiply, negative, subtract } from "../../support/dyadic.ts";
import { between } from "../../support/foldedNetworks.ts";

const random = createRandom(1);
const draw = () => (2 * random.next() - 1) * 2 ** between(random, -1074, 1000);
const numbers = [
  ...[0, 1, 1.5, 2 - 2 ** -52, 2 ** -1022, Number.MIN_VALUE, 2 ** -1022 - Number.MIN_VALUE, 2 ** 1000],
  ...Array.from({ length: 500 }, draw),
].flatMap((x) => [x, -x]);

/** The distance from |x| to the next larger number. */
function unitOf(x: number): number {
  const bits = new BigInt64Array(Float64Array.of(Math.abs(x)).buffer);
  bits[0]++;
  return new Float64Array(bits.buffer)[0] - Math.abs(x);
}

/** a·b for b > 0, where only an underflow rounds. */
const times = (x: number, factor: number) => multiply(dyadic(x), dyadic(factor));

describe("A number rounded upwards", () => {
  test("is above what it was, by three units in the last place at most, and downwards below", () => {
    for (const x of numbers) {
      expect(above(x)).toBeGreaterThan(x);
      expect(isAtMost(subtract(dyadic(above(x)), dyadic(x)), 3 * unitOf(x))).toBe(true);
      expect(below(x)).toBe(-above(-x));
    }
  });

  test("is not below the exact sum, product or quotient that was rounded", () => {
    for (const [k, a] of numbers.entries()) {
      const b = numbers[(k + 7) % numbers.length];
      const near = a * (1 + random.next());
      for (const c of [b, near, -near]) {
        expect(isAtMost(add(dyadic(a), dyadic(c)), above(a + c))).toBe(true);
        expect(isAtMost(negative(add(dyadic(a), dyadic(c))), -below(a + c))).toBe(true);
      }
      const factor = random.next();
      expect(isAtMost(times(a, factor), above(a * factor))).toBe(true);
      expect(isAtMost(negative(times(a, factor)), -below(a * factor))).toBe(true);
      const n = between(random, 1, 100);
      expect(isAtMost(subtract(dyadic(a), times(above(a / n), n)), 0)).toBe(true);
    }
  });
});

describe.each([
  ["float64", 2 ** -53],
  ["float32", 2 ** -24],
] as const)("γ_n of %s", (precision, unit) => {
  test("is not below n·u/(1 − n·u), and above it by 2⁻⁴⁸ of it at most", () => {
    for (const n of [...Array(1000).keys(), 12345, 1e6, 5e6]) {
      const found = dyadic(gamma(n, precision));
      const rest = subtract(dyadic(1), dyadic(n * unit));
      expect(isAtMost(subtract(dyadic(n * unit), multiply(found, rest)), 0)).toBe(true);
      const most = times(n * unit, 1 + 2 ** -48);
      expect(isAtMost(subtract(multiply(found, rest), most), 0)).toBe(true);
    }
  });

  test("is infinite where errors are as large as numbers", () => {
    expect(gamma(0.5 / unit, precision)).toBe(Number.POSITIVE_INFINITY);
    expect(gamma(0.5 / unit - 1, precision)).toBeLessThan(1.1);
  });
});

test("A product of magnitudes is kept from being lost to underflow, and unknown is infinite", () => {
  const inf = Number.POSITIVE_INFINITY;
  expect([0, Number.MIN_VALUE, 1e-300, 1e-200, 3, inf, Number.NaN].map(notLost)).toEqual([
    0,
    1e-250,
    1e-250,
    1e-200,
    3,
    inf,
    inf,
  ]);
  expect([-inf, -1, 0, 2, inf, Number.NaN].map(orInfinity)).toEqual([-inf, -1, 0, 2, inf, inf]);
});
