import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { PsilonClassifier, PsilonRegressor } from "../../src/models/estimators.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { quick, refusal, renamed, withCells } from "../support/synthetic.ts";

/** Names that plain objects have for purposes of their own. */
const NAMES = ["__proto__", "toString", "constructor", "valueOf", "hasOwnProperty"];
const options = { ...quick, width: 4, epochs: 3 };
const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

/** Rows as they come out of JSON, which makes properties of such names as of any other. */
const rowsOf = (names: readonly string[], count = 60): Row[] =>
  Array.from({ length: count }, (_, i) =>
    JSON.parse(
      `{${[...names.map((name, j) => `"${name}": ${j % 2 ? `"${["a", "b", "c"][(i + j) % 3]}"` : (i * (j + 3)) % 11}`), `"y": ${i % 7}`].join(", ")}}`,
    ),
  );

describe("columns may be called as properties of objects are", () => {
  const plain = [...NAMES.map((_, j) => `column ${j}`), "y"];
  const table = frameFrom(rowsOf(NAMES));

  test("and are learned from and predicted with as under other names", async () => {
    expect(table.columns.map(({ name }) => name)).toEqual([...NAMES, "y"]);
    const model = await trainModel(table, "y", options);
    const other = await trainModel(renamed(table, plain), "y", options);
    const revived = loadModel(saveModel(model), "the model");
    expect(predictTable(backend, revived, table)).toEqual(
      predictTable(backend, other, renamed(table, plain)),
    );
  });

  test("and are counted where they hold what training had not", async () => {
    const model = await trainModel(table, "y", options);
    const fresh = withCells(table, (value) => (typeof value === "string" ? "new" : null));
    const { notes } = predictTable(backend, model, fresh);
    expect(notes.map((note) => /^Column "(.*?)"/.exec(note)?.[1])).toEqual([
      ...NAMES.filter((_, j) => j % 2),
      ...NAMES.filter((_, j) => j % 2 === 0),
    ]);
    expect(predictTable(backend, model, table).notes).toEqual([]);
  });

  test("and are declared and made monotone by name, alone", async () => {
    for (const name of NAMES) {
      const columns = JSON.parse(`{"${name}": "ignore"}`);
      const { schema } = await trainModel(table, "y", { ...options, columns });
      expect(schema.columns.filter(({ role }) => role === "ignored").map((column) => column.name)).toEqual([
        name,
      ]);
    }
    const monotone = JSON.parse('{"__proto__": "+"}');
    expect((await trainModel(table, "y", { ...options, monotone })).record.monotone).toEqual(monotone);
    expect(
      await refusal(() => trainModel(table, "y", { ...options, monotone: { toString: "+" } as never })),
    ).toMatch("its values are categories");
  });

  test("and given as rows to an estimator", async () => {
    const regressor = await new PsilonRegressor(options).fit(rowsOf(NAMES), "y");
    const other = await new PsilonRegressor(options).fit(renamed(table, plain), "y");
    expect(await regressor.predict(rowsOf(NAMES))).toEqual(await other.predict(renamed(table, plain)));
    const target = await new PsilonRegressor(options).fit(rowsOf(["__proto__", "toString"]), "__proto__");
    expect(target.model.target).toMatchObject({ names: ["__proto__"] });
  });
});

test("classes may be called as properties of objects are, and weigh by name", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({ x: i, y: ["__proto__", "constructor"][i % 2] }));
  const weights = JSON.parse('{"__proto__": 3}');
  const seen: number[] = [];
  const classifier = new PsilonClassifier({
    ...options,
    classWeights: weights,
    onModel: ({ target }) => seen.push("classes" in target ? target.classes.length : 0),
  });
  await classifier.fit(rows, "y");
  expect(classifier.classes).toEqual(["__proto__", "constructor"]);
  expect(seen).toEqual([2]);
  expect(
    await refusal(() =>
      new PsilonClassifier({ ...options, classWeights: { toString: 2 } as never }).fit(rows, "y"),
    ),
  ).toMatch('for the class "toString", which does not exist');
});
