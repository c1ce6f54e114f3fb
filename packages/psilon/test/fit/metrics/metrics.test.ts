import { expect, test } from "vitest";
import { poissonDeviance } from "../../../src/fit/metrics/counts.ts";
import { accuracy, likeliestLabels } from "../../../src/fit/metrics/labels.ts";
import { logLoss } from "../../../src/fit/metrics/logLoss.ts";
import { mae, r2, rmse } from "../../../src/fit/metrics/numbers.ts";
import { coverage, pinball } from "../../../src/fit/metrics/quantiles.ts";
import { summarize, summarizeMetrics } from "../../../src/fit/metrics/summary.ts";

test("rmse, mae and r2 follow their definitions", () => {
  const truth = [1, 2, 3, 6];
  const predicted = [1, 4, 3, 3];
  expect(rmse(truth, predicted)).toBe(Math.sqrt(13 / 4));
  expect(mae(truth, predicted)).toBe(5 / 4);
  // Mean 3, squares about it 4 + 1 + 0 + 9.
  expect(r2(truth, predicted)).toBeCloseTo(1 - 13 / 14, 15);
});

test("a weight counts like so many copies of the row", () => {
  const truth = [1, 2, 3, 6];
  const predicted = [1, 4, 3, 3];
  const weights = [1, 3, 0, 2];
  const copies = [0, 1, 1, 1, 3, 3];
  const [t, p] = [copies.map((i) => truth[i]), copies.map((i) => predicted[i])];
  for (const metric of [rmse, mae, r2])
    expect(metric(truth, predicted, { weights })).toBeCloseTo(metric(t, p), 14);
  expect(accuracy([0, 1, 1, 0], [0, 0, 1, 0], weights)).toBeCloseTo(3 / 6, 15);
});

test("several outputs are averaged, r2 after each is compared with its own mean", () => {
  const truth = [1, 100, 3, 300];
  const predicted = [1, 200, 5, 300];
  expect(rmse(truth, predicted, { outputs: 2 })).toBe(Math.sqrt((4 + 10000) / 4));
  expect(r2(truth, predicted, { outputs: 2 })).toBeCloseTo((1 - 4 / 2 + (1 - 10000 / 20000)) / 2, 14);
  const weighted = rmse(truth, predicted, { outputs: 2, weights: [0, 1] });
  expect(weighted).toBe(Math.sqrt(4 / 2));
});

test("r2 of a constant truth is 1 for an exact prediction and 0 for any other", () => {
  expect([r2([2, 2], [2, 2]), r2([2, 2], [2, 3])]).toEqual([1, 0]);
});

test("log loss is the mean of −ln p of the true class, bounded at a sure error", () => {
  expect(logLoss([0, 1], [0.5, 0.5, 0.25, 0.75])).toBeCloseTo(-(Math.log(0.5) + Math.log(0.75)) / 2, 15);
  expect(logLoss([0], [0, 1])).toBeCloseTo(23 * Math.LN2, 12);
  expect(logLoss([0, 1], [0.5, 0.5, 0.25, 0.75], [0, 2])).toBeCloseTo(-Math.log(0.75), 15);
});

test("the likeliest label is the first of the most probable", () => {
  expect([...likeliestLabels([0.2, 0.5, 0.3, 0.4, 0.2, 0.4], 3)]).toEqual([1, 0]);
});

test("pinball loss costs τ below the truth and 1 − τ above it, averaged over levels and weighted rows", () => {
  // Errors 2 and −1 at 0.1, 1 and −3 at 0.9.
  const quantiles = [3, 4, 3, 5];
  expect(pinball([5, 2], quantiles, [0.1, 0.9])).toBeCloseTo((0.2 + 0.9 + 0.9 + 0.3) / 4, 14);
  expect(pinball([5, 2], quantiles, [0.1, 0.9], [0, 3])).toBeCloseTo((0.9 + 0.3) / 2, 14);
});

test("coverage is the share of rows from the lowest to the highest quantile, and of one those no higher", () => {
  expect(coverage([1, 2, 3, 4], [1, 2, 3, 4, 4, 5, 4, 4], 2)).toBe(2 / 4);
  expect(coverage([1, 2, 3, 4], [0, 2, 4, 3], 1)).toBe(2 / 4);
});

test("the deviance of counts is 0 for what is exact, and finite where none were expected", () => {
  expect(poissonDeviance([0, 3], [0, 3])).toBeLessThan(1e-6);
  expect(poissonDeviance([0, 3], [1, 2])).toBeCloseTo((2 * 1 + 2 * (3 * Math.log(1.5) - 1)) / 2, 14);
  expect(poissonDeviance([0, 3], [1, 2], { weights: [1, 0] })).toBeCloseTo(2, 14);
  expect(poissonDeviance([1], [-1])).toBeCloseTo(2 * (23 * Math.LN2 - 1), 5);
});

test("the standard error of 1, 2, 3 is 1/√3, and of one measurement unknown", () => {
  expect(summarize([1, 2, 3])).toEqual({ mean: 2, stderr: Math.sqrt(1 / 3), perSplit: [1, 2, 3] });
  expect(summarize([5])).toEqual({ mean: 5, stderr: null, perSplit: [5] });
});

test("a metric that a split does not have has no mean over the splits", () => {
  const found = summarizeMetrics([
    { auc: 0.5, accuracy: 1 },
    { auc: null, accuracy: 0 },
  ]);
  expect(found).toEqual({ auc: null, accuracy: summarize([1, 0]) });
});

test("arrays of different length are refused", () => {
  expect(() => rmse([1, 2], [1])).toThrow("There are 2 true values but 1 predictions.");
  expect(() => logLoss([0, 1], [1, 0, 1])).toThrow("There are 2 true values but 3 predictions.");
});
