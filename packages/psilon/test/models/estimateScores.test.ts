import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { baselineScores } from "../../src/fit/baselineScores.ts";
import { constantTestScores, estimateScores } from "../../src/models/estimateScores.ts";
import { PsilonClassifier, PsilonRegressor } from "../../src/models/estimators.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { testTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import { numbersAt } from "../../src/tables/values.ts";
import { allRows } from "../support/csv.ts";
import { mixedRows, mixedTable, quick, refusal } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 20 };
const fresh = (targets: ("value" | "other" | "kind" | "sign")[]) => mixedTable(90, targets, 7);
const models: Record<string, TabularModel> = {};
let backend: Backend;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const train = (targets: ("value" | "other" | "kind" | "sign")[], more: object = {}) =>
    trainModel(mixedTable(120, targets), targets, { ...options, ...more });
  models.numbers = await train(["value", "other"]);
  models.classes = await train(["kind"]);
  models["two classes"] = await train(["sign"]);
  models["a log scale"] = await train(["value"], { targetScale: "log" });
  models.counts = await train(["value"], { loss: "poisson" });
  models.quantiles = await train(["value"], { quantile: [0.1, 0.5, 0.9] });
});

const targetsOf: Readonly<Record<string, ("value" | "other" | "kind" | "sign")[]>> = {
  numbers: ["value", "other"],
  classes: ["kind"],
  "two classes": ["sign"],
  "a log scale": ["value"],
  counts: ["value"],
  quantiles: ["value"],
};

describe.each(Object.keys(targetsOf))("the scores of a model on a table: %s", (name) => {
  test("are every metric of its predictions, each with an interval around it, and no NaN", async () => {
    const tested = testTable(backend, models[name], fresh(targetsOf[name]));
    const { task, metrics } = await estimateScores(models[name], tested, { seed: 5 });
    expect(task).toBe(tested.scores.task);
    expect(Object.keys(metrics)).toEqual(Object.keys(tested.scores.metrics));
    for (const [metric, { value, interval, reason }] of Object.entries(metrics)) {
      expect(value).toEqual(Object.entries(tested.scores.metrics).find(([own]) => own === metric)?.[1]);
      if (metric === "mape" && value === null) {
        // Of the target whose values lie around 0.
        expect([interval, reason]).toEqual([
          null,
          expect.stringMatching(/^of "other" a true value is 0, or/),
        ]);
        continue;
      }
      expect(Number.isFinite(value)).toBe(true);
      expect(interval?.[0]).toBeLessThan(interval?.[1] ?? Number.NaN);
    }
    expect(await estimateScores(models[name], tested, { seed: 5 })).toEqual(
      await estimateScores(models[name], tested, { seed: 5 }),
    );
  });

  test("stand beside those of the constant that its training rows make, which its file remembers", async () => {
    const model = loadModel(saveModel(models[name]), "saved");
    const [train, table] = [mixedTable(120, targetsOf[name]), fresh(targetsOf[name])];
    const { truth } = testTable(backend, model, table);
    const [learned, tested] = [train, table].map((frame) => prepare(model, frame, allRows(frame)));
    const { constant } = await baselineScores(learned, tested, 0);
    const found = constantTestScores(model, truth);
    for (const [metric, value] of Object.entries(constant)) {
      const own = Object.entries(found?.metrics ?? {}).find(([other]) => other === metric)?.[1];
      // One goes by the truth, the other by what float32 has of it.
      if (value === null) expect(own).toBeNull();
      else expect(own).toBeCloseTo(value, 3);
    }
    const { constant: _, ...record } = model.record;
    expect(constantTestScores({ ...model, record }, truth)).toBeNull();
  });
});

test("the constant of numbers is their mean over all training rows, though some of these chose λ", () => {
  const values = numbersAt(mixedTable(120, ["value"]).columns.at(-1)!, allRows({ rowCount: 120 }));
  const mean = values.reduce((sum, value) => sum + value / 120, 0);
  expect(models["a log scale"].record.constant?.[0]).toBeCloseTo(mean, 9);
});

test("what is measured was tested by the model, of which every row has its truth and its prediction", async () => {
  const { numbers, classes } = models;
  const found = testTable(backend, numbers, fresh(["value", "other"]));
  const ofClasses = testTable(backend, classes, fresh(["kind"]));
  const { truth, predicted } = ofClasses;
  for (const [model, tested] of [
    [numbers, ofClasses],
    [classes, found],
    [classes, { truth: truth.slice(1), predicted }],
    [classes, { truth: truth.map(() => 9), predicted }],
    [numbers, { truth: found.truth.map(() => Number.NaN), predicted: found.predicted }],
  ] as const) {
    expect(await refusal(() => estimateScores(model, tested))).toMatch(
      /^The test is an object of another kind, but an object of what is true .*; make it by testTable\.$/,
    );
  }
  // The truth of 30 rows of two numbers, less one of them.
  for (const [model, other] of [
    [classes, found.truth],
    [numbers, found.truth.slice(1)],
    [numbers, new Float64Array()],
  ] as const) {
    expect(() => constantTestScores(model, other)).toThrow(/^The truth is an object of another kind, but/);
  }
});

describe("estimators", () => {
  const rows = mixedRows(120, 1).map(({ length, weight, value, kind }) => ({ length, weight, value, kind }));

  test("have every metric with its interval, beside the one number that is their score", async () => {
    const numbers = rows.map(({ kind: _, ...others }) => others);
    const regressor = await new PsilonRegressor(options).fit(numbers, "value");
    const { metrics } = await regressor.scores(numbers, { seed: 1 });
    expect(metrics.r2?.value).toBeCloseTo(await regressor.score(numbers), 12);
    expect(metrics.spearman?.value).toBeGreaterThan(0.5);
    expect(metrics).not.toEqual((await regressor.scores(numbers, { seed: 2 })).metrics);
    const told = rows.map(({ value: _, ...others }) => others);
    const classifier = await new PsilonClassifier(options).fit(told, "kind");
    const { metrics: ofClasses, classes } = await classifier.scores(told);
    expect(ofClasses.accuracy.value).toBe(await classifier.score(told));
    expect(classes.map(({ name }) => name)).toEqual(classifier.classes);
    expect(await refusal(() => classifier.scores(told, { seed: 0.5 }))).toMatch("seed");
    expect(await refusal(() => classifier.scores(told.map((row) => ({ ...row, kind: null }))))).toMatch(
      "nothing to score",
    );
  });
});
