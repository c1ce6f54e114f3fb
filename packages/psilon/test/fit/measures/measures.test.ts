import { describe, expect, test } from "vitest";
import { estimated } from "../../../src/fit/measures/bootstrap.ts";
import { type Measure, measured } from "../../../src/fit/measures/measure.ts";
import { measureClasses } from "../../../src/fit/measures/measureClasses.ts";
import { measureNumbers } from "../../../src/fit/measures/measureNumbers.ts";
import { measureQuantiles } from "../../../src/fit/measures/measureQuantiles.ts";
import { classCalibration } from "../../../src/fit/metrics/calibration.ts";
import { classReport } from "../../../src/fit/metrics/classReport.ts";
import { likeliestLabels } from "../../../src/fit/metrics/labels.ts";

const names = ["a", "b", "c"];
const truth = [0, 1, 2, 2, 0, 1, 2];
const probabilities = [
  0.7, 0.2, 0.1, 0.3, 0.3, 0.4, 0.1, 0.1, 0.8, 0.3, 0.3, 0.4, 0.2, 0.5, 0.3, 0.1, 0.8, 0.1, 0.2, 0.2, 0.6,
];
const labels = likeliestLabels(probabilities, 3);

/** Rows by their places, as often as they are named. */
interface Kind {
  readonly rows: number;
  readonly of: (places: readonly number[]) => Measure;
}

const take = (values: ArrayLike<number>, places: readonly number[], width = 1) =>
  Float64Array.from(places.flatMap((i) => Array.from({ length: width }, (_, k) => values[i * width + k])));

const numbers = [3, 10, 4, 20, 9, 30, 3, 40, 7, 50];
const told = [4, 11, 4, 19, 6, 33, 2, 48, 7, 44];
const quantiles = [1, 4, 9, 12, 3, 5, 18, 25, 4, 8, 20, 31];

const kinds: Readonly<Record<string, Kind>> = {
  "of classes": {
    rows: 7,
    of: (places) =>
      measureClasses(
        take(truth, places),
        { labels: take(labels, places), probabilities: take(probabilities, places, 3) },
        names,
      ),
  },
  "of two classes": {
    rows: 7,
    of: (places) => {
      const second = [0.1, 0.8, 0.3, 0.8, 0.3, 0.55, 0.9];
      const shares = take(
        second.flatMap((p) => [1 - p, p]),
        places,
        2,
      );
      const own = take([0, 1, 0, 0, 1, 1, 1], places);
      return measureClasses(own, { labels: likeliestLabels(shares, 2), probabilities: shares }, [
        "no",
        "yes",
      ]);
    },
  },
  "of a number": {
    rows: 5,
    of: (places) => measureNumbers(take(numbers, places), take(told, places), ["y"], false),
  },
  "of two counts": {
    rows: 5,
    of: (places) => measureNumbers(take(numbers, places, 2), take(told, places, 2), ["y", "z"], true),
  },
  "of quantiles": {
    rows: 6,
    of: (places) => measureQuantiles(take(numbers, places), take(quantiles, places, 2), [0.1, 0.9]),
  },
};

describe.each(Object.entries(kinds))("every metric %s", (_, { rows, of }) => {
  const places = Array.from({ length: rows }, (_, i) => i);

  test("counts a weight like so many copies of the row", () => {
    const weights = places.map((i) => [2, 0, 1, 3][i % 4]);
    const copies = of(places.flatMap((i) => new Array<number>(weights[i]).fill(i)));
    const byCopies = copies.figures(new Array<number>(copies.rows).fill(1));
    of(places)
      .figures(weights)
      .forEach((group, g) => {
        expect(Object.keys(group)).toEqual(Object.keys(byCopies[g]));
        for (const [name, value] of Object.entries(group)) {
          if (value === null) expect(byCopies[g][name]).toBeNull();
          else expect(byCopies[g][name]).toBeCloseTo(value, 12);
        }
      });
  });

  test("has an interval from the seed alone, around it where the rows differ", async () => {
    const [once, again, other] = await Promise.all([1, 1, 2].map((seed) => estimated(of(places), { seed })));
    expect(once).toEqual(again);
    expect(once).not.toEqual(other);
    for (const { value, interval } of Object.values(once.metrics)) {
      if (interval === null) continue;
      expect(interval[0]).toBeLessThan(interval[1]);
      expect(value).toBeGreaterThanOrEqual(interval[0]);
      expect(value).toBeLessThanOrEqual(interval[1]);
    }
  });
});

