import { describe, expect, test } from "vitest";
import { fitTarget } from "../../src/preprocess/fitTarget.ts";
import { classWeights, rowWeights } from "../../src/preprocess/rowWeights.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { quantile } from "../../src/preprocess/statistics.ts";
import {
  type ClassTarget,
  classLabels,
  lossFor,
  predictionNames,
  type RegressionTarget,
  scaleTarget,
  targetValues,
  unscaleTarget,
} from "../../src/preprocess/target.ts";
import type { TargetOptions } from "../../src/preprocess/targetScaling.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, csv } from "../support/csv.ts";

const x = [1, 2, 3, 4, 5];

const regression = (columns: Record<string, unknown[]>, rows?: Int32Array) => {
  const table = frameFrom({ x, ...columns });
  const schema = inferSchema(table, { target: Object.keys(columns), task: "regression" });
  return { table, target: fitTarget(table, rows ?? allRows(table), schema) as RegressionTarget };
};

describe("numbers to predict", () => {
  test("are scaled by the median and half the interquartile range of the train rows alone", () => {
    const { target } = regression({ y: [1, 2, 4, 9, 1000] }, Int32Array.of(0, 1, 2, 3));
    // Quartiles of 1, 2, 4, 9 by linear interpolation: 1.75, 3, 5.25.
    expect(target).toEqual({ task: "regression", names: ["y"], centers: [3], scales: [1.75] });
  });

  test("come back in their own units, each of several outputs by its own scale", () => {
    const { table, target } = regression({ y: [1, 2, 4, 9, 1000], z: [-1e6, 3e6, 0, 1e6, 2e6] });
    const raw = targetValues(target, table, allRows(table));
    const scaled = scaleTarget(target, raw);
    expect([...scaled.slice(0, 2)]).toEqual([Math.fround(-3 / 3.5), -2]);
    const back = unscaleTarget(target, scaled);
    for (let i = 0; i < raw.length; i++)
      expect(Math.abs(back[i] - raw[i])).toBeLessThanOrEqual(1e-6 * Math.abs(raw[i]) + 1e-6);
  });

  test("fall back on the standard deviation when half of the values are one value", () => {
    const { target } = regression({ y: [0, 0, 0, 0, 10] });
    expect([target.centers, target.scales]).toEqual([[0], [4]]);
  });

  test("must vary over the train rows, and be there", () => {
    expect(() => regression({ y: [3, 3, 3, 4, 5] }, Int32Array.of(0, 1, 2))).toThrow(
      'The target "y" of the given columns has the same value in all 3 train rows',
    );
    const { target } = regression({ y: [1, 2, 4, 9, 1000] });
    expect(() => targetValues(target, csv("y,x\n1,1\n,2", "new.csv"), Int32Array.of(0, 1))).toThrow(
      'Row 3 of new.csv has no value in the target column "y"',
    );
    expect(() => targetValues(target, csv("Y\n1", "new.csv"), Int32Array.of(0))).toThrow('did you mean "Y"?');
  });

  test("must not spread so far that a squared error is infinite", () => {
    expect(() => regression({ y: [1e200, 2e200, 3e200, 4e200, 5e200] })).toThrow(
      'The target "y" of the given columns spreads over 1e+200, too far for squared errors to be computed; give it in a larger unit.',
    );
  });

  test("must not be so far out that float32 cannot hold them", () => {
    const { table, target } = regression({ y: [1, 2, 3, 4, 1e300] });
    expect(() => scaleTarget(target, targetValues(target, table, allRows(table)))).toThrow(
      'The target "y" has the value 1e+300, too far from the others (median 3)',
    );
  });
});

describe("classes to predict", () => {
  const table = csv("x,y\n1,no\n2,yes\n3,yes\n4,no\n5,");
  const target = fitTarget(table, Int32Array.of(1, 2), inferSchema(table, { target: "y" })) as ClassTarget;

  test("are all of the schema's, even where the train rows lack one", () => {
    expect(target).toEqual({ task: "classification", name: "y", classes: ["no", "yes"] });
    expect([...classLabels(target, table, Int32Array.of(0, 1, 3))]).toEqual([0, 1, 0]);
  });

  test("must be known and there", () => {
    const late = csv("y\nyes\nno\nmaybe", "new.csv");
    expect(() => classLabels(target, late, Int32Array.of(0, 2))).toThrow(
      'Row 4 of new.csv has the class "maybe"',
    );
    expect(() => classLabels(target, table, Int32Array.of(4))).toThrow(
      "Row 6 of data.csv has no value in the target",
    );
    expect(() => classLabels(target, csv("y\nyess", "new.csv"), Int32Array.of(0))).toThrow(
      'Row 2 of new.csv has the class "yess" in column "y", which the model does not know; did you mean "yes"?',
    );
  });
});

