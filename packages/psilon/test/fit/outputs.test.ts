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

describe("the criterion for λ", () => {
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
