import { expect, test } from "vitest";
import { type Column, isMissingAt, nameOfRow, placeOfRow } from "../../src/tables/column.ts";

test("A row is named by the number that a person would give it", () => {
  expect(nameOfRow({ source: "houses.csv", firstRow: 2 }, 15)).toBe("row 17 of houses.csv");
});

test("A row of several files is named by its own file", () => {
  const origin = {
    source: "sales/*.csv",
    firstRow: 1,
    files: [
      { source: "a.csv", firstRow: 2, rows: 3 },
      { source: "empty.csv", firstRow: 2, rows: 0 },
      { source: "b.csv", firstRow: 5, rows: 1 },
    ],
  };
  expect(nameOfRow(origin, 0)).toBe("row 2 of a.csv");
  expect(nameOfRow(origin, 2)).toBe("row 4 of a.csv");
  expect(placeOfRow(origin, 3)).toEqual({ source: "b.csv", row: 5 });
});

test("Each kind of column says in its own way that nothing stands in a row", () => {
  const named = { name: "x", origin: { source: "data.csv", firstRow: 2 } };
  const columns: Column[] = [
    { kind: "numbers", ...named, values: Float64Array.of(0, Number.NaN) },
    { kind: "dates", ...named, values: Float64Array.of(0, Number.NaN) },
    { kind: "booleans", ...named, values: Int8Array.of(0, -1) },
    { kind: "categories", ...named, codes: Int32Array.of(0, -1), dictionary: ["a"] },
  ];
  for (const column of columns) {
    expect([isMissingAt(column, 0), isMissingAt(column, 1)], column.kind).toEqual([false, true]);
  }
  expect(isMissingAt({ kind: "unread", ...named, reason: "it is nested" }, 0)).toBe(false);
});
