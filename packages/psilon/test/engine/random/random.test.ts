import { describe, expect, test } from "vitest";
import { derive } from "../../../src/engine/random/derive.ts";
import { log } from "../../../src/engine/random/log.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom, type Random, restoreRandom } from "../../../src/engine/random/random.ts";
import { shuffle } from "../../../src/engine/random/shuffle.ts";

const take = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe("createRandom", () => {
  test("follows the authors' reference implementation from the state 1, 2, 3, 4", () => {
    // Printed by xoshiro128starstar.c version 1.1; also the test vector of Rust's rand_xoshiro.
    const expected = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    expect(take(10, restoreRandom([1, 2, 3, 4]).uint32)).toEqual(expected);
  });

  test("gives the same numbers for the same seed and others for a neighbouring one", () => {
    expect(take(5, createRandom(42).next)).toEqual(take(5, createRandom(42).next));
    const words = new Set(take(200, () => 0).map((_, seed) => createRandom(seed).uint32()));
    expect(words.size).toBe(200);
    expect(createRandom(1).state()).not.toEqual(createRandom(1 + 2 ** 32).state());
  });

  test("keeps its sequence for ever: these numbers are a promise to saved models", () => {
    // Computed by an independent implementation in whole-number arithmetic.
    expect(take(4, createRandom(0).uint32)).toEqual([1789933344, 44971166, 2521387044, 3848737593]);
    expect(take(4, createRandom(2 ** 53 - 1).uint32)).toEqual([30487718, 3465850228, 1734200041, 2256701969]);
  });

  test("continues from a saved state, through JSON, with the very same numbers", () => {
    const random = createRandom(7);
    take(11, random.next);
    const resumed = restoreRandom(JSON.parse(JSON.stringify(random.state())));
    expect(take(20, () => normal(resumed))).toEqual(take(20, () => normal(random)));
  });

  test("spreads evenly over [0, 1)", () => {
    const random = createRandom(3);
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) bins[Math.floor(random.next() * 16)]++;
    // χ² with 15 degrees of freedom exceeds 37.7 once in a thousand.
    expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(37.7);
  });

  test("rejects a seed that is not a whole number it can hold, and a state that is none", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => createRandom(seed)).toThrow("A seed is");
    expect(() => restoreRandom([0, 0, 0, 0])).toThrow("not all zero");
    expect(() => restoreRandom([1, 2, 3, 2 ** 32])).toThrow("four whole numbers");
  });
});

describe("derive", () => {
  test("gives every label its own seed, and the same one each time", () => {
    const labels = [[], ["fold"], ["fold", 1], ["fold", "1"], ["fold1"], ["fo", "ld1"], ["member", 1]];
    const seeds = labels.map((label) => derive(5, ...label));
    expect(new Set([...seeds, derive(6), derive(6, "fold")]).size).toBe(labels.length + 2);
    expect(labels.map((label) => derive(5, ...label))).toEqual(seeds);
    for (const seed of seeds) expect(() => createRandom(seed)).not.toThrow();
  });

  test("has no collisions among 200,000 children, and flips half the bits when a label changes", () => {
    const seeds = take(200_000, () => 0).map((_, i) => derive(1, "row", i));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const bit of [0, 1, 17, 31, 32, 40, 52]) {
      const ones = seeds.filter((seed) => Math.floor(seed / 2 ** bit) % 2 === 1).length;
      expect(Math.abs(ones / seeds.length - 0.5)).toBeLessThan(0.006);
    }
  });
});

describe("log", () => {
  test("is within 1 ulp of the natural logarithm from the smallest number to the largest", () => {
    const random = createRandom(11);
    const inputs = [
      5e-324,
      2.2e-308,
      Number.MAX_VALUE,
      1 - 2 ** -53,
      1 + 2 ** -52,
      0.5,
      2,
      Math.SQRT2,
      Math.E,
    ];
    for (let i = 0; i < 400; i++) inputs.push(random.next(), 1 + (random.next() - 0.5) / 50);
    for (let e = -320; e < 308; e += 13) inputs.push(Number(`${1 + random.next()}e${e}`));
    for (const x of inputs) {
      const [got, exact] = [log(x), exactLog(x)];
      const ulp = Math.max(2 ** -1074, 2 ** (Math.floor(Math.log2(Math.abs(got))) - 52));
      expect(Math.abs(got - exact) / ulp, `ln ${x}`).toBeLessThanOrEqual(1);
    }
  });

  test("is 0 at 1, −∞ at 0, ∞ at ∞ and undefined below 0", () => {
    expect([log(1), log(0), log(Infinity), log(-1), log(NaN)]).toEqual([0, -Infinity, Infinity, NaN, NaN]);
  });
});

describe("normal", () => {
  test("has mean 0, variance 1, skewness 0 and kurtosis 3", () => {
    const random = createRandom(5);
    const n = 200_000;
    const values = take(n, () => normal(random));
    const moment = (k: number) => values.reduce((sum, v) => sum + v ** k, 0) / n;
    // Four standard errors of each sample moment.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  test("uses no function that engines round differently", () => {
    // Every step is correctly rounded by IEEE 754, so these bits hold everywhere.
    const random = createRandom(1);
    expect(take(3, () => normal(random))).toEqual([
      -0.4219232706535274, 0.43666702696343557, -1.4569167422632916,
    ]);
  });
});

describe("shuffle", () => {
  test("keeps every element and returns the array it was given", () => {
    const array = Int32Array.from({ length: 100 }, (_, i) => i);
    const shuffled = shuffle(array, createRandom(2));
    expect(shuffled).toBe(array);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(take(100, () => 0).map((_, i) => i));
    expect([...shuffled]).not.toEqual([...shuffled].sort((a, b) => a - b));
  });

  test("gives each of the 24 orders of four equally often", () => {
    const random = createRandom(9);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = shuffle(["a", "b", "c", "d"], random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
    expect([...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(49.7);
  });

  test("leaves empty and single arrays alone without drawing", () => {
    const random: Random = createRandom(1);
    const before = random.state();
    shuffle([], random);
    shuffle([1], random);
    expect(random.state()).toEqual(before);
  });
});

/** ln x from 200-bit fixed point: x = m·2^e exactly, ln m = 2·artanh((m − 1)/(m + 1)). */
function exactLog(x: number): number {
  const bits = 200n;
  const one = 1n << bits;
  const artanh2 = (numerator: bigint, denominator: bigint) => {
    const t = (numerator * one) / denominator;
    const square = (t * t) / one;
    let sum = 0n;
    for (let [term, k] = [t, 1n]; term !== 0n; term = (term * square) / one, k += 2n) sum += term / k;
    return 2n * sum;
  };
  let exponent = 0;
  let mantissa = x;
  while (mantissa >= 1.5) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    exponent--;
  }
  const m = BigInt(mantissa * 2 ** 53);
  const unit = 1n << 53n;
  const value = artanh2(m - unit, m + unit) + BigInt(exponent) * artanh2(1n, 3n);
  // 90 bits below the leading one are enough for the nearest double.
  const magnitude = value < 0n ? -value : value;
  if (magnitude === 0n) return 0;
  const shift = BigInt(Math.max(0, magnitude.toString(2).length - 90));
  return (Number(magnitude >> shift) / 2 ** (Number(bits) - Number(shift))) * (value < 0n ? -1 : 1);
}
