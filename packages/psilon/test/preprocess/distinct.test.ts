import { expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { distinctOf } from "../../src/preprocess/distinct.ts";

test("different numbers are counted as a Set counts them, missing ones left out", () => {
  const random = createRandom(5);
  for (const range of [3, 50, 1e6]) {
    const values = Float64Array.from({ length: 1000 }, (_, i) =>
      i % 10 === 0 ? Number.NaN : Math.floor(range * random.next()) / 8 - range / 32,
    );
    expect(distinctOf(values)).toBe(new Set(values.filter((x) => !Number.isNaN(x))).size);
  }
});

test("0 and −0 are one number, and of none there is none", () => {
  expect(distinctOf(Float64Array.of(0, -0, 1))).toBe(2);
  expect(distinctOf(Float64Array.of(Number.NaN))).toBe(0);
  expect(distinctOf(new Float64Array())).toBe(0);
});
