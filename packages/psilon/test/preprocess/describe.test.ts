import { describe, expect, test } from "vitest";
import {
  categoricalValues,
  countCategories,
  describeFeature,
  likelyKind,
} from "../../src/preprocess/describe.ts";
import type { ColumnValues } from "../../src/preprocess/kinds.ts";
import { scan } from "../../src/preprocess/scan.ts";
import type { Column, Value } from "../../src/tables/column.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { asFile } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";

const columnOf = (cells: readonly Value[]): Column => asFile(frameFrom({ x: cells })).columns[0];
const placesOf = (cells: readonly Value[]) => Int32Array.from(cells, (_, row) => row);
const likely = (cells: readonly Value[]) => {
  const column = columnOf(cells);
  return likelyKind(column, scan(column, placesOf(cells)));
};
type Asked = "numeric" | "categorical" | "boolean" | "identifier" | undefined;
const described = (cells: readonly Value[], asked?: Asked): ColumnValues =>
  describeFeature(columnOf(cells), placesOf(cells), asked, undefined).values;
/** 0, 1, 2 … of so many different numbers. */
const whole = (count: number, different = count) => Array.from({ length: count }, (_, i) => i % different);
const words = (count: number, different = count) => whole(count, different).map((i) => `word ${i}`);

describe("A column is taken for", () => {
  test.each<[string, Value[], ReturnType<typeof likely>]>([
    ["empty without values", [null, "", "NA"], "empty"],
    ["numbers where all are", [3, "4", null], "numeric"],
    ["dates where all are", ["2024-02-29", null, "2023-12-31"], "date"],
    ["truths where a program hands them over", [true, null, false], "boolean"],
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

  test.each<[string, Value[], RegExp]>([
    ["9 in 10 are, of eleven kinds", [...whole(18, 11), "a", "b"], /holds numbers, but row 20 has "a"/],
    ["8 in 10 are, some with fractions", [0.5, 1, "a", 2, 3], /holds numbers, but row 4 has "a"/],
    [
      "all are, infinite ones too",
      [1, "-inf", 2, "inf"],
      /has "-Infinity" in row 3, which is not a finite number/,
    ],
    ["all are, the first two infinite", ["inf", "-inf", 1], /has "Infinity" in row 2, which is not a finite/],
    [
      "most are, and infinite ones among the text",
      [...whole(20), "a", "inf", "inf"],
      /has "inf" in row 23, which is not a finite number/,
    ],
    [
      "one looks like a number and all others are",
      ["$5", ...whole(9)],
      /looks like numbers, but row 2 has "\$5"/,
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
    ] as [Value[], Asked, string][]) {
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

  test("is an identifier from 21 texts on that differ in more than half of the rows", () => {
    expect(described(words(20)).kind).toBe("categorical");
    expect(described(words(21))).toEqual({ kind: "identifier", distinct: 21 });
    expect(described(words(41, 21)).kind).toBe("identifier");
    expect(described(words(42, 21)).kind).toBe("categorical");
    // Of the rows that have a value.
    expect(described([...words(41, 21), ...Array(40).fill(null)]).kind).toBe("identifier");
    expect(described(words(30, 10), "identifier")).toEqual({ kind: "identifier", distinct: 10 });
    expect(described(words(30), "categorical").kind).toBe("categorical");
  });

  test("are of more than 1000 categories the most frequent, of equally frequent ones the first by name, and a count of the rest", () => {
    // Of 1102 words the first hundred stand in two rows each, the next one in four, all others in three.
    const cells = whole(1102).flatMap((i) =>
      Array<string>(i < 100 ? 2 : i === 100 ? 4 : 3).fill(`word ${i}`),
    );
    const found = described(cells);
    if (found.kind !== "categorical") throw new Error("expected categories");
    expect(found.categories).toHaveLength(1000);
    const kept = new Set(found.categories);
    const lost = whole(1102).filter((i) => !kept.has(`word ${i}`));
    // Beyond the hundred two of those with three rows, the last by name.
    expect(lost).toEqual([...whole(100), 998, 999]);
    expect(found.rest).toEqual({ categories: 102, rows: 206 });
    expect(found.counts[found.categories.indexOf("word 100")]).toBe(4);
    expect(found.counts.reduce((a, b) => a + b) + 206).toBe(cells.length);
    expect(described(words(3000, 1000))).not.toHaveProperty("rest");
    expect(described(words(3000, 1001))).toMatchObject({ rest: { categories: 1, rows: 2 } });
    expect(described(words(1001), "categorical")).toMatchObject({ rest: { categories: 1, rows: 1 } });
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
  for (const asText of [new Set<string>(), new Set(["x"])]) {
    const { columns } = frameFrom({ x: ["10", "9", "9.0", null, "10", "9"] }, { asText });
    const counts = countCategories(columns[0], Int32Array.of(0, 1, 2, 3, 5));
    expect(counts).toEqual(
      new Map([
        ["10", 1],
        ["9", 3],
      ]),
    );
    expect(categoricalValues(counts)).toEqual({
      kind: "categorical",
      categories: ["9", "10"],
      counts: [3, 1],
    });
  }
});
