import { expect, test } from "vitest";
import { checkTolerance, scaledTolerances } from "../../src/fit/tolerance.ts";
import type { RegressionTarget } from "../../src/preprocess/target.ts";
import { refusal } from "../support/synthetic.ts";

const target = (...scales: number[]): RegressionTarget => ({
  task: "regression",
  names: scales.map((_, k) => `y${k}`),
  centers: scales.map(() => 0),
  scales,
});

test("A tolerance is counted in each target's scale", () => {
  expect(scaledTolerances(target(2, 0.25, 8), 4)).toEqual([2, 16, 0.5]);
  expect(scaledTolerances(target(1), 2 ** 1000)).toEqual([2 ** 1000]);
});

test("A tolerance that is no positive number, or too many scales, is refused with the target's name", async () => {
  for (const tolerance of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(await refusal(() => scaledTolerances(target(1), tolerance))).toBe(
      `The tolerance is a positive number in the target's units, but ${tolerance} was given.`,
    );
  }
  const farther = 2 ** 1000 * (1 + 2 ** -52);
  expect(await refusal(() => scaledTolerances(target(1), farther))).toMatch(/beside the scale 1 of y0; give/);
  expect(await refusal(() => scaledTolerances(target(1, 1e-10, 1e-9), 1e300))).toMatch(
    /^The tolerance 1e\+300 is too large .* the scale 1e-10 of y1; give a smaller one\.$/,
  );
});

test("A factor is finite and above 1, and on a log scale no difference is too large", async () => {
  for (const factor of [1, 0.5, -2, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(await refusal(() => checkTolerance(target(1), { factor }))).toBe(
      `A tolerance that is a factor is a number above 1, but ${factor} was given; 5 percent are a factor of 1.05.`,
    );
  }
  checkTolerance(target(1), { factor: 1.05 });
  checkTolerance({ ...target(1e-300), link: "log" }, 1e300);
  expect(await refusal(() => checkTolerance({ ...target(1), link: "log" }, 0))).toMatch(/positive number/);
  expect(await refusal(() => checkTolerance(target(1e-300), 1e300))).toMatch(/too large to be told/);
});