describe("metrics of classes", () => {
  const all = measured(kinds["of classes"].of([0, 1, 2, 3, 4, 5, 6]));
  if (all.task !== "classification") throw new Error("expected classes");

  test("are those of the report on classes, of the labels given, and of the calibration", () => {
    const report = classReport(truth, labels, names);
    expect(all.confusion).toEqual(report.confusion);
    for (const average of ["macro", "weighted"] as const)
      for (const figure of ["precision", "recall", "f1"] as const)
        expect(all[average][figure]).toBeCloseTo(report[average][figure], 14);
    expect(all.classes.map(({ name, rows, predicted }) => [name, rows, predicted])).toEqual([
      ["a", 2, 1],
      ["b", 2, 2],
      ["c", 3, 4],
    ]);
    const { expectedCalibrationError, brierScore } = classCalibration(truth, probabilities);
    expect(all.metrics.expectedCalibrationError).toBeCloseTo(expectedCalibrationError, 14);
    expect(all.metrics.brierScore).toBeCloseTo(brierScore, 14);
  });

  test("follow the labels that were predicted, not the likeliest ones", () => {
    const always = measured(measureClasses(truth, { labels: truth, probabilities }, names));
    expect(always.metrics).toMatchObject({ accuracy: 1, balancedAccuracy: 1 });
    expect(always.metrics).toMatchObject({ auc: all.metrics.auc, logLoss: all.metrics.logLoss });
  });

  test("of a class without rows are null, with the reason, and count in no mean", async () => {
    // No row is of c, and one is predicted to be.
    const some = kinds["of classes"].of([0, 1, 4, 5]);
    const { classes, metrics, macro } = await estimated(some).then((scores) => {
      if (scores.task !== "classification") throw new Error("expected classes");
      return scores;
    });
    const [a, b, c] = classes;
    const reason = 'no row is of the class "c"';
    for (const metric of [c.recall, c.averagePrecision, c.auc])
      expect(metric).toEqual({ value: null, interval: null, reason });
    expect([c.precision.value, c.f1.value]).toEqual([0, 0]);
    expect(metrics.balancedAccuracy.value).toBeCloseTo(
      ((a.recall.value ?? 0) + (b.recall.value ?? 0)) / 2,
      14,
    );
    expect(metrics.auc.value).toBeCloseTo(((a.auc.value ?? 0) + (b.auc.value ?? 0)) / 2, 14);
    // As in scikit-learn, where nobody asked for a class and it was predicted.
    expect(macro.precision.value).toBeCloseTo(((a.precision.value ?? 0) + (b.precision.value ?? 0)) / 3, 14);
  });

  test("of a class that is neither there nor predicted are null, and rows of one class have no AUC", async () => {
    const { classes, metrics } = (await estimated(
      measureClasses([0, 0], { labels: [0, 1], probabilities: [0.9, 0.1, 0, 0.2, 0.8, 0] }, names),
    )) as { classes: readonly { precision: unknown; auc: unknown }[]; metrics: Record<string, unknown> };
    expect(classes[2].precision).toEqual({
      value: null,
      interval: null,
      reason: 'no row is of the class "c", nor predicted to be',
    });
    const one = { value: null, interval: null, reason: 'every row is of the class "a"' };
    expect([metrics.auc, classes[0].auc]).toEqual([one, one]);
  });

  test("that are the same in every resample have no interval", async () => {
    const { metrics } = await estimated(
      measureClasses([0, 1, 1], { labels: [0, 1, 1], probabilities: [0.9, 0.1, 0.2, 0.8, 0.3, 0.7] }, [
        "a",
        "b",
      ]),
    );
    expect(metrics).toMatchObject({
      accuracy: { value: 1, interval: null },
      logLoss: { interval: [0, 0].map(() => expect.any(Number)) },
    });
  });
});

describe("metrics of numbers", () => {
  test("are null where all true values, or all predictions, are the same, with the reason", async () => {
    const { metrics } = await estimated(measureNumbers([2, 2, 2], [1, 2, 4], ["y"], false));
    const constant = { value: null, interval: null, reason: "every true value is the same" };
    expect(metrics).toMatchObject({ rmse: { value: Math.sqrt(5 / 3) }, r2: constant, spearman: constant });
    const dull = await estimated(measureNumbers([1, 2, 3], [2, 2, 2], ["y"], false));
    expect(dull.metrics).toMatchObject({
      r2: { value: 0 },
      spearman: { value: null, reason: "every prediction is the same" },
    });
  });

  test("have no percentage error where a true value is 0 or close to it beside the others", async () => {
    for (const near of [0, 0.9, -0.9]) {
      const { metrics } = await estimated(
        measureNumbers([near, 100, 90, 120], [1, 101, 92, 119], ["y"], false),
      );
      expect(metrics).toMatchObject({
        mape: { value: null, reason: "a true value is 0, or within a hundredth of their median size of it" },
      });
    }
    expect(measured(measureNumbers([2, 100], [1, 110], ["y"], false)).metrics).toMatchObject({ mape: 0.3 });
  });

  test("of several targets are each target's own, and their means", async () => {
    const scores = await estimated(
      measureNumbers([1, 10, 2, 10, 4, 10], [1, 13, 3, 14, 4, 10], ["y", "z"], false),
    );
    if (scores.task !== "regression") throw new Error("expected numbers");
    const [y, z] = scores.targets ?? [];
    expect([y.name, z.name]).toEqual(["y", "z"]);
    expect(y.metrics.rmse?.value).toBeCloseTo(Math.sqrt(1 / 3), 14);
    expect(z.metrics.mae?.value).toBeCloseTo(7 / 3, 14);
    expect(scores.metrics.rmse?.value).toBeCloseTo(Math.sqrt((1 / 3 + 25 / 3) / 2), 14);
    expect(scores.metrics.mae?.value).toBeCloseTo((1 / 3 + 7 / 3) / 2, 14);
    expect(z.metrics.r2?.reason).toBe('of "z" every true value is the same');
    expect(scores.metrics.r2).toEqual({
      value: null,
      interval: null,
      reason: 'of "z" every true value is the same',
    });
  });

  test("are refused where there is no prediction for each", () => {
    expect(() => measureNumbers([1, 2], [1], ["y"], false)).toThrow(
      "There are 2 true values but 1 predictions.",
    );
    expect(() => measureClasses([0], { labels: [0, 1], probabilities: [1, 0] }, ["a", "b"])).toThrow(
      "1 true",
    );
  });
});