test("quantile interpolates between neighbours as NumPy does", () => {
  const sorted = Float64Array.of(1, 2, 4, 9);
  const expected = [1, 1.75, 3, 7.5, 9];
  [0, 0.25, 0.5, 0.9, 1].forEach((p, i) => {
    expect(quantile(sorted, p)).toBeCloseTo(expected[i], 14);
  });
});

describe("weights", () => {
  const labels = Int32Array.of(0, 0, 0, 1);

  test("balance the classes: each counts for as much in all", () => {
    const byClass = classWeights("balanced", ["a", "b", "c"], labels);
    expect([...byClass]).toEqual([4 / 9, 4 / 3, 0]);
    expect(3 * byClass[0]).toBeCloseTo(byClass[1], 15);
  });

  test("are given by class name, 1 where none is", () => {
    expect([...classWeights({ b: 5 }, ["a", "b"], labels)]).toEqual([1, 5]);
    expect(() => classWeights({ c: 1 }, ["aa", "bb"], labels)).toThrow(
      'for the class "c", which does not exist; there are "aa", "bb".',
    );
    expect(() => classWeights({ b: -1 }, ["a", "b"], labels)).toThrow('The weight of the class "b" is -1');
    expect(() => classWeights({ a: 0, b: 0 }, ["a", "b"], labels)).toThrow("All weights are 0");
  });

  test("multiply per row and have mean 1", () => {
    const weights = rowWeights(4, { sampleWeights: [1, 0, 1, 2], byClass: Float64Array.of(1, 2), labels });
    expect([...weights]).toEqual([1, 0, 1, 4].map((weight) => Math.fround(weight / 1.5)));
    expect([...rowWeights(2, {})]).toEqual([1, 1]);
  });

  test("must be one per row, finite and not negative, and leave a row that counts", () => {
    expect(() => rowWeights(3, { sampleWeights: [1, 2] })).toThrow("There are 2 sample weights for 3 rows");
    expect(() => rowWeights(2, { sampleWeights: [1, Number.NaN] })).toThrow(
      "The weight of row 2 of the rows given is NaN",
    );
    expect(() => rowWeights(2, { sampleWeights: [Infinity, 1] })).toThrow("is Infinity");
    expect(() => rowWeights(2, { sampleWeights: [0, 0] })).toThrow("All weights are 0");
    const onlyB = { sampleWeights: [0, 0, 0, 1], byClass: Float64Array.of(1, 0), labels };
    expect(() => rowWeights(4, onlyB)).toThrow("leave no row that counts");
  });
});

