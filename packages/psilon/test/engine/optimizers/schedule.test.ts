import { describe, expect, test } from "vitest";
import { learningRate, type Schedule } from "../../../src/engine/optimizers/schedule.ts";

/** Half a cosine from `start` at 0 to `end` at 1, with the language's own cosine. */
const along = (start: number, end: number, part: number) =>
  end + ((start - end) * (1 + Math.cos(Math.PI * part))) / 2;

const oneCycle: Schedule = { kind: "one-cycle", initial: 1e-4, peak: 2e-3, final: 5e-5, warmup: 0.2 };
const cosine: Schedule = { kind: "cosine", peak: 3e-3, final: 1e-5, warmup: 0.1 };
const constant: Schedule = { kind: "constant", rate: 0.02, warmup: 0.25 };
const grid = Array.from({ length: 1001 }, (_, k) => k / 1000);

describe("The one-cycle schedule", () => {
  test("follows its formula to twelve digits", () => {
    for (const progress of grid) {
      const expected =
        progress < 0.2 ? along(1e-4, 2e-3, progress / 0.2) : along(2e-3, 5e-5, (progress - 0.2) / 0.8);
      expect(Math.abs(learningRate(oneCycle, progress) / expected - 1)).toBeLessThan(1e-12);
    }
  });

  test("starts at the initial rate, peaks after the warm-up and ends at the final rate", () => {
    expect(learningRate(oneCycle, 0)).toBeCloseTo(1e-4, 15);
    expect(learningRate(oneCycle, 0.2)).toBeCloseTo(2e-3, 15);
    expect(learningRate(oneCycle, 1)).toBeCloseTo(5e-5, 15);
    const rates = grid.map((progress) => learningRate(oneCycle, progress));
    rates.slice(1).forEach((rate, k) => {
      if (k < 200) expect(rate).toBeGreaterThan(rates[k]);
      else expect(rate).toBeLessThan(rates[k]);
    });
  });

  test("begins at its peak without a warm-up", () => {
    expect(learningRate({ ...oneCycle, warmup: 0 }, 0)).toBeCloseTo(2e-3, 15);
    expect(learningRate({ ...oneCycle, warmup: 0 }, 1)).toBeCloseTo(5e-5, 15);
  });
});

describe("The cosine schedule", () => {
  test("rises along a line and falls along half a cosine", () => {
    for (const progress of grid) {
      const expected = progress < 0.1 ? (3e-3 * progress) / 0.1 : along(3e-3, 1e-5, (progress - 0.1) / 0.9);
      expect(Math.abs(learningRate(cosine, progress) - expected)).toBeLessThan(1e-12 * 3e-3);
    }
    expect(learningRate(cosine, 1)).toBeCloseTo(1e-5, 15);
  });
});

describe("The constant schedule", () => {
  test("rises along a line, then stays", () => {
    expect(learningRate(constant, 0)).toBe(0);
    expect(learningRate(constant, 0.125)).toBeCloseTo(0.01, 15);
    for (const progress of [0.25, 0.5, 1]) expect(learningRate(constant, progress)).toBe(0.02);
    expect(learningRate({ ...constant, warmup: 0 }, 0)).toBe(0.02);
  });
});

test("A schedule whose warm-up takes all of the training still ends at its final rate", () => {
  expect(learningRate({ ...oneCycle, warmup: 1 }, 1)).toBeCloseTo(5e-5, 15);
  expect(learningRate({ ...cosine, warmup: 1 }, 1)).toBeCloseTo(1e-5, 15);
});
