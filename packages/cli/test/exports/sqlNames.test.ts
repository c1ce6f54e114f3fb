import { describe, expect, test } from "vitest";
import { sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import type { Target } from "../../../psilon/src/preprocess/target.ts";
import { type Example, HOSTILE } from "../../../psilon/test/exports/examples.ts";
import {
  checkIn,
  columnsOf,
  exampleOf,
  exampleWith,
  expectNear,
  openDatabases,
  predictedIn,
  trainedExamples,
} from "../support/sqlExamples.js";

const open = openDatabases();
const examples = trainedExamples();

/** The example with other names for some columns. */
const renamed = ({ model, rows, ...example }: Example, names: Readonly<Record<string, string>>): Example => {
  const nameOf = (name: string) => names[name] ?? name;
  const columns = model.encoder.columns.map((column) => ({ ...column, name: nameOf(column.name) }));
  return {
    ...example,
    model: { ...model, encoder: { ...model.encoder, columns } },
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, cell]) => [nameOf(name), cell])),
    ),
  };
};

describe.each(sqlDialects)("a model in SQL for %s", (dialect) => {
  const check = checkIn(open, dialect);

  test("takes names as they are, its own among them", async () => {
    const { model, rows } = exampleOf(examples, "two classes, a temperature, a threshold");
    const names = [
      "t",
      "p",
      "h1",
      "x1",
      "c1",
      "v1",
      "o1",
      "known",
      "cells",
      "inputs",
      "layer_1",
      "value",
      "predicted_sign",
    ];
    const more = rows.map((row) => ({ ...Object.fromEntries(names.map((name) => [name, -7])), ...row }));
    const columns = columnsOf(more);
    const named =
      model.target.task === "classification"
        ? { ...model.target, classes: ['it\'s \\ "both"\n', HOSTILE] }
        : model.target;
    const hostile = { ...model, target: named };
    const example = await exampleWith(hostile, more);
    for (const table of [HOSTILE, "layer_1", "t", 'a"; DROP TABLE "rows"; --']) {
      await open[dialect].create(table, columns);
      const sql = toSql(hostile, { dialect, table });
      expectNear(example, await predictedIn(open[dialect], sql, columns.length), table);
    }
    const known = {
      ...model.schema,
      columns: [...model.schema.columns, { ...model.schema.columns[0], name: "PREDICTED_sign" }],
    };
    expect(toSql({ ...model, schema: known }, { dialect, table: "rows" })).toContain('AS "predicted_sign_"');
    for (const [table, what] of [
      ["a\0b", /NUL/],
      ["a\ud800b", /half a letter/],
    ] as const) {
      expect(() => toSql(model, { dialect, table })).toThrow(what);
    }
    if (dialect === "sqlite") expect(toSql(model, { dialect, table: "" })).toContain('FROM "" AS t');
    else expect(() => toSql(model, { dialect, table: "" })).toThrow(/has no names without letters/);
  });

  test("tells columns apart as the dialect does", async () => {
    const example = exampleOf(examples, "a network of numbers");
    const write = () => toSql(renamed(example, { weight: "LENGTH" }).model, { dialect, table: "rows" });
    if (dialect === "postgres") expect(write()).toContain('t."LENGTH"');
    else
      expect(write).toThrow(
        /^The columns "length" and "LENGTH" differ in upper and lower case alone, which \w+ cannot tell apart; give/,
      );
    const umlauts = renamed(example, { length: "ÄÖ", weight: "äö" });
    await check(umlauts, columnsOf(umlauts.rows), "umlauts");
  });

  test("takes names of any length, as much of them as counts", async () => {
    const letters = "ä".repeat(40);
    const { model, rows } = exampleOf(examples, "two classes, a temperature, a threshold");
    const target = { ...model.target, name: letters, classes: [`${letters}1`, `${letters}2`] };
    const taken = { ...model.schema.columns[0], name: `probability_${letters}` };
    const named = {
      ...model,
      target: target as Target,
      schema: { ...model.schema, columns: [...model.schema.columns, taken] },
    };
    const more = rows.map((row) => ({ ...row, [taken.name]: -7 }));
    const example = renamed(await exampleWith(named, more), { length: `${letters} in cm` });
    const columns = columnsOf(example.rows);
    await check(example, columns, "long names");
    const sql = toSql(example.model, { dialect, table: "rows" });
    await open[dialect].run(`CREATE TABLE scored AS ${sql}`);
    expectNear(example, await predictedIn(open[dialect], "SELECT * FROM scored", columns.length), "scored");
    const alike = renamed(example, { weight: `${letters} in m` });
    const write = () => toSql(alike.model, { dialect, table: "rows" });
    if (dialect === "postgres")
      expect(write).toThrow(
        /^The columns "ä+ in cm" and "ä+ in m" differ behind their first 63 bytes alone, which PostgreSQL cannot tell apart; give/,
      );
    else expect(write()).toContain(`t."${letters} in m"`);
  });
});
