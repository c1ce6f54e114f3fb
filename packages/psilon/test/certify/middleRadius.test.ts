import { expect, test } from "vitest";
import { middleRadius } from "../../src/certify/middleRadius.ts";

/** Asks of rows that hold up to these radii; −1: not even where they stand. */
function asked(radii: readonly number[]) {
  const looked: number[] = [];
  return {
    looked,
    found: () =>
      middleRadius(radii.length, 0.1, async (rows, radius) => {
        looked.push(rows.length);
        return rows.filter((i) => radii[i] >= radius);
      }),
  };
}

test("The middle radius is one that half of the rows hold up to, and hardly less than the largest such", async () => {
  for (let k = 0; k < 200; k++) {
    const radii = Array.from(
      { length: 1 + (k % 23) },
      (_, i) => 10 ** (((i * 0.618 + k * 0.377) % 1) * 4 - 3),
    );
    const { radius } = (await asked(radii).found())!;
    const middle = [...radii].sort((a, b) => b - a)[Math.ceil(radii.length / 2) - 1];
    expect(radius).toBeLessThanOrEqual(middle);
    expect(radius).toBeGreaterThan(middle / 1.01);
  }
});

test("The middle radius is any, 0 or none where half of the rows hold so far", async () => {
  const any = Number.POSITIVE_INFINITY;
  expect((await asked([any, any, 0]).found())!.radius).toBe(any);
  expect((await asked([0, 0, -1]).found())!.radius).toBe(0);
  expect((await asked([-1, -1, any]).found())!.radius).toBe(null);
  expect((await asked([any, 0, -1]).found())!.radius).toBe(0);
});

test("Rows that are settled are not looked at again", async () => {
  const { looked, found } = asked(Array.from({ length: 64 }, (_, i) => 0.01 * 1.1 ** i));
  expect((await found())!.atFirst).toEqual(Array.from({ length: 39 }, (_, k) => k + 25));
  expect(looked[0]).toBe(64);
  expect(looked.reduce((sum, rows) => sum + rows, 0)).toBeLessThan(3 * 64);
});

test("The search for a middle radius ends where it is told to", async () => {
  expect(await middleRadius(4, 0.1, async () => null)).toBe(null);
});
