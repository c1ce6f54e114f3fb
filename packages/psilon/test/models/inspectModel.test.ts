import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import type { Random } from "../../src/engine/random/random.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { ColumnReport } from "../../src/models/columnReports.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { predictTable, withOutputs } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { Value } from "../../src/tables/column.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { handMade, layers, number, numeric } from "../certify/handMade.ts";
import { allRows } from "../support/csv.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { mixedRows, mixedTable, quick } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 30 };
const models: Record<string, TabularModel> = {};
let backend: Backend;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const both = mixedTable(120, ["value", "other"]);
  models["a net with two targets"] = await trainModel(both, ["value", "other"], options);
  models["a resnet for three classes"] = await trainModel(mixedTable(120, ["kind"]), "kind", {
    ...options,
    network: "resnet",
  });
  models["an ensemble for two classes"] = await trainModel(mixedTable(120, ["sign"]), "sign", {
    ...options,
    preset: "best",
  });
  models["a pruned net"] = await trainModel(mixedTable(120, ["value"]), "value", { ...options, prune: 0.6 });
  models["a standard net"] = await trainModel(mixedTable(120, ["value"]), "value", {
    ...options,
    network: "standard",
  });
});

/** Outputs in the target's units, or logits. */
function outputsOf(model: TabularModel, rows: readonly Row[]): number[][] {
  const table = frameFrom(rows);
  const outputs = withOutputs(backend, model, (of) =>
    of(encodedMatrix(model.encoder, table, allRows(table))),
  );
  const count = outputs.length / rows.length;
  const { target } = model;
  const unit = (k: number) => (target.task === "regression" ? target.scales[k] : 1);
  return rows.map((_, i) => Array.from({ length: count }, (_, k) => unit(k) * outputs[i * count + k]));
}

/** Two rows that differ in one column alone. */
function change(random: Random, column: string, from: () => Value, to: () => Value): [Row, Row] {
  const row = { ...mixedRows(1, Math.floor(1e9 * random.next()))[0], value: 0, other: 0, kind: "", sign: "" };
  return [
    { ...row, [column]: from() },
    { ...row, [column]: to() },
  ];
}

/** The largest ratio of what the model does on 300 random pairs to what is promised of them. */
function largestShare(
  model: TabularModel,
  pairs: readonly [Row, Row][],
  promise: (pair: [Row, Row]) => number,
) {
  const before = outputsOf(
    model,
    pairs.map(([row]) => row),
  );
  const after = outputsOf(
    model,
    pairs.map(([, row]) => row),
  );
  let largest = 0;
  pairs.forEach((pair, i) => {
    before[i].forEach((value, k) => {
      // float32 predictions of values up to a few thousand.
      const slack = 1e-5 * (Math.abs(value) + 1);
      largest = Math.max(largest, (Math.abs(value - after[i][k]) - slack) / promise(pair));
    });
  });
  return largest;
}

const columnsOf = (model: TabularModel) =>
  Object.fromEntries(inspectModel(model).columns.map((report) => [report.column, report])) as Record<
    string,
    ColumnReport
  >;

describe.each([
  "a net with two targets",
  "a resnet for three classes",
  "an ensemble for two classes",
  "a pruned net",
  "a standard net",
])("what inspection promises of %s", (name) => {
  const random = createRandom(17);
  const pairs = (make: () => [Row, Row]) => Array.from({ length: 300 }, make);

  test("holds for numbers, per unit and per standard deviation", () => {
    const model = models[name];
    for (const column of ["length", "weight"]) {
      const { change: perDeviation, perUnit, kind } = columnsOf(model)[column];
      const fitted = model.encoder.columns.find((one) => one.name === column);
      if (fitted?.kind !== "numeric" || perUnit === null) throw new Error("expected a number");
      expect(kind).toBe("numeric");
      expect(perUnit * fitted.std).toBeCloseTo(perDeviation, 10);
      const draw = () => fitted.mean + fitted.std * 8 * (random.next() - 0.5);
      const sampled = pairs(() => change(random, column, draw, draw));
      const share = largestShare(
        model,
        sampled,
        ([a, b]) => perUnit * Math.abs(Number(a[column]) - Number(b[column])),
      );
      expect(share).toBeLessThanOrEqual(1);
      if (name !== "a pruned net") expect(share).toBeGreaterThan(0.02);
    }
  });

  test("holds for every change of category, to new ones too, and for a boolean", () => {
    const model = models[name];
    const colours = ["red", "green", "blue", "violet"];
    const colour = () => colours[Math.floor(4 * random.next())];
    const sampled = pairs(() => change(random, "colour", colour, colour));
    const { colour: colourReport, wet } = columnsOf(model);
    expect(largestShare(model, sampled, () => colourReport.change)).toBeLessThanOrEqual(1);
    const turned = pairs(() =>
      change(
        random,
        "wet",
        () => true,
        () => false,
      ),
    );
    expect(largestShare(model, turned, () => wet.change)).toBeLessThanOrEqual(1);
    expect([colourReport.perUnit, wet.perUnit]).toEqual([null, null]);
  });

  test("holds for cells that become missing", () => {
    const model = models[name];
    const gone = () => null;
    const { colour, weight } = columnsOf(model);
    const colours = pairs(() =>
      change(random, "colour", () => ["red", "green", "blue"][Math.floor(3 * random.next())], gone),
    );
    expect(largestShare(model, colours, () => colour.change + colour.missing)).toBeLessThanOrEqual(1);
    const fitted = model.encoder.columns.find((one) => one.name === "weight");
    if (fitted?.kind !== "numeric") throw new Error("expected a number");
    const weights = pairs(() =>
      change(random, "weight", () => fitted.mean + fitted.std * random.next(), gone),
    );
    const promise = ([row]: [Row, Row]) =>
      (weight.change * Math.abs(Number(row.weight) - fitted.mean)) / fitted.std + weight.missing;
    expect(largestShare(model, weights, promise)).toBeLessThanOrEqual(1);
    expect(columnsOf(model).length.missing).toBe(0);
  });

  test("comes with the layers that are stored, and the bounds of the record", () => {
    const { members, bounds, columns } = inspectModel(models[name]);
    expect(bounds).toEqual(models[name].record.bounds);
    expect(members.map(({ layers }) => layers.map(({ rows, columns: width }) => [rows, width]))).toEqual(
      models[name].members.map(({ network }) => network.layers.map((layer) => [layer.rows, layer.columns])),
    );
    for (const { layers } of members) {
      for (const { sparsity, nearSparsity } of layers) {
        expect(sparsity).toBeGreaterThanOrEqual(0);
        expect(nearSparsity).toBeGreaterThanOrEqual(0);
        expect(Math.max(sparsity, nearSparsity)).toBeLessThanOrEqual(1);
      }
    }
    const changes = columns.map((column) => column.change);
    expect(changes).toEqual([...changes].sort((a, b) => b - a));
  });
});

