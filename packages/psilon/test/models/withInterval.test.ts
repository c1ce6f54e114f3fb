import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { PsilonRegressor } from "../../src/models/estimators.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable, testTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { withInterval } from "../../src/models/withInterval.ts";
import { allRows } from "../support/csv.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 20 };
const frame = mixedTable(120, ["value", "other"]);
let backend: Backend;
let model: TabularModel;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  model = await trainModel(frame, ["value", "other"], { ...options, interval: 0.8 });
});

const valuesOf = (of: TabularModel) => {
  const found = predictTable(backend, of, frame);
  if (found.task !== "regression") throw new Error("regression");
  return found;
};

describe("A model with intervals", () => {
  test("predicts the same values, with an interval around each", () => {
    const { values, interval } = valuesOf(model);
    expect(interval?.coverage).toBe(0.8);
    values.forEach((value, at) => {
      expect(interval!.low[at]).toBeLessThan(value);
      expect(interval!.high[at]).toBeGreaterThan(value);
    });
    const { scores, truth } = testTable(backend, model, frame);
    const held = truth.filter((y, at) => y >= interval!.low[at] && y <= interval!.high[at]).length;
    expect(scores.metrics).toHaveProperty("intervalCoverage", expect.closeTo(held / truth.length, 12));
    expect(held / truth.length).toBeGreaterThan(0.7);
  });

  test("is the same after its file", () => {
    const loaded = loadModel(saveModel(model), "the file");
    expect(loaded.target).toEqual(model.target);
    expect(valuesOf(loaded)).toEqual(valuesOf(model));
  });

  test("takes another share, wider the larger it is", () => {
    const at = (coverage: number) => valuesOf(withInterval(model, coverage)).interval!.high[0];
    expect(at(0.5)).toBeLessThan(at(0.8));
    expect(at(0.8)).toBe(valuesOf(model).interval!.high[0]);
    expect(at(0.8)).toBeLessThan(at(0.95));
  });

  test("loses them by pruning, which makes other predictions", async () => {
    const pruned = await pruneModel(model, frame, 0.9, { epochs: 2, rows: allRows(frame) });
    expect(pruned.target).not.toHaveProperty("interval");
    expect(await refusal(() => withInterval(pruned, 0.9))).toMatch(/pruned or stopped before its end/);
  });

  test("is an estimator's, row by row", async () => {
    const regressor = PsilonRegressor.load(saveModel(model));
    const pairs = (await regressor.predictInterval(frame, 0.8)) as number[][][];
    const { interval } = valuesOf(model);
    expect(pairs).toHaveLength(120);
    // Another backend computes the outputs.
    expect(pairs[7].flat()).toEqual(
      [interval!.low[14], interval!.high[14], interval!.low[15], interval!.high[15]].map((value) =>
        expect.closeTo(value, 4),
      ),
    );
  });
});

test("Intervals are refused for classes and for a share that too few rows are held out for, before the first step", async () => {
  const refuse = async (target: "kind" | "value", interval: number) => {
    let trained = false;
    const run = () => {
      trained = true;
      return Promise.resolve([]);
    };
    const message = await trainModel(mixedTable(60, [target]), target, { ...options, interval, run }).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(trained).toBe(false);
    return message;
  };
  expect(await refuse("kind", 0.9)).toMatch(
    /Prediction intervals are for numbers, but the target "kind" has classes/,
  );
  expect(await refuse("value", 0.999)).toMatch(/needs at least 999 held-out rows/);
  expect(await refuse("value", 2)).toMatch(/above 0 and below 1/);
});
