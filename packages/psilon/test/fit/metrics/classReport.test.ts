import { describe, expect, test } from "vitest";
import { classReport } from "../../../src/fit/metrics/classReport.ts";

describe("a report on classes", () => {
  // Truth and predictions of the example in scikit-learn's documentation of `classification_report`.
  const report = classReport([0, 1, 2, 2, 2], [0, 0, 2, 2, 1], ["class 0", "class 1", "class 2"]);

  test("has scikit-learn's precision, recall, F1 and support, 0 where none is predicted rightly", () => {
    expect(report.classes).toEqual([
      { name: "class 0", precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { name: "class 1", precision: 0, recall: 0, f1: 0, support: 1 },
      { name: "class 2", precision: 1, recall: 2 / 3, f1: 4 / 5, support: 3 },
    ]);
  });

  test("has scikit-learn's averages, by class and by row", () => {
    expect(report.macro.precision).toBeCloseTo(1 / 2, 14);
    expect(report.macro.recall).toBeCloseTo(5 / 9, 14);
    expect(report.macro.f1).toBeCloseTo((2 / 3 + 4 / 5) / 3, 14);
    expect(report.weighted.precision).toBeCloseTo(3.5 / 5, 14);
    expect(report.weighted.recall).toBeCloseTo(3 / 5, 14);
    expect(report.weighted.f1).toBeCloseTo((2 / 3 + 3 * (4 / 5)) / 5, 14);
  });

  test("counts rows by true and predicted class, as in scikit-learn's documentation of `confusion_matrix`", () => {
    const names = ["ant", "bird", "cat"];
    const places = (...words: string[]) => words.map((word) => names.indexOf(word));
    const { confusion } = classReport(
      places("cat", "ant", "cat", "cat", "ant", "bird"),
      places("ant", "ant", "cat", "cat", "ant", "cat"),
      names,
    );
    expect(confusion).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });

  test("divides nothing by 0: a class never predicted has precision 0, one predicted and never true recall 0", () => {
    const { classes } = classReport([0, 0], [0, 1], ["a", "b"]);
    expect(classes).toEqual([
      { name: "a", precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 },
      { name: "b", precision: 0, recall: 0, f1: 0, support: 0 },
    ]);
  });

  test("leaves out a class that is neither true nor predicted, which would lower the plain mean", () => {
    const { classes, macro, confusion } = classReport([0, 2], [0, 2], ["a", "nowhere", "c"]);
    expect(classes.map(({ name }) => name)).toEqual(["a", "c"]);
    expect(macro).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(confusion).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("refuses arrays of different length", () => {
    expect(() => classReport([0], [0, 1], ["a", "b"])).toThrow("There are 1 true values but 2 predictions.");
  });
});
