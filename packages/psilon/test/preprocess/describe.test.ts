import { describe, expect, test } from "vitest";
import {
  type ColumnValues,
  categoricalValues,
  countCategories,
  describeFeature,
  likelyKind,
  scan,
} from "../../src/preprocess/column.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";

const tableOf = (cells: readonly Cell[]): Frame => ({
  ...frameFrom({ x: cells }),
  source: "data.csv",
  firstRow: 2,
});
const likely = (cells: readonly Cell[]) => {
  const table = tableOf(cells);
  return likelyKind(table, 0, scan(table, 0, allRows(table)));
};
type Asked = "numeric" | "categorical" | "boolean" | "identifier" | undefined;
const described = (cells: readonly Cell[], asked?: Asked, most = 1000): ColumnValues => {
  const table = tableOf(cells);
  return describeFeature(table, 0, allRows(table), asked, most).values;
};
/** 0, 1, 2 … of so many different numbers. */
const whole = (count: number, different = count) => Array.from({ length: count }, (_, i) => i % different);
const words = (count: number, different = count) => whole(count, different).map((i) => `word ${i}`);

test("A column is scanned cell by cell, over the rows asked for alone", () => {
  const table = tableOf([1, " 2 ", "1,5", null, "word", "", 1, "$3", "-inf", 2, "inf", "late"]);
  expect(scan(table, 0, allRows(table))).toEqual({
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
  const some = scan(table, 0, Int32Array.of(0, 6, 9));
  expect(some).toMatchObject({ missing: 0, present: 3, numeric: 3, fractions: false, decorated: 0 });
  expect(some.firstText).toBeLessThan(0);
  expect(some.firstInfinite).toBeLessThan(0);
  const none = scan(tableOf([null, ""]), 0, Int32Array.of(0, 1));
  expect(none).toMatchObject({ missing: 2, present: 0, numeric: 0, boolean: false });
  expect(scan(tableOf([1, 2.5, 3]), 0, Int32Array.of(0, 1, 2)).fractions).toBe(true);
  expect(scan(tableOf([1, 2.5, 3]), 0, Int32Array.of(0, 2)).fractions).toBe(false);
});

describe("A column is taken for", () => {
  test.each<[string, Cell[], ReturnType<typeof likely>]>([
    ["empty without values", [null, "", "NA"], "empty"],
    ["numbers where all are", [3, "4", null], "numeric"],
    ["truths where there are two words, one for each", ["yes", "no", "yes"], "boolean"],
    ["truths in any dress of the same two words", ["Yes", "no", " YES ", "NO"], "boolean"],
    ["truths where there is one word alone", ["t", "t"], "boolean"],
    ["categories where two words say the same", ["yes", "no", "n"], "categorical"],
    ["categories where a third word is none of them", ["yes", "no", "maybe"], "categorical"],
    ["categories where a word comes late", [...words(3), "yes", "no"], "categorical"],
    ["categories where numbers are few, 8 in 10 whole ones", [...whole(8), "a", "b"], "categorical"],
    ["categories where 9 in 10 are numbers of ten kinds", [...whole(18, 10), "a", "b"], "categorical"],
    ["categories where less than 9 in 10 are numbers", [...whole(17), "a", "b"], "categorical"],
    ["categories where less than 8 in 10 are numbers with fractions", [0.5, 1.5, 2.5, "a"], "categorical"],
    ["categories where less than 9 in 10 look like numbers", ["1,5", "2,5", "word"], "categorical"],
    ["numbers beside one that is infinite, were it no number column", ["inf", "a", "b", "c"], "categorical"],
  ])("%s", (_, cells, kind) => {
    expect(likely(cells)).toBe(kind);
  });

  test.each<[string, Cell[], RegExp]>([
    ["9 in 10 are, of eleven kinds", [...whole(18, 11), "a", "b"], /holds numbers, but row 20 has "a"/],
    ["8 in 10 are, some with fractions", [0.5, 1, "a", 2, 3], /holds numbers, but row 4 has "a"/],
    [
      "all are, infinite ones too",
      [1, "-inf", 2, "inf"],
      /has "-inf" in row 3, which is not a finite number/,
    ],
    ["all are, the first two infinite", ["inf", "-inf", 1], /has "inf" in row 2, which is not a finite/],
    [
      "most are, and infinite ones among the text",
      [...whole(20), "a", "inf", "inf"],
      /has "inf" in row 23, which is not a finite number/,
    ],
    [
      "one looks like a number and all others are",
      ["1,5", ...whole(9)],
      /looks like numbers, but row 2 has "1,5"/,
    ],
    [
      "9 in 10 are or look like numbers",
      ["word", "1,5", "2,5", ...whole(7)],
      /looks like numbers, but row 2 has "word"/,
    ],
  ])("no other than numbers where %s", async (_, cells, sentence) => {
    expect(await refusal(() => likely(cells))).toMatch(sentence);
  });
});

describe("What a feature holds", () => {
  test("is told with its counts", () => {
    expect(described([4, "2", null, 2, 4.5])).toEqual({
      kind: "numeric",
      min: 2,
      max: 4.5,
      mean: 3.125,
      std: Math.sqrt((0.875 ** 2 + 2 * 1.125 ** 2 + 1.375 ** 2) / 4),
      distinct: 3,
    });
    expect(described(["t", null, "f", "t"])).toEqual({ kind: "boolean", counts: { false: 1, true: 2 } });
    expect(described(["b", "a", null, "b "])).toEqual({
      kind: "categorical",
      categories: ["a", "b"],
      counts: [1, 2],
    });
  });

  test("is constant where all cells are one value, and not where some are missing", () => {
    for (const [cells, asked, value] of [
      [[7, 7], undefined, "7"],
      [["a", "a "], undefined, "a"],
      [["no", "no"], undefined, "no"],
      [[" yes", "yes"], "boolean", "yes"],
      [["yes", "t"], "boolean", "yes"],
      [[3, "3.0"], "categorical", "3"],
    ] as [Cell[], Asked, string][]) {
      expect(described(cells, asked)).toEqual({ kind: "constant", value });
      expect(described([...cells, null], asked).kind).not.toBe("constant");
    }
    expect(described([1, 2]).kind).toBe("numeric");
    expect(described([true, false]).kind).toBe("boolean");
  });

  test("is empty without values, whatever is asked", () => {
    for (const asked of ["numeric", "categorical", "boolean", "identifier", undefined] as const) {
      expect(described([null, ""], asked)).toEqual({ kind: "empty" });
    }
  });

  test("is an identifier from 21 texts on that differ in more than half of the rows, or where they are too many", () => {
    expect(described(words(20)).kind).toBe("categorical");
    expect(described(words(21))).toEqual({ kind: "identifier", distinct: 21 });
    expect(described(words(41, 21)).kind).toBe("identifier");
    expect(described(words(42, 21)).kind).toBe("categorical");
    // Of the rows that have a value.
    expect(described([...words(41, 21), ...Array(40).fill(null)]).kind).toBe("identifier");
    expect(described(words(30, 10), undefined, 10).kind).toBe("categorical");
    expect(described(words(30, 10), undefined, 9)).toEqual({ kind: "identifier", distinct: 10 });
    expect(described(words(30, 10), "identifier")).toEqual({ kind: "identifier", distinct: 10 });
    expect(described(words(30), "categorical").kind).toBe("categorical");
  });

  test("may have no more categories than are allowed", async () => {
    expect(described(words(10), "categorical", 10).kind).toBe("categorical");
    expect(await refusal(() => described(words(10), "categorical", 9))).toMatch(
      /10 different text values, more than the 9/,
    );
  });

  test("is of the kind asked for, or refused", async () => {
    expect(described([0, 1, 1], "boolean")).toEqual({ kind: "boolean", counts: { false: 1, true: 2 } });
    expect(described(["3", "4"], "categorical")).toMatchObject({ categories: ["3", "4"] });
    expect(await refusal(() => described([1, "b"], "numeric"))).toMatch(/row 3 has "b"/);
    expect(await refusal(() => described([true, null, 2], "boolean"))).toMatch(
      /row 4 has "2", which is neither/,
    );
  });
});

test("Categories are counted over the rows asked for, and stand by number or by text", () => {
  const table = tableOf(["10", "9", "9.0", null, "10", "9"]);
  const counts = countCategories(table, 0, Int32Array.of(0, 1, 2, 3, 5));
  expect(counts).toEqual(
    new Map([
      ["10", 1],
      ["9", 3],
    ]),
  );
  expect(categoricalValues(counts)).toEqual({ kind: "categorical", categories: ["9", "10"], counts: [3, 1] });
});
