import { expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { meanInterval } from "../../src/models/meanInterval.ts";

test("The interval of a mean is as wide as tables of Student's t say", () => {
  // Of 1, 2, …: s/√n is 1 for the values ±√(n(n − 1)/2)… so that the half width is t itself.
  const tables: [number, number][] = [
    [2, 12.706],
    [3, 4.303],
    [4, 3.182],
    [5, 2.776],
    [6, 2.571],
    [11, 2.228],
    [31, 2.042],
    [1001, 1.962],
  ];
  for (const [n, t] of tables) {
    const values = Float64Array.from({ length: n }, (_, i) => (i === 0 ? n : 0));
    // Their mean is 1, and s/√n is 1 as well.
    const [low, high] = meanInterval(values)!;
    expect([n, (low + high) / 2, (high - low) / 2 / t]).toEqual([
      n,
      expect.closeTo(1, 10),
      expect.closeTo(1, 2),
    ]);
  }
});

test("It holds the true mean in about 95 of 100 samples, and there is none of a single value", () => {
  const random = createRandom(3);
  let held = 0;
  for (let k = 0; k < 4000; k++) {
    const [low, high] = meanInterval(Float64Array.from({ length: 5 }, () => 7 + 2 * normal(random)))!;
    if (low <= 7 && 7 <= high) held++;
  }
  expect(held / 4000).toBeGreaterThan(0.94);
  expect(held / 4000).toBeLessThan(0.96);
  expect(meanInterval(Float64Array.of(3))).toBe(null);
});
