import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { compare } from "../../src/fit/compare.ts";
import { type Preset, presets } from "../../src/fit/presets.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { columnsOf } from "../../src/preprocess/kinds.ts";
import { rowsToLearnFrom } from "../../src/preprocess/trainRows.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, asFile } from "../support/csv.ts";
import { quick } from "../support/synthetic.ts";

const options = { ...quick, width: 4, epochs: 3 };
const everyPreset = Object.keys(presets) as Preset[];
const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
const random = createRandom(1);
const numbers = (count: number) => Array.from({ length: count }, () => normal(random));

/** Trains, and every prediction and score is a number. */
async function trained(table: Frame, preset: Preset = "fast") {
  const model = await trainModel(table, "y", { ...options, preset });
  const predicted = predictTable(backend, model, table);
  const values = predicted.task === "regression" ? predicted.values : predicted.probabilities;
  expect(values.length).toBeGreaterThanOrEqual(table.rowCount);
  expect(values.every(Number.isFinite)).toBe(true);
  const { validation } = model.record;
  for (const scores of [validation!.model, validation!.constant, validation!.linear!]) {
    expect(Object.values(scores).filter((score) => Number.isNaN(score))).toEqual([]);
  }
  return model;
}

describe.each(everyPreset)("The preset %s trains on", (preset) => {
  test("more features than rows", async () => {
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, j) => [`x${j}`, numbers(12)]));
    const model = await trained(frameFrom({ ...wide, y: numbers(12) }), preset);
    expect(model.encoder.columns).toHaveLength(40);
    expect(model.schema.rows).toEqual({ read: 12, used: 12 });
  });

  test("three rows", async () => {
    const { record } = await trained(frameFrom({ x: [1, 2, 4], z: [3, 1, 1], y: [5, 7, 12] }), preset);
    expect(record.validation!.rows).toBeLessThanOrEqual(3);
  });

  test("two rows of each class", async () => {
    for (const classes of ["ab", "abc"]) {
      const y = [...classes, ...classes];
      const { target } = await trained(frameFrom({ x: numbers(y.length), y }), preset);
      expect(target).toMatchObject({ classes: [...classes] });
    }
  });
});

describe("Classes of one row", () => {
  const y = ["b", "a", "lonely", "b", "a", "b", null, "a", "single", "b", "a", "b"];
  const x = numbers(y.length);
  const table = frameFrom({ x, y });

  test("are left out with their rows and named, and the model is that of the table without them", async () => {
    const model = await trained(table);
    expect(model.schema.rows).toEqual({ read: 12, used: 9, rare: ["lonely", "single"] });
    expect(model.target).toMatchObject({ classes: ["a", "b"] });
    const kept = [...y.keys()].filter((row) => y[row] === "a" || y[row] === "b");
    const without = await trained(frameFrom({ x: kept.map((row) => x[row]), y: kept.map((row) => y[row]) }));
    expect({ ...model.record, seconds: 0 }).toEqual({ ...without.record, seconds: 0 });
    expect(model.encoder).toEqual(without.encoder);
    expect(model.members.map(({ network }) => network)).toEqual(
      without.members.map(({ network }) => network),
    );
    expect(loadModel(saveModel(model), "m").schema.rows.rare).toEqual(["lonely", "single"]);
  });

  test("are left out of what is compared, too", async () => {
    const found = await compare(table, "y", { width: [3] }, { ...options, folds: 2 });
    expect(found.entries[0].diverged).toBe(0);
    expect(Number.isFinite(found.entries[0].scores?.logLoss.mean)).toBe(true);
  });

  test("are those of one row among the rows to learn from", () => {
    const rows = Int32Array.of(0, 1, 2, 3, 4, 5, 9);
    const { schema, rows: learned } = rowsToLearnFrom(table, ["y"], { rows });
    expect(schema.rows.rare).toEqual(["lonely"]);
    expect([...learned]).toEqual([0, 1, 3, 4, 5, 9]);
    const all = rowsToLearnFrom(table, ["y"], {});
    expect([...all.rows]).toEqual([0, 1, 3, 4, 5, 7, 9, 10, 11]);
    const none = rowsToLearnFrom(table, ["y"], { rows: Int32Array.of(0, 1, 3, 4) });
    expect([...none.rows]).toEqual([0, 1, 3, 4]);
    expect(none.schema.rows).not.toHaveProperty("rare");
  });
});

test("Columns that are empty, constant or were not kept are left out, each with its reason, and the others are learned from", async () => {
  const { columns, ...rest } = asFile(
    frameFrom({
      x: numbers(20),
      empty: Array(20).fill(null),
      same: Array(20).fill("a word"),
      day: Array(20).fill("2024-07-01"),
      name: Array.from({ length: 20 }, (_, i) => `name ${i}`),
      y: numbers(20),
    }),
  );
  const unread = {
    kind: "unread",
    name: "lists",
    origin: rest.origin,
    reason: "its values are lists",
  } as const;
  const table = { ...rest, columns: [unread, ...columns] };
  const { schema, encoder } = await trained(table);
  expect(columnsOf(schema, "ignored").map(({ name, reason }) => [name, reason])).toEqual([
    ["lists", "its values are lists"],
    ["empty", "it has no values"],
    ["same", 'every row has the same value, "a word"'],
    ["day", 'every row has the same value, "2024-07-01"'],
  ]);
  expect(encoder.columns.map(({ name }) => name)).toEqual(["x", "name"]);
  // Nothing of those left out is asked for again.
  const model = await trained(table);
  const asked = frameFrom({ x: [0.5], name: ["name 3"] });
  expect(predictTable(backend, model, asked, allRows(asked)).notes).toEqual([]);
});
