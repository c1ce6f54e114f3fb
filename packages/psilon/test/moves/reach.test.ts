import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { Reach } from "../../src/moves/moves.ts";
import { nearestWithin, outerEnds } from "../../src/moves/reach.ts";
import { add, type Dyadic, dyadic, magnitude, multiply, subtract } from "../support/dyadic.ts";

/** A number of either sign and any size up to 2^60, of few digits, of many, or whole. */
function anyNumber(random: Random): number {
  const size = 2 ** (120 * random.next() - 60);
  const value = [size, Math.ceil(size), Number(size.toPrecision(3))][Math.floor(3 * random.next())];
  return random.next() < 0.5 ? value : -value;
}

function anyReach(random: Random): Reach {
  const x = anyNumber(random);
  const only = ([null, "up", "down"] as const)[Math.floor(3 * random.next())];
  const amount = Math.abs(anyNumber(random));
  const kinds = [
    { count: amount, unit: 1, per: 1 },
    { count: amount, unit: Math.abs(anyNumber(random)), per: 1 },
    { count: Number((200 * random.next()).toPrecision(3)), unit: Math.abs(x), per: 100 },
  ] as const;
  return { x, ...kinds[Math.floor(3 * random.next())], only };
}

const isAtMost = (a: Dyadic, b: Dyadic) => subtract(a, b).n <= 0n;

/** per·(x + side·amount), where the ends of what is allowed lie, in exact arithmetic. */
function scaledEnd({ x, count, unit, per }: Reach, side: 1 | -1): Dyadic {
  const amount = multiply(dyadic(count), dyadic(unit));
  return add(multiply(dyadic(x), dyadic(per)), { ...amount, n: BigInt(side) * amount.n });
}

describe("Within reach, in exact rational arithmetic, whatever the offset up to 2^60", () => {
  test("a number that is wanted far away, or anywhere, becomes one that is allowed, and hardly another than the end", () => {
    const random = createRandom(1);
    for (let trial = 0; trial < 20_000; trial++) {
      const reach = anyReach(random);
      const { x, count, unit, per, only } = reach;
      const whole = Number.isInteger(x) && random.next() < 0.5;
      const side = random.next() < 0.5 ? 1 : -1;
      const far = random.next() < 0.7;
      const amount = (count * unit) / per;
      const wanted = far ? x + side * 4 * amount : x + side * random.next() * amount;
      const to = nearestWithin(reach, wanted, whole);
      const moved = magnitude(subtract(dyadic(to), dyadic(x)));
      const allowed = multiply(dyadic(count), dyadic(unit));
      expect(isAtMost(multiply(moved, dyadic(per)), allowed)).toBe(true);
      if (only === "up") expect(to).toBeGreaterThanOrEqual(x);
      if (only === "down") expect(to).toBeLessThanOrEqual(x);
      if (whole) expect(Number.isInteger(to)).toBe(true);
      if (only === (side === 1 ? "down" : "up")) expect(to).toBe(x);
      else {
        const lost = Math.abs(to - (far ? x + side * amount : wanted));
        expect(lost).toBeLessThanOrEqual((whole ? 1 : 0) + 8 * 2 ** -52 * (Math.abs(x) + amount));
      }
    }
  });

  test("the outer ends hold all that is allowed", () => {
    const random = createRandom(2);
    for (let trial = 0; trial < 20_000; trial++) {
      const reach = anyReach(random);
      const { x, per, only } = reach;
      const { low, high } = outerEnds(reach);
      const scaled = (end: number) => multiply(dyadic(end), dyadic(per));
      if (only === "up") expect(low).toBe(x);
      else expect(isAtMost(scaled(low), scaledEnd(reach, -1))).toBe(true);
      if (only === "down") expect(high).toBe(x);
      else expect(isAtMost(scaledEnd(reach, 1), scaled(high))).toBe(true);
    }
  });

  test("decimals as they are written lie within the outer ends once they are read", () => {
    const random = createRandom(3);
    for (let trial = 0; trial < 20_000; trial++) {
      const places = Math.floor(17 * random.next());
      const digits = () => BigInt(Math.floor(10 ** (17 * random.next()) * (random.next() - 0.3)));
      const text = (n: bigint) => Number(`${n}e-${places}`);
      const x = digits();
      // Where an end comes near 0, what reading lost is many of its units in the last place.
      const amount = random.next() < 0.5 ? digits() : x + BigInt(Math.floor(100 * random.next()));
      const by = amount < 0n ? -amount : amount;
      const { low, high } = outerEnds({ x: text(x), count: text(by), unit: 1, per: 1, only: null });
      expect(text(x - by)).toBeGreaterThanOrEqual(low);
      expect(text(x + by)).toBeLessThanOrEqual(high);
    }
  });

  test("a rank moves no farther than to the first and the last one", () => {
    const rank = { x: 2, per: 1, ends: [0, 4] } as const;
    const anywhere: Reach = { ...rank, count: Number.POSITIVE_INFINITY, unit: 1, only: null };
    expect(outerEnds(anywhere)).toEqual({ low: 0, high: 4 });
    expect([-9, 1.4, 9].map((wanted) => nearestWithin(anywhere, wanted, true))).toEqual([0, 1, 4]);
    const upwards: Reach = { ...rank, count: 1, unit: 1.5, only: "up" };
    expect(outerEnds(upwards).low).toBe(2);
    expect(Math.floor(outerEnds(upwards).high)).toBe(3);
    expect([-9, 9].map((wanted) => nearestWithin(upwards, wanted, true))).toEqual([2, 3]);
  });

  test("35.3 moves by 1.5 to 36.8 and to 33.8, and not a digit further", () => {
    const reach: Reach = { x: 35.3, count: 1.5, unit: 1, per: 1, only: null };
    expect(nearestWithin(reach, 40, false)).toBe(36.8);
    expect(nearestWithin(reach, 0, false)).toBe(33.8);
  });
});
