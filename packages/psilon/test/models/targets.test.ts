import { beforeAll, describe, expect, test } from "vitest";
import { certifyMonotone } from "../../src/certify/certifyMonotone.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { PsilonRegressor } from "../../src/models/estimators.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable, scoreTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { RegressionTarget, Target } from "../../src/preprocess/target.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { mixedRows, quick } from "../support/synthetic.ts";

/** Mixed columns, an amount that is skewed, and a count. */
function tableOf(count: number, seed: number, ...targets: string[]) {
  const rows = mixedRows(count, seed).map(({ value, other, kind, sign, ...features }): Row => {
    const known: Row = {
      value,
      kind,
      sign,
      amount: 100 * Math.exp(-other / 3),
      count: Math.round(9 * Math.exp(-other / 6)),
    };
    return { ...features, ...Object.fromEntries(targets.map((name) => [name, known[name]])) };
  });
  return frameFrom(rows);
}

const options = { ...quick, width: 8, epochs: 80 };

let backend: Backend;
const models: Record<string, TabularModel> = {};
const targets = {
  logarithm: "amount",
  counts: "count",
  quantiles: "value",
  smoothed: "kind",
  calibrated: "sign",
};
const names = Object.keys(targets) as (keyof typeof targets)[];
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const train = (target: string, more: object) =>
    trainModel(tableOf(300, 1, target), target, { ...options, ...more });
  models.logarithm = await train("amount", { targetScale: "log" });
  models.counts = await train("count", { loss: "poisson" });
  models.quantiles = await train("value", { quantile: [0.1, 0.5, 0.9] });
  models.smoothed = await train("kind", { labelSmoothing: 0.1 });
  const sure = await train("sign", { epochs: 200 });
  const { target, record } = sure;
  const figures = { logLoss: 0.3, calibrationError: 0.1 };
  const calibration = { temperature: 1.7, before: figures, after: figures };
  models.calibrated = {
    ...sure,
    target: { ...target, temperature: 1.7 } as Target,
    record: { ...record, validation: { ...record.validation!, calibration } },
  };
});

describe.each(names)("A model of %s", (name) => {
  const fresh = () => tableOf(60, 2, targets[name]);

  test("predicts the same once it was saved and loaded", () => {
    const model = models[name];
    const loaded = loadModel(saveModel(model), "m.st");
    expect(loaded.target).toEqual(model.target);
    expect(loaded.record).toEqual({ ...model.record, seconds: 0 });
    expect(predictTable(backend, loaded, fresh())).toEqual(predictTable(backend, model, fresh()));
  });

  test("is better than a constant on rows that it has not seen", () => {
    const { model, constant, linear } = models[name].record.validation!;
    const loss = (scores: object) =>
      ("pinball" in scores
        ? scores.pinball
        : "logLoss" in scores
          ? scores.logLoss
          : "deviance" in scores
            ? scores.deviance
            : (scores as { rmse: number }).rmse) as number;
    expect(loss(model)).toBeLessThan(0.8 * loss(constant));
    expect(Number.isFinite(loss(linear!))).toBe(true);
    expect(Object.values(scoreTable(backend, models[name], fresh())).every(Number.isFinite)).toBe(true);
  });

  test("can be pruned with the loss that it was trained with", async () => {
    const pruned = await pruneModel(models[name], tableOf(300, 1, targets[name]), 0.5, { epochs: 10 });
    const { heldOut, ...learned } = models[name].target as RegressionTarget;
    // What held-out rows were off by describes another model.
    expect(heldOut === undefined).toBe(learned.task !== "regression");
    expect(pruned.target).toEqual(learned);
    expect(pruned.record.sparsity).toBeGreaterThan(0.45);
  });
});

test("Quantiles cover about as many new rows as their levels say, and none crosses another", () => {
  const table = tableOf(600, 3, "value");
  const found = predictTable(backend, models.quantiles, table);
  if (found.task !== "regression") throw new Error("Quantiles are numbers.");
  expect(found.targets).toEqual(["value_0.1", "value_0.5", "value_0.9"]);
  for (let i = 0; i < found.values.length; i += 3) {
    expect(found.values[i]).toBeLessThanOrEqual(found.values[i + 1]);
    expect(found.values[i + 1]).toBeLessThanOrEqual(found.values[i + 2]);
  }
  const { coverage } = scoreTable(backend, models.quantiles, table) as { coverage: number };
  expect(coverage).toBeGreaterThan(0.65);
  expect(coverage).toBeLessThan(0.95);
});

