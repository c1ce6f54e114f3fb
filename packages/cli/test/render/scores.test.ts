import { frameFrom, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { calibrationText } from "../../src/render/calibration.js";
import { perClassText } from "../../src/render/perClass.js";
import { rareClassFacts } from "../../src/render/rareClass.js";
import { averagedText } from "../../src/render/scores.js";

it("scores of several targets are said to be averages", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5, z: (3 * i) % 7 }));
  const options = { preset: "fast", lambda: 1e-3, epochs: 1, width: 4 } as const;
  const train = (target: string[]) => trainModel(frameFrom(rows), target, options);
  expect(averagedText(await train(["y"]))).toEqual([]);
  expect(averagedText(await train(["y", "z"]))).toEqual([
    "Scores are averages over y and z, each in its own units; RMSE is the root of the average square.",
  ]);
});

describe("a report on classes", () => {
  const figures = { precision: 0.5, recall: 0.25, f1: 1 / 3 };
  const report = (count: number) => ({
    classes: Array.from({ length: count }, (_, k) => ({ name: `c${k}`, ...figures, support: 1000 })),
    macro: figures,
    weighted: figures,
    confusion: Array.from({ length: count }, () => new Array<number>(count).fill(7)),
  });

  it("ends with the confusion matrix, its columns below one another where a terminal has no room, and of many classes says where that is", () => {
    expect(perClassText(report(18))).toMatch(/^c17( +7){18}$/m);
    const below = perClassText(report(20));
    expect(below).toMatch(/^c19( +7){19}\n\ntrue class, by what was predicted +c19\nc0 +7$/m);
    expect(below).toMatch(/^c19 +7$/m);
    const many = perClassText(report(21));
    expect(many).toMatch(/^c20 +0\.5 +0\.25 +0\.3333 +1,000\nmacro average +0\.5 +0\.25 +0\.3333 +21,000$/m);
    expect(many).toMatch(/\n\n--json has the confusion matrix of these 21 classes\.$/);
  });
});

it("tells of a class of the test rows where it is rare beside the most frequent one, as the note on the table does", () => {
  const figures = { precision: 0.5, recall: 0.25, f1: 1 / 3, averagePrecision: 0.5, auc: 0.5 };
  const shown = (...counts: number[]) =>
    rareClassFacts(
      counts.map((rows, k) => ({ name: `c${k}`, rows, predicted: rows, ...figures })),
      undefined,
    );
  expect(shown(...new Array<number>(30).fill(10))).toEqual([]);
  expect(shown(190, 10)).toEqual([]);
  expect(shown(191, 300, 10)).toEqual([
    ["on test", 'recall 25.0 %, precision 50.0 % of "c2", the class of 10 of 501 rows'],
  ]);
});

describe("a calibration", () => {
  const bins = [{ from: 0, to: 1 / 15, rows: 1200, predicted: 0.03, observed: 0.025 }];

  it("of classes names the one that it is about", () => {
    const about = (name: string | null) =>
      calibrationText({ class: name, bins, expectedCalibrationError: 0.005, brierScore: 0.1 });
    expect(about("yes")).toMatch(
      /^probability of yes +rows +mean +came true\n0\.0 % … 6\.7 % +1,200 +3\.0 % +2\.5 %\nexpected calibration error 0\.005, Brier score 0\.1$/,
    );
    expect(about(null)).toMatch(/^probability of the predicted class +rows/);
  });

  it("of numbers tells how far off they are, target by target", () => {
    const residuals = [-2, -1, 0.5, 1, 4].map((value, i) => ({
      quantile: [0.05, 0.25, 0.5, 0.75, 0.95][i],
      value,
    }));
    const text = calibrationText({
      targets: ["a", "b"].map((target) => ({ target, bins, residuals })),
    });
    expect(text).toMatch(/^a, as predicted +rows +mean +true mean\n0 … 0\.06667 +1,200 +0\.03 +0\.025\n/);
    expect(text).toMatch(
      /\ntrue less predicted: -2 to 4 in 90 % of the rows, -1 to 1 in half of them, median 0\.5\n\nb, as/,
    );
  });
});
