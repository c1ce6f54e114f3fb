import { afterAll, beforeAll, expect } from "vitest";
import { createBackend } from "../../../psilon/src/engine/backend/backend.ts";
import { type SqlDialect, sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import { predictTable } from "../../../psilon/src/models/predictTable.ts";
import type { TabularModel } from "../../../psilon/src/models/tabularModel.ts";
import { frameFrom, type Row } from "../../../psilon/src/tables/frameFrom.ts";
import { type Example, exampleModels } from "../../../psilon/test/exports/examples.ts";
import { type Cell, type Database, databases, type TableColumn } from "./databases.js";

/** How far a prediction in SQL may be from the model's, of numbers relative to the larger of them and their spread. */
export const NEAR = 1e-5;

/** Databases of all dialects, open during the file's tests. */
export function openDatabases(): Readonly<Record<SqlDialect, Database>> {
  const open = {} as Record<SqlDialect, Database>;
  beforeAll(async () => {
    for (const dialect of sqlDialects) open[dialect] = await databases[dialect]();
  });
  afterAll(async () => {
    for (const database of Object.values(open)) await database.close();
  });
  return open;
}

/** Trained once for all files that share this one. */
let trained: Promise<Example[]> | undefined;

/** Models of every kind, there before the file's tests. */
export function trainedExamples(): readonly Example[] {
  const examples: Example[] = [];
  beforeAll(async () => {
    trained ??= exampleModels();
    examples.push(...(await trained));
  });
  return examples;
}

export const exampleOf = (examples: readonly Example[], name: string): Example =>
  examples.find((one) => one.name === name) as Example;

/** What the model says of other rows. */
export async function exampleWith(model: TabularModel, rows: readonly Row[]): Promise<Example> {
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  return { name: "other rows", model, rows, predicted: predictTable(backend, model, frameFrom([...rows])) };
}

/** The rows as columns, after one of their numbers. */
export function columnsOf(rows: Example["rows"]): TableColumn[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    { name: "row number", cells: rows.map((_, i) => i) },
    ...names.map((name) => ({ name, cells: rows.map((row) => (row[name] ?? null) as Cell) })),
  ];
}

/** What a model predicts for each row as SQL shows it: numbers, or the label before the classes' probabilities. */
function expectedOf({ model, predicted }: Example): (string | number)[][] {
  if (predicted.task === "classification") {
    const { classes, labels, probabilities } = predicted;
    return Array.from(labels, (label, i) => [
      classes[label],
      ...probabilities.slice(i * classes.length, (i + 1) * classes.length),
    ]);
  }
  const { targets, values, interval } = predicted;
  const names = model.target.task === "regression" ? model.target.names : [];
  return Array.from({ length: values.length / targets.length }, (_, i) => [
    ...values.slice(i * targets.length, (i + 1) * targets.length),
    ...names.flatMap((_, k) =>
      interval ? [interval.low[i * names.length + k], interval.high[i * names.length + k]] : [],
    ),
  ]);
}

/** The example's predictions in the table, in the order of its first column. */
export async function predictedIn(database: Database, sql: string, own: number): Promise<unknown[][]> {
  const rows = await database.query(sql);
  return rows.sort((a, b) => Number(a[0]) - Number(b[0])).map((row) => row.slice(own));
}

export function expectNear(example: Example, found: unknown[][], where: string): void {
  const { target } = example.model;
  const expected = expectedOf(example);
  expect(found.length, where).toBe(expected.length);
  expected.forEach((values, i) => {
    expect(found[i].length, where).toBe(values.length);
    values.forEach((value, k) => {
      const given = found[i][k];
      const place = `${where}, row ${i}, ${k}: ${given} for ${value}`;
      if (typeof value === "number") {
        const size =
          target.task === "regression"
            ? Math.max(Math.abs(value), target.link ? 0 : Math.max(...target.scales))
            : 1;
        expect(Math.abs(Number(given) - value), place).toBeLessThanOrEqual(NEAR * size);
        expect(given, place).not.toBeNull();
      } else expect(given, place).toBe(value);
    });
  });
}

/** What compares an example with what its SQL says of a table with these columns. */
export const checkIn =
  (open: Readonly<Record<SqlDialect, Database>>, dialect: SqlDialect) =>
  async (example: Example, columns: readonly TableColumn[], where: string): Promise<void> => {
    await open[dialect].create("rows", columns);
    const sql = toSql(example.model, { dialect, table: "rows" });
    expectNear(example, await predictedIn(open[dialect], sql, columns.length), where);
  };