describe("Weights at the edges", () => {
  test("of classes are at least 0, finite and for some class more", () => {
    const labels = Int32Array.of(0, 1);
    expect([...classWeights({ a: 0 }, ["a", "b"], labels)]).toEqual([0, 1]);
    expect([...classWeights({}, ["a", "b"], labels)]).toEqual([1, 1]);
    for (const bad of [-1e-300, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => classWeights({ b: bad }, ["a", "b"], labels)).toThrow(
        `The weight of the class "b" is ${bad}, but a weight is a finite number of at least 0.`,
      );
    }
  });

  test("of rows are one per row, and named by their place unless the caller knows a better name", () => {
    expect(() => rowWeights(2, { sampleWeights: [1, 2, 3] })).toThrow(
      "There are 3 sample weights for 2 rows; give one per row.",
    );
    expect(() => rowWeights(2, { sampleWeights: [1, -2] })).toThrow("row 2 of the rows given is -2");
    expect(() => rowWeights(2, { sampleWeights: [1, -2], rowName: (i) => `line ${i}` })).toThrow(
      "line 1 is -2",
    );
    expect(() => rowWeights(2, { sampleWeights: [0, 0] })).toThrow("All weights are 0");
    expect([...rowWeights(3, {})]).toEqual([1, 1, 1]);
    expect([...rowWeights(2, { sampleWeights: [0, 3] })]).toEqual([0, 2]);
  });

  test("leave some row that counts, and a mean that can be divided by", () => {
    const byClass = Float64Array.of(0, 1);
    const sentence = "The weights leave no row that counts";
    expect(() => rowWeights(2, { byClass, labels: Int32Array.of(0, 0) })).toThrow(sentence);
    expect(() => rowWeights(2, { sampleWeights: [1, 0], byClass, labels: Int32Array.of(0, 1) })).toThrow(
      sentence,
    );
    expect([...rowWeights(2, { byClass, labels: Int32Array.of(0, 1) })]).toEqual([0, 2]);
    expect([...rowWeights(2, { sampleWeights: [1e308, 1e308] })]).toEqual([1, 1]);
    expect(() =>
      rowWeights(2, {
        sampleWeights: [1e308, 1e308],
        byClass: Float64Array.of(100),
        labels: Int32Array.of(0, 0),
      }),
    ).toThrow(sentence);
  });
});