test("Counts are predicted by their mean, in counts", () => {
  const found = predictTable(backend, models.counts, tableOf(300, 1, "count"));
  const { values } = found as { values: Float64Array };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const truth = predictTruth("count");
  expect(mean / truth).toBeGreaterThan(0.9);
  expect(mean / truth).toBeLessThan(1.1);
  expect(Math.min(...values)).toBeGreaterThan(0);
});

const predictTruth = (name: string) => {
  const column = tableOf(300, 1, name).columns.find((one) => one.name === name) as unknown as {
    values: Float64Array;
  };
  return column.values.reduce((sum, value) => sum + value, 0) / 300;
};

test("What a column can do to logarithms is told as a factor that no prediction exceeds", () => {
  const model = models.logarithm;
  const { changes, columns } = inspectModel(model);
  expect(changes).toBe("factors");
  expect(inspectModel(models.quantiles).changes).toBe("differences");
  const { change, perUnit, missing } = columns.find(({ column }) => column === "length")!;
  const { std } = model.encoder.columns.find((one) => one.name === "length") as unknown as { std: number };
  expect(missing).toBe(1);
  expect(change).toBeGreaterThan(1);
  expect(perUnit).toBeCloseTo(change ** (1 / std), 9);
  const rows = mixedRows(200, 5).map(({ length, weight, colour, wet }) => ({ length, weight, colour, wet }));
  const moved = rows.map((row) => ({ ...row, length: row.length + std }));
  const [before, after] = [rows, moved].map(
    (some) => predictTable(backend, model, frameFrom(some)) as { values: Float64Array },
  );
  let most = 1;
  before.values.forEach((value, i) => {
    most = Math.max(most, value / after.values[i], after.values[i] / value);
  });
  expect(most).toBeGreaterThan(1.1);
  expect(most).toBeLessThanOrEqual(change * (1 + 1e-5));
});

test("Predictions on a log scale are monotone where they are asked to be", async () => {
  const model = await trainModel(tableOf(200, 1, "amount"), "amount", {
    ...options,
    targetScale: "log",
    monotone: { length: "+" },
  });
  const [finding] = certifyMonotone(backend, model, { length: "+" }, null);
  expect(finding).toMatchObject({ verdict: "certified", where: "everywhere" });
  const [other] = certifyMonotone(backend, models.logarithm, { length: "-" }, tableOf(60, 2, "amount"));
  expect(other.verdict).toBe("refuted");
});

test("Files that contradict themselves about targets are refused", () => {
  for (const [name, target] of [
    ["logarithm", { link: "sqrt" }],
    ["counts", { loss: "gamma" }],
    ["counts", { link: undefined }],
    ["quantiles", { levels: [0.9, 0.5, 0.1] }],
    ["quantiles", { levels: [] }],
    ["calibrated", { temperature: 0 }],
  ] as const) {
    const model = models[name];
    const bytes = saveModel({ ...model, target: { ...model.target, ...target } as unknown as Target });
    expect(() => loadModel(bytes, "m.st")).toThrow("m.st is damaged: its target cannot be read");
  }
  const { quantiles, calibrated } = models;
  const cooled = saveModel({ ...calibrated, target: { ...calibrated.target, temperature: 1 } as Target });
  expect(() => loadModel(cooled, "m.st")).toThrow(
    "its record speaks of another temperature than its target has",
  );
  const more = saveModel({
    ...quantiles,
    target: { ...quantiles.target, levels: [0.1, 0.9] } as unknown as Target,
  });
  expect(() => loadModel(more, "m.st")).toThrow("its target needs 2 outputs, but a network has 3");
});

test("A regressor's score of quantiles is their pinball loss, the larger the better", async () => {
  const table = tableOf(100, 2, "value");
  const regressor = PsilonRegressor.load<number[]>(saveModel(models.quantiles));
  const { pinball } = scoreTable(backend, models.quantiles, table) as { pinball: number };
  expect(await regressor.score(table)).toBeCloseTo(-pinball, 5);
  const rows = await regressor.predict(table);
  expect(rows).toHaveLength(100);
  for (const [low, middle, high] of rows)
    expect([low, middle, high]).toEqual([low, middle, high].sort((a, b) => a - b));
});
