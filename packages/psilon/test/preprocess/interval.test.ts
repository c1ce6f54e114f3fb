import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import {
  heldIn,
  heldOutErrors,
  type IntervalValues,
  intervalFor,
  intervalsOf,
} from "../../src/preprocess/interval.ts";
import type { RegressionTarget } from "../../src/preprocess/target.ts";
import { refusal } from "../support/synthetic.ts";

const plain: RegressionTarget = { task: "regression", names: ["y"], centers: [10], scales: [2] };

const coverageOf = ({ low, high }: IntervalValues, truth: ArrayLike<number>) =>
  heldIn(truth, low, high).reduce((sum, one) => sum + one / low.length, 0);

/** Standard normal errors about outputs that are normal themselves, in scaled units. */
function drawn(rows: number, seed: number, columns = 1) {
  const random = createRandom(seed);
  const outputs = Float32Array.from({ length: rows * columns }, () => normal(random));
  return { outputs, scaled: Float64Array.from(outputs, (z) => z + 0.5 * normal(random)) };
}

/** Targets of each kind, with the truth that stands for scaled values. */
const kinds: readonly [string, RegressionTarget, (t: number, k: number) => number][] = [
  ["a number", plain, (t) => 10 + 2 * t],
  ["a logarithm", { ...plain, link: "log", centers: [1] }, (t) => Math.exp(1 + 2 * t)],
  [
    "two numbers",
    { task: "regression", names: ["y", "z"], centers: [10, -5], scales: [2, 1e6] },
    (t, k) => (k === 0 ? 10 + 2 * t : -5 + 1e6 * t),
  ],
];

describe("Intervals from the errors of held-out rows", () => {
  test.each(kinds)("of %s hold their share of new rows, on average over tables", (_, target, truthOf) => {
    const targets = target.names.length;
    let held = 0;
    const tables = 400;
    for (let seed = 0; seed < tables; seed++) {
      const made = (rows: number, own: number) => {
        const { outputs, scaled } = drawn(rows, own, targets);
        return { outputs, truth: scaled.map((t, at) => truthOf(t, at % targets)) };
      };
      const [before, after] = [made(59, 2 * seed), made(50, 2 * seed + 1)];
      const interval = intervalFor(heldOutErrors(target, before.truth, before.outputs), 0.9);
      held += coverageOf(intervalsOf(target, interval, after.outputs), after.truth) / tables;
    }
    // (n + 1)·0.9 is whole, so that 0.9 is met exactly; three standard errors of 400 tables of 50 rows.
    expect(Math.abs(held - 0.9)).toBeLessThan(0.008);
  });

  test("are as wide as the ⌈(n + 1)·coverage⌉-th smallest error", () => {
    const truth = Float64Array.from({ length: 9 }, (_, i) => 10 + 2 * (i + 1));
    const errors = heldOutErrors(plain, truth, new Float32Array(9));
    expect(errors).toEqual({ rows: 9, errors: [[1, 2, 3, 4, 5, 6, 7, 8, 9]] });
    expect(intervalFor(errors, 0.9).margins).toEqual([9]);
    expect(intervalFor(errors, 0.89).margins).toEqual([9]);
    expect(intervalFor(errors, 0.8).margins).toEqual([8]);
    expect(intervalFor(errors, 0.05).margins).toEqual([1]);
    expect(intervalFor(errors, 1e-12).margins).toEqual([1]);
    const { low, high } = intervalsOf(plain, intervalFor(errors, 0.5), Float32Array.of(0, 1));
    expect([...low, ...high]).toEqual([0, 2, 20, 22]);
  });

  test("keep few errors of many rows, which lose no coverage", () => {
    const random = createRandom(1);
    const truth = Float64Array.from({ length: 12_345 }, () => 10 + 2 * Math.abs(normal(random)) ** 3);
    const outputs = new Float32Array(truth.length);
    const errors = heldOutErrors(plain, truth, outputs);
    expect(errors.errors[0]).toHaveLength(400);
    for (const coverage of [0.5, 0.8, 0.9, 0.95, 0.99]) {
      const held = coverageOf(intervalsOf(plain, intervalFor(errors, coverage), outputs), truth);
      expect(held).toBeGreaterThanOrEqual(coverage);
      expect(held).toBeLessThan(coverage + 0.003);
    }
  });

  test("of counts are as wide as their means' roots, and never below 0", () => {
    const counts: RegressionTarget = { ...plain, centers: [0], scales: [1], link: "log", loss: "poisson" };
    const outputs = Float32Array.of(0, Math.log(4), Math.log(100));
    const errors = heldOutErrors(counts, Float64Array.of(3, 0, 80), outputs);
    expect(errors.errors[0]).toEqual([2, 2, 2].map((error) => expect.closeTo(error, 4)));
    const { low, high } = intervalsOf(counts, { coverage: 0.5, margins: [2] }, outputs);
    [0, 0, 80].forEach((value, i) => {
      expect(low[i]).toBeCloseTo(value, 4);
    });
    [3, 8, 120].forEach((value, i) => {
      expect(high[i]).toBeCloseTo(value, 4);
    });
  });

  test("of quantiles reach beyond them, or not as far, and are never empty", () => {
    const quantiles: RegressionTarget = { ...plain, centers: [0], scales: [1], levels: [0.1, 0.9] };
    // In no order, as outputs may be.
    const outputs = Float32Array.of(1, -1, -1, 1, 1, -1);
    const errors = heldOutErrors(quantiles, Float64Array.of(0, 3, -1.5), outputs);
    expect(errors.errors[0]).toEqual([-1, 0.5, 2]);
    const wide = intervalsOf(quantiles, { coverage: 0.5, margins: [0.5] }, outputs);
    expect([...wide.low, ...wide.high]).toEqual([-1.5, -1.5, -1.5, 1.5, 1.5, 1.5]);
    const empty = intervalsOf(quantiles, { coverage: 0.5, margins: [-2] }, outputs);
    expect([...empty.low, ...empty.high]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("are refused where more rows would have to be held out, and for what is no share", async () => {
    const errors = heldOutErrors(plain, Float64Array.of(1, 2, 3, 4), new Float32Array(4));
    expect(await refusal(() => intervalFor(errors, 0.9))).toBe(
      "An interval that holds 90 % of new rows needs at least 9 held-out rows, but there are 4; ask for a smaller share, or train on more rows.",
    );
    for (const share of [0, 1, Number.NaN, "0.9" as unknown as number])
      expect(await refusal(() => intervalFor(errors, share))).toMatch(
        /is a number above 0 and below 1, such as 0\.9/,
      );
  });
});
