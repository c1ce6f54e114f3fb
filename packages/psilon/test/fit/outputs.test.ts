import { describe, expect, test } from "vitest";
import { criterion, probabilities, scoreOutputs } from "../../src/fit/outputs.ts";
import { lossFor, type Target } from "../../src/preprocess/target.ts";

const classes = (...names: string[]): Target => ({ task: "classification", name: "y", classes: names });
const numbers: Target = { task: "regression", names: ["a", "b"], centers: [10, 0], scales: [2, 1000] };

test("two classes take one logit, more take one each, and targets one output each", () => {
  expect(lossFor(classes("no", "yes"))).toEqual({ loss: "logistic", outputs: 1 });
  expect(lossFor(classes("a", "b", "c"))).toEqual({ loss: "softmax", outputs: 3 });
  expect(lossFor(numbers)).toEqual({ loss: "squared-error", outputs: 2 });
});

describe("probabilities", () => {
  test("of one logit are 1 − σ and σ", () => {
    const found = probabilities([0, Math.log(3)], 2);
    [0.5, 0.5, 0.25, 0.75].forEach((share, i) => {
      expect(found[i]).toBeCloseTo(share, 12);
    });
  });

  test("of several logits are their softmax", () => {
    const found = probabilities([Math.log(1), Math.log(2), Math.log(5)], 3);
    [1 / 8, 2 / 8, 5 / 8].forEach((share, i) => {
      expect(found[i]).toBeCloseTo(share, 12);
    });
  });

  test("are finite and sum to 1 for logits of any size", () => {
    for (const logits of [
      [3e38, -3e38, 0],
      [-3e38, -3e38, -3e38],
    ]) {
      expect(probabilities(logits, 3).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect(Array.from(probabilities([3e38, -3e38], 2))).toEqual([0, 1, 1, 0]);
  });
});

test("scores of outputs are in the target's units", () => {
  const scores = scoreOutputs(numbers, Float64Array.of(12, 1000, 8, -1000), [1, 2, -1, -1]);
  // Errors: 0 and 1000 in the first row, 0 and 0 in the second.
  expect(scores).toMatchObject({ rmse: 500, mae: 250 });
});

test("scores of quantiles are of the outputs in order, and those of counts are of e^output", () => {
  const one = { task: "regression", names: ["y"], centers: [10], scales: [2] } as const;
  const quantiles: Target = { ...one, levels: [0.2, 0.8] };
  // 8 and 12 around 11; 10 and 14 around 20.
  expect(scoreOutputs(quantiles, Float64Array.of(11, 20), [1, -1, 0, 2])).toEqual({
    pinball: expect.closeTo((0.2 * 3 + 0.2 * 1 + 0.2 * 10 + 0.8 * 6) / 4, 12),
    coverage: 0.5,
  });
  const counts: Target = { ...one, centers: [Math.log(2)], scales: [1], link: "log", loss: "poisson" };
  expect(scoreOutputs(counts, Float64Array.of(2, 6), [0, Math.log(3)])).toMatchObject({
    rmse: expect.closeTo(0, 12),
    deviance: expect.closeTo(0, 12),
  });
});

test("a temperature divides logits, which leaves the likeliest class as it is", () => {
  const logits = [2, 0, 1, -1, 3, 1];
  const hot = probabilities(logits, 3, 2);
  expect(hot[0]).toBeCloseTo(Math.E / (Math.E + 1 + Math.exp(0.5)), 12);
  expect([...probabilities(logits, 3, 1)]).toEqual([...probabilities(logits, 3)]);
  const target: Target = { ...classes("a", "b", "c"), temperature: 2 } as Target;
  const [before, after] = [classes("a", "b", "c"), target].map((of) =>
    scoreOutputs(of, Int32Array.of(0, 1), logits),
  );
  expect(after).toMatchObject({ accuracy: (before as { accuracy: number }).accuracy });
  expect(after).not.toEqual(before);
});

describe("the criterion for λ", () => {
  test("is the pinball loss of quantiles in scaled units, and the deviance of counts in those of their mean", () => {
    const one = { task: "regression", names: ["y"], centers: [10], scales: [2] } as const;
    const quantiles: Target = { ...one, levels: [0.2, 0.8] };
    expect(criterion(quantiles, Float32Array.of(0), [1, -1], null)).toBeCloseTo(0.2, 12);
    const counts: Target = { ...one, scales: [1], link: "log", loss: "poisson" };
    expect(criterion(counts, Float32Array.of(1, 0), [0, 0], null)).toBeCloseTo(1, 12);
    expect(criterion(counts, Float32Array.of(1, 0), [0, 0], Float32Array.of(2, 0))).toBeCloseTo(0, 12);
  });

  test("is the RMSE in scaled units, in which every target counts alike", () => {
    expect(criterion(numbers, Float32Array.of(1, 1, -1, -1), [1, 2, -1, -1], null)).toBeCloseTo(0.5, 12);
    expect(criterion(numbers, Float32Array.of(1, 1, -1, -1), [2, 1, -1, -1], null)).toBeCloseTo(0.5, 12);
  });

  test("is the log loss for classes", () => {
    expect(criterion(classes("no", "yes"), Float32Array.of(1, 0), [0, 0], null)).toBeCloseTo(Math.log(2), 12);
  });

  test("weighs rows as training does", () => {
    const weights = Float32Array.of(0.5, 1.5);
    expect(criterion(numbers, Float32Array.of(0, 0, 0, 0), [2, 2, 4, 4], weights)).toBeCloseTo(
      Math.sqrt((0.5 * 4 + 1.5 * 16) / 2),
      12,
    );
    const target = classes("no", "yes");
    expect(criterion(target, Float32Array.of(1, 1), [0, Math.log(3)], weights)).toBeCloseTo(
      (0.5 * Math.log(2) + 1.5 * Math.log(4 / 3)) / 2,
      12,
    );
  });
});
