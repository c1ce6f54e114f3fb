import { expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { robustScaling } from "../../src/preprocess/robustScaling.ts";
import { ascending, quantile } from "../../src/preprocess/statistics.ts";

/** What the definition says, with everything sorted. */
function expected(numbers: Float64Array) {
  const sorted = ascending(numbers);
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p));
  const farthest = Math.max(median - sorted[0], sorted[sorted.length - 1] - median);
  return high > low && farthest > 10_000 * (high - low) ? { mean: median, std: (high - low) / 1.349 } : null;
}

test("one number decides as the quartiles say, however far out it lies, be the others spread evenly or not", () => {
  const random = createRandom(9);
  let robust = 0;
  for (let trial = 0; trial < 300; trial++) {
    const numbers = Float64Array.from({ length: 4 + trial }, () => random.next() ** (1 + (trial % 5)));
    if (trial % 3 === 0) numbers[1] = Number.NaN;
    // From amid the others to 100,000 of their widths away, on either side.
    numbers[0] = (trial % 2 ? -1 : 1) * 10 ** (5 * random.next());
    const found = robustScaling(numbers);
    expect(found).toEqual(expected(numbers));
    if (found) robust++;
  }
  expect(robust).toBeGreaterThan(50);
  expect(robust).toBeLessThan(250);
});

test("numbers that are all missing, one number and numbers too far apart for their difference are scaled as they stand", () => {
  expect(robustScaling(Float64Array.of(Number.NaN))).toBeNull();
  expect(robustScaling(Float64Array.of(3, 3, 3))).toBeNull();
  expect(robustScaling(Float64Array.of(-1e308, -1e307, 1e307, 1e308))).toBeNull();
});
