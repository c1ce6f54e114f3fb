import { expect, test } from "vitest";
import { scan } from "../../src/preprocess/scan.ts";
import type { Column } from "../../src/tables/column.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const columnOf = (cells: readonly unknown[]): Column => frameFrom({ x: cells }).columns[0];

test("A column is scanned over the rows asked for alone", () => {
  const column = columnOf([1, " 2 ", "1,5", null, "word", "", 1, "$3", "-inf", 2, "inf", "late"]);
  expect(
    scan(
      column,
      Int32Array.from({ length: 12 }, (_, row) => row),
    ),
  ).toEqual({
    missing: 2,
    present: 10,
    distinct: 4,
    numeric: 6,
    fractions: false,
    decorated: 2,
    firstText: 2,
    firstInfinite: 8,
    boolean: false,
  });
  const some = scan(column, Int32Array.of(0, 6, 9));
  expect(some).toMatchObject({ missing: 0, present: 3, numeric: 3, fractions: false, decorated: 0 });
  expect(some.firstText).toBeLessThan(0);
  expect(some.firstInfinite).toBeLessThan(0);
});

test("The first of the rows with text and with an infinite number are the first by place, not by when a text first stood in the table", () => {
  // "b" and "inf" are known from rows that are not asked for.
  const column = columnOf(["b", "inf", "a", "-inf", "b", "inf"]);
  const found = scan(column, Int32Array.of(2, 3, 4, 5));
  expect([found.firstText, found.firstInfinite]).toEqual([2, 3]);
  expect(scan(columnOf([1, Infinity, -Infinity]), Int32Array.of(0, 2)).firstInfinite).toBe(2);
});

test("Numbers are counted up to eleven different ones, of which any may have a fraction", () => {
  const numbers = columnOf([1, 2.5, 3, null]);
  expect(scan(numbers, Int32Array.of(0, 1, 2, 3))).toMatchObject({
    missing: 1,
    present: 3,
    numeric: 3,
    distinct: 3,
    fractions: true,
  });
  expect(scan(numbers, Int32Array.of(0, 2)).fractions).toBe(false);
  const many = Array.from({ length: 30 }, (_, i) => i);
  for (const cells of [many, [...many, "a word"]]) {
    expect(scan(columnOf(cells), Int32Array.from(many)).distinct).toBe(11);
    expect(scan(columnOf(cells), Int32Array.of(0, 1, 1, 2)).distinct).toBe(3);
  }
});

test("Truths and dates are neither numbers nor text, and nothing is what none of them is", () => {
  const none = scan(columnOf([null, ""]), Int32Array.of(0, 1));
  expect(none).toMatchObject({ missing: 2, present: 0, numeric: 0, boolean: false });
  const truths = scan(columnOf([true, null, false]), Int32Array.of(0, 1));
  expect(truths).toMatchObject({ missing: 1, present: 1, numeric: 0, boolean: true });
  expect(scan(columnOf([true, null, false]), Int32Array.of(1)).boolean).toBe(false);
  const dates = scan(columnOf([new Date(0), null]), Int32Array.of(0, 1));
  expect(dates).toMatchObject({ missing: 1, present: 1, numeric: 0, boolean: false, firstText: -1 });
});
