import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { allRows } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { hasNumpy, runReader } from "../support/pythonReader.ts";
import { mixedRows, mixedTable, quick } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 20 };

/** New rows with cells of every type, and every way to write one that training did not see. */
const rows = [
  ...mixedRows(40, 2).map(({ length, weight, colour, wet }) => ({ length, weight, colour, wet })),
  { length: " 2.05e1 ", weight: "301", colour: " red ", wet: "YES" },
  { length: "19", weight: "", colour: "violet", wet: " f " },
  { length: null, weight: "NA", colour: "?", wet: null },
  { length: ".5", weight: "+310.", colour: "Red", wet: 1 },
];

describe.skipIf(!hasNumpy)("the reader in docs/model-format.md (needs python3 with numpy)", () => {
  let backend: Backend;
  const models: Record<string, TabularModel> = {};
  const names = [
    "two numbers",
    "three classes",
    "two classes, by an ensemble",
    "a number, pruned",
    "two classes, by a shared ensemble",
    "a number on a log scale",
    "counts",
    "three quantiles",
    "classes at a temperature",
  ];

  beforeAll(async () => {
    backend = await createBackend({ provider: "wasm", relaxedSimd: false });
    const train = (targets: ("value" | "other" | "kind" | "sign")[], more: object) =>
      trainModel(mixedTable(120, targets), targets, { ...options, ...more });
    models["two numbers"] = await train(["value", "other"], {});
    models["three classes"] = await train(["kind"], { network: "resnet" });
    models["two classes, by an ensemble"] = await train(["sign"], { preset: "best", epochs: 5 });
    models["two classes, by a shared ensemble"] = await train(["sign"], { members: 3 });
    models["a number, pruned"] = await train(["value"], { prune: 0.7 });
    models["a number on a log scale"] = await train(["value"], { targetScale: "log" });
    models.counts = await train(["value"], { loss: "poisson" });
    models["three quantiles"] = await train(["value"], { quantile: [0.1, 0.5, 0.9] });
    const plain = models["three classes"];
    models["classes at a temperature"] = {
      ...plain,
      target: { ...plain.target, temperature: 2.5 } as TabularModel["target"],
    };
  });

  test.each(names)("predicts from a table's raw rows as the library does: %s", (name) => {
    const model = models[name];
    expect(model.encoder.columns.filter(({ missing }) => missing).map((column) => column.name)).toEqual([
      "weight",
      "colour",
    ]);
    const found = predictTable(backend, model, frameFrom(rows));
    const read = runReader(
      saveModel(model),
      rows,
      "result = [predict(description, tensors, row) for row in given]",
    ) as Record<string, number>[];
    const columns = found.task === "regression" ? found.targets : found.classes;
    const values = found.task === "regression" ? found.values : found.probabilities;
    expect(read).toHaveLength(rows.length);
    read.forEach((row, i) => {
      expect(Object.keys(row)).toEqual(columns);
      columns.forEach((column, k) => {
        const value = values[i * columns.length + k];
        expect(Math.abs(row[column] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      });
    });
  });

  test("labels rows as the library does, by the likeliest class or by a threshold", () => {
    const plain = models["two classes, by a shared ensemble"];
    const thresholds = [{}, { threshold: { positive: 0, at: 0.9 } }, { threshold: { positive: 1, at: 0.9 } }];
    const subjects = [
      models["three classes"],
      ...thresholds.map((more) => ({
        ...plain,
        target: { ...plain.target, ...more } as TabularModel["target"],
      })),
    ];
    for (const model of subjects) {
      const found = predictTable(backend, model, frameFrom(rows));
      if (found.task !== "classification") throw new Error("expected classes");
      const read = runReader(
        saveModel(model),
        rows,
        "result = [label(description, predict(description, tensors, row)) for row in given]",
      );
      expect(read).toEqual(Array.from(found.labels, (label) => found.classes[label]));
    }
  });

  test("encodes a whole number as the category it names, however it is written", async () => {
    const known = Array.from({ length: 60 }, (_, i) => ({ code: i % 3, y: (i % 3) + i / 60 }));
    const model = await trainModel(frameFrom(known), "y", { ...options, columns: { code: "categorical" } });
    const cells = [2, "2", "2.0", "02", 2.5];
    const encoded = runReader(
      saveModel(model),
      cells,
      `result = [encode(description["payload"]["encoder"], {"code": cell}).tolist() for cell in given]`,
    );
    const [two, none] = [
      [0, 0, 1],
      [0, 0, 0],
    ];
    expect(encoded).toEqual([two, two, two, none, none]);
  });

  test.each(["bins", "both"] as const)(
    "reads what became inputs by %s as the library does",
    async (encode) => {
      const table = mixedTable(120, ["value"]);
      const model = await trainModel(table, "value", { ...options, encode });
      const given = [...rows, { length: "-1e9", weight: 1e9, colour: "red", wet: true }];
      const read = runReader(
        saveModel(model),
        given,
        `result = [[encode(description["payload"]["encoder"], row).tolist(), predict(description, tensors, row)["value"]] for row in given]`,
      ) as [number[], number][];
      const frame = frameFrom(given);
      const own = encodedMatrix(model.encoder, frame, allRows(frame));
      expect(read.flatMap(([encoded]) => encoded).map(Math.fround)).toEqual([...own]);
      const found = predictTable(backend, model, frame);
      if (found.task !== "regression") throw new Error("expected numbers");
      read.slice(0, -1).forEach(([, value], i) => {
        expect(Math.abs(value - found.values[i])).toBeLessThan(1e-5 * Math.abs(value));
      });
    },
  );

  test.each(["value", "bins", "both"] as const)(
    "reads ordered categories by %s as the library does",
    async (encode) => {
      const levels = ["red", "2", "green", "blue"];
      const columns = { colour: { ordered: levels } };
      const model = await trainModel(mixedTable(120, ["value"]), "value", { ...options, encode, columns });
      const given = [" blue ", "red", "2.0", 2, "green", "violet", "?", null].map((colour) => ({
        ...rows[0],
        colour,
      }));
      const read = runReader(
        saveModel(model),
        given,
        `result = [encode(description["payload"]["encoder"], row).tolist() for row in given]`,
      ) as number[][];
      const frame = frameFrom(given);
      const own = encodedMatrix(model.encoder, frame, allRows(frame));
      expect(read.flat().map(Math.fround)).toEqual([...own]);
    },
  );

  test("encodes dates, clipped numbers and all other categories as the library does", async () => {
    const known = Array.from({ length: 3300 }, (_, i) => ({
      when: new Date(Date.UTC(2023, 0, 1, i % 24) + 86_400_000 * (i % 400)),
      x: i === 7 ? 1e9 : Math.sin(i),
      kind: `k${i % 1100}`,
      y: (i % 400) / 100 + Math.sin(i),
    }));
    const model = await trainModel(frameFrom(known), "y", { ...options, epochs: 1 });
    expect(model.encoder.columns.map(({ name }) => name)).toEqual([
      "when",
      "month of when",
      "weekday of when",
      "hour of when",
      "x",
      "kind",
    ]);
    const given = [
      { when: "2023-03-05T17:30:00", x: 0.5, kind: "k3" },
      { when: "2024-12-31", x: 1e12, kind: "k1099" },
      { when: "2022-02-28T23:59:59+02:00", x: -1e12, kind: "new" },
    ];
    const read = runReader(
      saveModel(model),
      given,
      `result = [encode(description["payload"]["encoder"], row).tolist() for row in given]`,
    ) as number[][];
    const own = encodedMatrix(model.encoder, frameFrom(given), Int32Array.of(0, 1, 2));
    expect(read.flat().map(Math.fround)).toEqual([...own]);
  });
});
