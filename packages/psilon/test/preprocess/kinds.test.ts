import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { checkTest } from "../../src/fit/checkTest.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { predictTable, scoreTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { inputsOf } from "../../src/preprocess/encoder.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { quick, refusal, withCells } from "../support/synthetic.ts";

const options = { ...quick, width: 4, epochs: 2 };
const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
const COUNT = 60;
const isTest = (row: number) => row % 5 === 0;
const all = Int32Array.from({ length: COUNT }, (_, row) => row);
const [train, held] = [all.filter((row) => !isTest(row)), all.filter(isTest)];

/** One column as it is told, beside a number, with the stray cell in the first test row. */
const tableWith = (cellOf: (row: number) => unknown, stray: unknown): Frame =>
  frameFrom({
    x: Array.from({ length: COUNT }, (_, row) => (row === 0 ? stray : cellOf(row))),
    z: Array.from({ length: COUNT }, (_, row) => (7 * row) % 11),
    y: Array.from({ length: COUNT }, (_, row) => row % 13),
  });

const cases: [string, Frame, string][] = [
  ["truths, with a maybe", tableWith((row) => (row % 2 ? "yes" : "no"), "maybe"), "categorical"],
  ["a few whole numbers, with a letter", tableWith((row) => 1 + (row % 3), "A"), "categorical"],
  ["names that differ in more than half of all rows", tableWith((row) => `n${row % 31}`, "n0"), "identifier"],
  [
    "names that do so in the train rows alone",
    tableWith((row) => `n${row % 5 === 0 ? 1 : row % 29}`, "n1"),
    "categorical",
  ],
];

describe.each(cases)("%s", (_, table, kind) => {
  const kinds = inferSchema(table, { target: "y" });

  test("are the same kind in every part as in all rows, so that the others can be scored", async () => {
    expect(kinds.columns[0].kind).toBe(kind);
    checkTest(table, "y", { ...options, kinds, rows: train }, { frame: table, rows: held });
    const model = await trainModel(table, "y", { ...options, kinds, rows: train });
    expect(model.schema.columns[0].kind).toBe(kind);
    expect(Object.values(scoreTable(backend, model, table, held)).every(Number.isFinite)).toBe(true);
  });

  test("leave no other trace of rows that are not learned from", async () => {
    const others = withCells(table, (cell, row, name) =>
      isTest(row) ? (name === "x" ? `other ${row}` : 1e6 * row) : cell,
    );
    const bytes = async (of: Frame) =>
      saveModel(await trainModel(of, "y", { ...options, kinds, rows: train }));
    expect(await bytes(others)).toEqual(await bytes(table));
  });
});

test("what the test rows have that cannot be encoded is said before anything is trained", async () => {
  const table = tableWith((row) => row, "text");
  const kinds = inferSchema(
    tableWith((row) => row, 0),
    { target: "y" },
  );
  expect(
    await refusal(() =>
      checkTest(table, "y", { ...options, kinds, rows: train }, { frame: table, rows: held }),
    ),
  ).toBe(
    'Column "x" of the given columns holds numbers, but row 1 has "text"; correct the value, or leave it empty if it is missing.',
  );
  const labelled = frameFrom({ x: [1, 2, 3, 4, 5, 6], y: ["a", "a", "b", "b", "a", "c"] });
  const part = { ...options, rows: Int32Array.of(0, 1, 2, 3) };
  expect(
    await refusal(() => checkTest(labelled, "y", part, { frame: labelled, rows: Int32Array.of(5) })),
  ).toMatch('has the class "c"');
});

test("the task is that of all rows: a part with two numbers alone is still a regression", async () => {
  const table = frameFrom({ x: [1, 2, 3, 4, 5, 6, 7], y: [0, 1, 0, 1, 0, 1, 2] });
  const rows = Int32Array.of(0, 1, 2, 3, 4, 5);
  const kinds = inferSchema(table, { target: "y" });
  expect((await trainModel(table, "y", { ...options, rows })).target.task).toBe("classification");
  expect((await trainModel(table, "y", { ...options, rows, kinds })).target.task).toBe("regression");
});

test("text of more values than get an input each is one category beyond the most frequent ones, in every part", async () => {
  const count = 2600;
  const table = frameFrom({
    // The first 300 of 1300 names stand in one row each, the others in two or three.
    id: Array.from({ length: count }, (_, row) => `id ${row < 300 ? row : 300 + (row % 1000)}`),
    x: Array.from({ length: count }, (_, row) => row % 17),
    y: Array.from({ length: count }, (_, row) => row % 5),
  });
  const model = await trainModel(table, "y", { ...options, lambda: 1e-3, epochs: 1 });
  expect(model.schema.columns[0]).toMatchObject({
    role: "feature",
    kind: "categorical",
    rest: { categories: 300, rows: 300 },
  });
  expect(model.encoder.columns[0]).toMatchObject({ name: "id", other: true });
  expect(inputsOf(model.encoder.columns[0])).toBe(1001);
  // Those that training knew and those that it did not are the same to the model, and neither is worth a note.
  const asked = frameFrom({ id: ["id 7", "id 8", "never seen"], x: [3, 3, 3] });
  const predicted = predictTable(backend, model, asked);
  if (predicted.task !== "regression") throw new Error("expected numbers");
  expect(predicted.notes).toEqual([]);
  expect(new Set(predicted.values).size).toBe(1);
  const classes = withCells(table, (cell, row, name) => (name === "y" ? `class ${row % 1300}` : cell));
  expect(await refusal(() => trainModel(classes, "y", options))).toMatch("more than the 1000 classes");
});