describe("Numbers that are learned otherwise than as they are", () => {
  const fit = (y: unknown[], options: TargetOptions, name = "y") => {
    const table = frameFrom({ x: y.map((_, i) => i), [name]: y });
    const schema = inferSchema(table, { target: [name], task: "regression" });
    return { table, target: fitTarget(table, allRows(table), schema, options) as RegressionTarget };
  };

  test("are logarithms by their median and half their interquartile range, and come back as they were", () => {
    const values = [1, 10, 100, 1000, 1e6];
    const { table, target } = fit(values, { targetScale: "log" });
    expect(target).toEqual({
      task: "regression",
      names: ["y"],
      centers: [Math.log(100)],
      scales: [expect.closeTo(Math.log(10), 12)],
      link: "log",
    });
    const scaled = scaleTarget(target, targetValues(target, table, allRows(table), true));
    [-2, -1, 0, 1, 4].forEach((expected, i) => {
      expect(scaled[i]).toBeCloseTo(expected, 5);
      expect(unscaleTarget(target, scaled)[i] / values[i]).toBeCloseTo(1, 5);
    });
  });

  test("are finite numbers above 0 however far outputs go", () => {
    const { target } = fit([1, 10, 100], { targetScale: "log" });
    const [least, most] = unscaleTarget(target, [-1e30, 1e30]);
    expect(least).toBe(2 ** -1022);
    expect(most).toBe(Number.MAX_VALUE);
  });

  test("are counts by the logarithm of their mean, and read by the loss as shares of it", () => {
    const { table, target } = fit([0, 1, 2, 9, 0, 0], { loss: "poisson" });
    expect(target).toMatchObject({ link: "log", loss: "poisson", scales: [1] });
    expect(Math.exp(target.centers[0])).toBeCloseTo(2, 12);
    const read = scaleTarget(target, targetValues(target, table, allRows(table), true));
    expect([...read]).toEqual([0, 0.5, 1, 4.5, 0, 0].map((y) => expect.closeTo(y, 6)));
    expect(unscaleTarget(target, [Math.log(3)])[0]).toBeCloseTo(6, 12);
    expect(lossFor(target)).toEqual({ loss: "poisson", outputs: 1 });
  });

  test("are quantiles in ascending order, whatever the order of the outputs", () => {
    const levels = [0.1, 0.5, 0.9];
    const { target } = fit([1, 2, 3, 4, 5], { quantile: levels }, "price");
    expect(lossFor(target)).toEqual({ loss: { kind: "quantile", levels }, outputs: 3 });
    expect(predictionNames(target)).toEqual(["price_0.1", "price_0.5", "price_0.9"]);
    expect([...unscaleTarget(target, [1, -1, 0, 2, 3, 4])]).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test("must have a logarithm or be counts, or are refused by their row", () => {
    expect(() => fit([1, 2, 0, 3], { targetScale: "log" })).toThrow(
      'Row 3 of the given columns has 0 in the target column "y", but only numbers above 0 have a logarithm to be learned; correct it, leave the row out, or learn the values themselves.',
    );
    expect(() => fit([1, 2, 0, -3], { loss: "poisson" })).toThrow(
      'Row 4 of the given columns has -3 in the target column "y", but counts are finite and at least 0;',
    );
    const { target } = fit([1, 2, 3], { targetScale: "log" });
    const other = csv("y,x\n1,1\n-2,2", "new.csv");
    expect(() => targetValues(target, other, allRows(other), true)).toThrow("Row 3 of new.csv has -2");
    // To be scored they need no logarithm.
    expect([...targetValues(target, other, allRows(other))]).toEqual([1, -2]);
    expect(() => targetValues(fit([1, 2, 4], { loss: "poisson" }).target, other, allRows(other))).toThrow(
      "Row 3 of new.csv has -2",
    );
    expect(() =>
      fit(
        [5, 5, 6].map(() => 5),
        { loss: "poisson" },
      ),
    ).toThrow("nothing to learn");
  });

  test("are neither classes nor, of quantiles, several", () => {
    const table = frameFrom({ x, y: ["a", "b", "a", "b", "a"], z: [1, 2, 3, 4, 5], w: [2, 1, 3, 4, 5] });
    const classes = inferSchema(table, { target: ["y"] });
    expect(() => fitTarget(table, allRows(table), classes, { quantile: [0.5] })).toThrow(
      'Quantiles are for numbers, but the target "y" has classes; are its values numbers?',
    );
    expect(() => fitTarget(table, allRows(table), classes, { loss: "poisson" })).toThrow(
      "The Poisson loss is for numbers",
    );
    expect(() => fitTarget(table, allRows(table), classes, { targetScale: "log" })).toThrow(
      "A log scale is for numbers",
    );
    const two = inferSchema(table, { target: ["z", "w"] });
    expect(() => fitTarget(table, allRows(table), two, { quantile: [0.5] })).toThrow(
      "Quantiles are of one target, but 2 were given; train a model for each.",
    );
  });
});

describe("Targets at the edges", () => {
  test("spread at most 1e100, in any of several", () => {
    const { target } = regression({ y: [-1e100, -1e100, 0, 1e100, 1e100] });
    expect(target.scales).toEqual([1e100]);
    expect(() => regression({ z: [1, 2, 3, 4, 5], y: [0, 1.1e100, 2.2e100, 3.3e100, 4.4e100] })).toThrow(
      'The target "y" of the given columns spreads over 1.1e+100',
    );
  });

  test("of which the middle half is a huge range have a finite scale", () => {
    const { target } = regression({ y: [-1.7e308, -1.7e308, 0, 1.7e308, 1.7e308].map((y) => y * 1e-209) });
    expect(target.scales[0] / 1.7e99).toBeCloseTo(1, 12);
  });

  test("that are too far out are named in their own column, value and median", () => {
    const { target } = regression({ y: [1, 2, 3, 4, 5], z: [10, 20, 30, 40, 50] });
    expect(() => scaleTarget(target, Float64Array.of(1, 10, 2, -1e300))).toThrow(
      'The target "z" has the value -1e+300, too far from the others (median 30)',
    );
    expect(() => scaleTarget(target, Float64Array.of(1e300, 10))).toThrow('"y" has the value 1e+300');
    expect([...scaleTarget(target, Float64Array.of(1, 10, 5, 50))]).toEqual([-2, -2, 2, 2]);
    expect([...unscaleTarget(target, [-2, -2, 2, 0.5])]).toEqual([1, 10, 5, 35]);
  });

  test("missing ones are named by column and row, of numbers and of classes", () => {
    const { target } = regression({ y: [1, 2, 3, 4, 5], z: [10, 20, 30, 40, 50] });
    const table = csv("y,z\n1,2\n3,\n5,6", "new.csv");
    expect([...targetValues(target, table, Int32Array.of(2, 0))]).toEqual([5, 6, 1, 2]);
    expect(() => targetValues(target, table, Int32Array.of(0, 1))).toThrow(
      'Row 3 of new.csv has no value in the target column "z"',
    );
  });

  test("must be named by the schema", () => {
    const table = frameFrom({ x });
    expect(() => fitTarget(table, allRows(table), inferSchema(table))).toThrow("names no target");
  });
});