test("the lengths are those of the layers: of an unpruned net, its rows' L1 norms", () => {
  const model = models["a net with two targets"];
  const [{ layers }] = inspectModel(model).members;
  layers.forEach(({ lengths, rows, columns }, l) => {
    const layer = model.members[0].network.layers[l];
    if (layer.kind !== "dense") throw new Error("expected dense layers");
    expect(lengths).toHaveLength(l === 2 ? 2 : 1);
    for (let i = 0; i < rows; i++) {
      const row = layer.weight.subarray(i * columns, (i + 1) * columns);
      const norm = row.reduce((sum, w) => sum + Math.abs(w), 0);
      expect(norm / Math.abs(lengths[i % lengths.length])).toBeCloseTo(1, 5);
    }
  });
});

test("a column that no weight reads provably does not matter, and no other column is called irrelevant", async () => {
  const noise = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const data = {
    used: Array.from({ length: 200 }, (_, i) => Math.cos(3 * i)),
    unused: noise,
    word: noise.map((value) => (value > 0.3 ? "a" : value > -0.3 ? "b" : "c")),
    gappy: noise.map((value, i) => (i % 20 === 0 ? null : value ** 3)),
  };
  const table = frameFrom({ ...data, y: data.used.map((value) => 5 * value) });
  const model = await trainModel(table, "y", { ...quick, depth: 1, prune: 0.8, lambda: 1e-2, epochs: 100 });
  const reports = columnsOf(model);
  const irrelevant = Object.values(reports).filter((report) => report.irrelevant);
  expect(irrelevant.length).toBeGreaterThan(0);
  expect(reports.used.irrelevant).toBe(false);
  const rows = Array.from({ length: 50 }, (_, i) => ({
    used: data.used[i],
    unused: data.unused[i],
    word: data.word[i],
    gappy: data.gappy[i],
  }));
  const expected = outputsOf(model, rows);
  for (const { column, change: promised, missing, perUnit, kind } of irrelevant) {
    expect([promised, missing, perUnit]).toEqual([0, 0, kind === "numeric" ? 0 : null]);
    const others = kind === "numeric" ? [1e6, -3, null] : ["a", "b", "c", "new", null];
    for (const other of others) {
      expect(
        outputsOf(
          model,
          rows.map((row) => ({ ...row, [column]: other })),
        ),
      ).toEqual(expected);
    }
  }
});

test("a date is one column, whose month, weekday and hour change with its days: no two rows that differ in it alone change more", async () => {
  const random = createRandom(5);
  const rows = Array.from({ length: 120 }, () => {
    const when = new Date(Date.UTC(2023, 0, 1) + Math.floor(730 * 24 * random.next()) * 3_600_000);
    return {
      when,
      x: normal(random),
      y: when.getUTCMonth() + (when.getUTCDay() > 4 ? 3 : 0) + normal(random),
    };
  });
  const model = await trainModel(frameFrom(rows), "y", quick);
  const report = inspectModel(model).columns;
  expect(report.map(({ column }) => column).sort()).toEqual(["when", "x"]);
  const date = report.find(({ column }) => column === "when");
  expect(date).toMatchObject({ kind: "date", perUnit: null, monotone: null });
  const [elapsed] = model.encoder.columns;
  const std = elapsed.kind === "numeric" ? elapsed.std : 0;
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  for (let k = 0; k < 200; k++) {
    const from = rows[k % rows.length].when.getTime();
    const to = from + (2 * random.next() - 1) * std * 86_400_000;
    const pair = frameFrom([from, to].map((when) => ({ when: new Date(when), x: 0 })));
    const predicted = predictTable(backend, model, pair);
    const [a, b] = predicted.task === "regression" ? predicted.values : [];
    expect(Math.abs(a - b)).toBeLessThanOrEqual((date?.change ?? 0) * (1 + 1e-6));
  }
});

test("a column of bins is told monotone by what its bins can be, from empty to full", () => {
  const bins = numeric("x", { bins: { edges: [0, 1, 2], withValue: false } });
  const turning = (from: number) =>
    layers(
      [
        [
          [1, 1],
          [1, 1],
        ],
        [1, -from],
      ],
      [[[1, -2]], [0]],
    );
  const reported = (from: number) =>
    inspectModel(handMade(turning(from), [bins], number())).columns[0].monotone;
  expect(reported(2.5)).toBe("non-decreasing");
  expect(reported(1.5)).toBeNull();
});
