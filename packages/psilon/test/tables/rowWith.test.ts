import { expect, test } from "vitest";
import type { Value } from "../../src/tables/column.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { rowWith } from "../../src/tables/rowWith.ts";
import { valueAt } from "../../src/tables/values.ts";

const moment = new Date("2020-01-05T10:11:12Z");
const frame = frameFrom({
  number: [1, 2],
  text: ["a", "01"],
  truth: [true, false],
  date: [moment, new Date(0)],
  nothing: [null, null],
});
const values = ({ columns }: Frame) => columns.map((column) => valueAt(column, 0));

test("A row alone has its values and keeps its number", () => {
  const row = rowWith(frame, 1, new Map());
  expect(row).toMatchObject({ rowCount: 1, origin: { source: "the given columns", firstRow: 2 } });
  expect(values(row)).toEqual([2, "01", false, new Date(0), null]);
  expect(row.columns.map(({ kind }) => kind)).toEqual([
    "numbers",
    "categories",
    "booleans",
    "dates",
    "categories",
  ]);
});

test("Changes take the place of its values, nothing among them, and text stays text", () => {
  const changes = new Map<string, Value>([
    ["number", null],
    ["text", "7"],
    ["truth", true],
    ["date", moment],
    ["nothing", 3],
  ]);
  const row = rowWith(frame, 1, changes);
  expect(values(row)).toEqual([null, "7", true, moment, 3]);
  expect(row.columns[1].kind).toBe("categories");
});

test("A row of several files keeps the name of its own", () => {
  const files = [
    { source: "a.csv", firstRow: 2, rows: 1 },
    { source: "b.csv", firstRow: 2, rows: 1 },
  ];
  const row = rowWith({ ...frame, origin: { source: "*.csv", firstRow: 1, files } }, 1, new Map());
  expect(row.origin).toEqual({ source: "b.csv", firstRow: 2 });
});

test("A column that was not read stays so", () => {
  const unread = { kind: "unread", name: "nested", origin: frame.origin, reason: "it is nested" } as const;
  expect(rowWith({ ...frame, columns: [unread] }, 1, new Map()).columns).toMatchObject([
    { kind: "unread", reason: "it is nested" },
  ]);
});
