import { describe, expect, test } from "vitest";
import {
  type CalibrationBin,
  classCalibration,
  numberCalibration,
} from "../../../src/fit/metrics/calibration.ts";

/** Probabilities of both classes from those of the second. */
const both = (second: readonly number[]) => second.flatMap((p) => [1 - p, p]);

const merged = (bins: readonly CalibrationBin[]) => {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const mean = (of: (bin: CalibrationBin) => number) =>
    bins.reduce((sum, bin) => sum + bin.rows * of(bin), 0) / rows;
  return [mean(({ predicted }) => predicted), mean(({ observed }) => observed)];
};

describe("the calibration of two classes", () => {
  test("is about the second one's probability: merged into three, its bins are scikit-learn's `calibration_curve`", () => {
    const predicted = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1];
    const { bins } = classCalibration([0, 0, 0, 0, 1, 1, 1, 1, 1], both(predicted));
    const thirds = [0, 1, 2].map((third) =>
      merged(bins.filter(({ from }) => Math.floor(3 * from) === third)),
    );
    [
      [0.2, 0],
      [0.525, 0.5],
      [0.85, 1],
    ].forEach(([mean, share], third) => {
      expect(thirds[third][0]).toBeCloseTo(mean, 14);
      expect(thirds[third][1]).toBeCloseTo(share, 14);
    });
  });

  test("has bins of a fifteenth, a probability of 1 in the last, and none without rows", () => {
    const { bins } = classCalibration([1, 0, 1], both([1, 0, 0.5]));
    expect(bins).toEqual([
      { from: 0, to: 1 / 15, rows: 1, predicted: 0, observed: 0 },
      { from: 7 / 15, to: 8 / 15, rows: 1, predicted: 0.5, observed: 1 },
      { from: 14 / 15, to: 1, rows: 1, predicted: 1, observed: 1 },
    ]);
  });

  test("has an error that is each bin's gap by its rows, whichever way the gap goes", () => {
    // Four rows at 0.75 of which one is of the class, and one at 0.25 that is.
    const { expectedCalibrationError } = classCalibration(
      [1, 0, 0, 0, 1],
      both([0.75, 0.75, 0.75, 0.75, 0.25]),
    );
    expect(expectedCalibrationError).toBeCloseTo((4 * 0.5 + 0.75) / 5, 14);
  });

  test("has scikit-learn's Brier score", () => {
    const { brierScore } = classCalibration([0, 1, 1, 0], both([0.1, 0.9, 0.8, 0.3]));
    expect(brierScore).toBeCloseTo(0.0375, 14);
  });
});

describe("the calibration of more classes", () => {
  const truth = [0, 1, 2];
  const probabilities = [0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.2, 0.2, 0.6];

  test("has scikit-learn's Brier score, summed over the classes", () => {
    expect(classCalibration(truth, probabilities).brierScore).toBeCloseTo(0.44 / 3, 14);
  });

  test("is about the predicted class's probability, and whether it is the true one", () => {
    const { bins, expectedCalibrationError } = classCalibration([0, 2, 2], probabilities);
    expect(bins.map(({ predicted, observed }) => [predicted, observed])).toEqual([
      [0.6, 1],
      [0.7, 0],
      [0.8, 1],
    ]);
    expect(expectedCalibrationError).toBeCloseTo((0.4 + 0.7 + 0.2) / 3, 14);
  });

  test("refuses probabilities that are not rows × classes", () => {
    expect(() => classCalibration([0, 1], [0.5, 0.5, 1])).toThrow(
      "There are 2 true values but 3 predictions.",
    );
  });
});

describe("the calibration of numbers", () => {
  const predicted = Array.from({ length: 100 }, (_, i) => (37 * i) % 100);
  const truth = predicted.map((value) => value + (value < 50 ? 1 : -3));
  const { bins, residuals } = numberCalibration(truth, predicted);

  test("sets means of ten bins of equally many rows beside each other, by what is predicted", () => {
    expect(bins).toHaveLength(10);
    bins.forEach((bin, b) => {
      expect(bin).toEqual({
        from: 10 * b,
        to: 10 * b + 9,
        rows: 10,
        predicted: 10 * b + 4.5,
        observed: 10 * b + (b < 5 ? 5.5 : 1.5),
      });
    });
  });

  test("has quantiles of the true value less the predicted one", () => {
    expect(residuals).toEqual([
      { quantile: 0.05, value: -3 },
      { quantile: 0.25, value: -3 },
      { quantile: 0.5, value: -1 },
      { quantile: 0.75, value: 1 },
      { quantile: 0.95, value: 1 },
    ]);
  });

  test("has a bin a row where there are fewer than ten, and every row in one of them", () => {
    expect(
      numberCalibration([1, 5, 2], [3, 1, 2]).bins.map(({ from, observed }) => [from, observed]),
    ).toEqual([
      [1, 5],
      [2, 2],
      [3, 1],
    ]);
    const sizes = numberCalibration(truth.slice(0, 23), predicted.slice(0, 23)).bins.map(({ rows }) => rows);
    expect(sizes.reduce((sum, rows) => sum + rows)).toBe(23);
    expect(new Set(sizes)).toEqual(new Set([2, 3]));
  });

  test("refuses arrays of different length", () => {
    expect(() => numberCalibration([1], [1, 2])).toThrow("There are 1 true values but 2 predictions.");
  });
});
