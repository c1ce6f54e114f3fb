import { describe, expect, test } from "vitest";
import { boxAround, boxBetween } from "../../src/bounds/box.ts";
import { float32Region } from "../../src/bounds/decide.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { add, dyadic, isAtMost, negative, subtract } from "../support/dyadic.ts";
import { between, normals } from "../support/foldedNetworks.ts";

describe("A box", () => {
  test("around a centre holds all that its radii allow, in exact arithmetic, and hardly more", () => {
    const random = createRandom(80);
    for (let trial = 0; trial < 500; trial++) {
      const draw = normals(random, 10 ** between(random, -5, 5));
      const [c, r] = [draw(), Math.abs(draw())];
      const { centre, lower, upper } = boxAround([c], [r]);
      const ends = [subtract(dyadic(c), dyadic(r)), add(dyadic(c), dyadic(r))];
      expect(isAtMost(ends[1], upper[0])).toBe(true);
      expect(isAtMost(negative(ends[0]), -lower[0])).toBe(true);
      expect(upper[0] - (c + r)).toBeLessThanOrEqual((Math.abs(c) + r) * 2 ** -51);
      expect(c - r - lower[0]).toBeLessThanOrEqual((Math.abs(c) + r) * 2 ** -51);
      expect(centre[0]).toBe(c);
    }
  });

  test("between two ends has its centre in the middle, or where a side is infinite as near to 0 as can be", () => {
    const inf = Number.POSITIVE_INFINITY;
    const most = Number.MAX_VALUE;
    const least = Number.MIN_VALUE;
    for (const [low, high, middle] of [
      [1, 5, 3],
      [-6, -2, -4],
      [-3, 3, 0],
      [most / 2, most, 0.75 * most],
      [-most, most, 0],
      [least, least, least],
      [-least, -least, -least],
      [2, inf, 2],
      [-inf, -2, -2],
      [-2, inf, 0],
      [-inf, 2, 0],
      [-inf, inf, 0],
    ]) {
      expect(Math.abs(boxBetween([low], [high]).centre[0] - middle)).toBe(0);
    }
  });

  test("may not be made of infinite points, or of another number of centres", () => {
    const inf = Number.POSITIVE_INFINITY;
    expect(() => boxBetween([inf], [inf])).toThrow("finite centre");
    expect(() => boxBetween([0], [inf], [inf])).toThrow("finite centre");
    expect(() => boxBetween([0, 0], [1, 1], [0])).toThrow("2, 2 and 1 were given");
    expect(() => boxBetween([0, 0], [1], [0, 0])).toThrow("2, 1 and 2 were given");
  });
});

describe("What is nearest to a point of a box among its float32 numbers", () => {
  const nearest = (point: number, low: number, high: number, centre = Math.fround(low)) => {
    const box = { centre: [centre], lower: [low], upper: [high] };
    const float64 = (values: number[]) => Float64Array.from(values);
    const region = float32Region({
      centre: float64(box.centre),
      lower: float64(box.lower),
      upper: float64(box.upper),
    });
    return region.nearest(float64([point]));
  };

  test("is a float32 number of the box, no farther than the next one, wherever the box has any", () => {
    const random = createRandom(81);
    for (let trial = 0; trial < 3000; trial++) {
      const size = 2 ** between(random, -149, 100);
      const inside = Math.fround(size * (random.next() - 0.5));
      const step = Math.max(2 ** (Math.floor(Math.log2(Math.abs(inside) || 1e-45)) - 23), 2 ** -149);
      const [low, high] = [inside - step * random.next() * 1.5, inside + step * random.next() * 1.5];
      const point = low + random.next() * (high - low);
      const reached = nearest(point, low, high);
      expect(Math.fround(reached!.x[0])).toBe(reached!.x[0]);
      expect(reached!.x[0]).toBeGreaterThanOrEqual(low);
      expect(reached!.x[0]).toBeLessThanOrEqual(high);
      expect(Math.abs(reached!.x[0] - point)).toBeLessThanOrEqual(2 * step);
      expect(reached!.row).toBe(reached!.x);
    }
  });

  test("is the point itself where it is one, and nothing where there is none or no prediction can be made for the centre", () => {
    for (const x of [0, 0.5, 1]) expect(nearest(x, 0, 1)!.x).toEqual(Float64Array.of(x));
    // Beside a power of 2, which is the nearest number but not in the box.
    const [step, half] = [2 ** -23, 2 ** -24];
    expect(nearest(1 + 2 ** -26, 1 + 2 ** -27, 1 + step, 1)!.x).toEqual(Float64Array.of(1 + step));
    expect(nearest(1 - 2 ** -27, 1 - half, 1 - 2 ** -28, 1)!.x).toEqual(Float64Array.of(1 - half));
    const one = Math.fround(0.1);
    expect(nearest(0.1, one + 1e-12, one + 2e-12)).toBe(null);
    expect(nearest(0.5, 0, 1, 0.1)).toBe(null);
  });
});
