import { describe, expect, test } from "vitest";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import {
  booleanIn,
  categoryIn,
  isMissing,
  looksLikeNumber,
  notANumber,
  notFinite,
  numberIn,
  numbersOf,
  show,
  sortCategories,
} from "../../src/tables/parse.ts";
import { refusal } from "../support/synthetic.ts";

const table = {
  ...frameFrom({ x: [1, " 2.5 ", null, "NA", "-inf", "word", true, "1e2"] }),
  source: "data.csv",
  firstRow: 2,
};

test.each<[Cell, number | undefined]>([
  [3, 3],
  [-0.5, -0.5],
  [" +3.e-1 ", 0.3],
  [".5E2", 50],
  ["1e999", Number.POSITIVE_INFINITY],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["+INF ", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["", undefined],
  ["1 2", undefined],
  ["0x1F", undefined],
  ["infinite", undefined],
  [true, undefined],
  [null, undefined],
])("The cell %j holds the number %d", (cell, number) => {
  expect(numberIn(cell)).toBe(number);
});

test.each<[Cell, boolean | undefined, string]>([
  [true, true, "true"],
  [" Y ", true, "Y"],
  [1, true, "1"],
  ["1.0", undefined, "1"],
  [false, false, "false"],
  ["No", false, "No"],
  ["0", false, "0"],
  [" truth", undefined, "truth"],
  ["-7.00", undefined, "-7"],
  ["7.50", undefined, "7.50"],
  ["v1.0", undefined, "v1.0"],
])("The cell %j holds the truth %s and names the category %s", (cell, truth, category) => {
  expect(booleanIn(cell)).toBe(truth);
  expect(categoryIn(cell)).toBe(category);
});

test("Cells are missing that hold nothing, white space or a word for it", () => {
  for (const cell of [null, Number.NaN, "", "  ", " NA ", "\tnull"]) expect(isMissing(cell)).toBe(true);
  for (const cell of [0, false, "0", "Na", "none", Number.POSITIVE_INFINITY])
    expect(isMissing(cell)).toBe(false);
});

test("Text looks like a number in the dress of a spreadsheet, numbers themselves do not", () => {
  for (const cell of ["1,5", "  1'000  ", "$5", "5 %", "-1.234,5"]) expect(looksLikeNumber(cell)).toBe(true);
  for (const cell of [1.5, null, true, "word", "1,2,3"]) expect(looksLikeNumber(cell)).toBe(false);
});

test("Categories stand by number where all are numbers, else by text, whatever their order was", () => {
  for (const [given, expected] of [
    [
      ["10", "9", "-1", "9.5", "1e3"],
      ["-1", "9", "9.5", "10", "1e3"],
    ],
    [
      ["10", "9", "b", "B", "a"],
      ["10", "9", "B", "a", "b"],
    ],
    [
      ["b", "a"],
      ["a", "b"],
    ],
  ]) {
    expect(sortCategories(given)).toEqual(expected);
    expect(sortCategories(given.toReversed())).toEqual(expected);
    expect(sortCategories(new Set(given))).toEqual(expected);
  }
});

describe("The numbers of a column", () => {
  test("are those of the rows asked for, NaN where one is missing", () => {
    expect(numbersOf(table, 0, Int32Array.of(7, 2, 0, 3, 1, 7))).toEqual(
      Float64Array.of(100, Number.NaN, 1, Number.NaN, 2.5, 100),
    );
  });

  test("are refused by the row's own number where a cell holds none, or an infinite one", async () => {
    const refused = (row: number) => refusal(() => numbersOf(table, 0, Int32Array.of(0, row)));
    const mend = "correct the value, or leave it empty if it is missing";
    expect(await refused(4)).toBe(
      `Column "x" of data.csv has "-inf" in row 6, which is not a finite number; ${mend}.`,
    );
    expect(await refused(5)).toBe(`Column "x" of data.csv holds numbers, but row 7 has "word"; ${mend}.`);
    expect(await refused(6)).toBe(`Column "x" of data.csv holds numbers, but row 8 has "true"; ${mend}.`);
    expect(notANumber(table, 0, 5, ", or else").message).toMatch(/missing, or else\.$/);
    expect(notFinite(table, 0, 4).message).toMatch(/row 6/);
  });
});

test("Cells are shown in full up to 40 characters, and shortened to 40 beyond", () => {
  expect(show("x".repeat(40))).toBe(`"${"x".repeat(40)}"`);
  expect(show("x".repeat(41))).toBe(`"${"x".repeat(39)}…"`);
  expect(show(null)).toBe('"null"');
});
