import { expect, test } from "vitest";
import {
  booleanIn,
  categoryIn,
  isExact,
  looksLikeNumber,
  numberIn,
  numbersIn,
  show,
  sortCategories,
} from "../../src/tables/texts.ts";

test.each<[string, number | undefined]>([
  ["3", 3],
  ["-0.5", -0.5],
  ["+3.e-1", 0.3],
  [".5E2", 50],
  ["007", 7],
  ["1e999", Number.POSITIVE_INFINITY],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["+INF", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["", undefined],
  [".", undefined],
  ["e5", undefined],
  ["1 2", undefined],
  ["1_000", undefined],
  ["0x1F", undefined],
  ["--1", undefined],
  ["1.2.3", undefined],
  ["infinite", undefined],
  ["true", undefined],
])("The text %j holds the number %d", (text, number) => {
  expect(numberIn(text)).toBe(number);
});

test.each<[string, boolean | undefined, string]>([
  ["true", true, "true"],
  ["Y", true, "Y"],
  ["1", true, "1"],
  ["1.0", undefined, "1"],
  ["false", false, "false"],
  ["No", false, "No"],
  ["0", false, "0"],
  ["truth", undefined, "truth"],
  ["-7.00", undefined, "-7"],
  ["7.50", undefined, "7.50"],
  ["v1.0", undefined, "v1.0"],
])("The text %j holds the truth %s and names the category %s", (text, truth, category) => {
  expect(booleanIn(text)).toBe(truth);
  expect(categoryIn(text)).toBe(category);
});

test("Text looks like a number in the dress of a spreadsheet", () => {
  for (const text of ["1,5", "1'000", "$5", "5 %", "-1.234,5"]) expect(looksLikeNumber(text)).toBe(true);
  for (const text of ["word", "1,2,3", "5 apples", ""]) expect(looksLikeNumber(text)).toBe(false);
});

test("Of texts for a missing value those that are numbers are these numbers, and an empty one is not 0", () => {
  expect(numbersIn(["-", " -999 ", "", " ", "unknown", "9.9e1", "0x10"])).toEqual(new Set([-999, 99]));
});

test("A number is exact unless it is whole and loses digits as a float", () => {
  const last = 2n ** 53n;
  for (const whole of [last, -last, last + 2n, 10n ** 22n, 0n]) {
    expect([isExact(whole), isExact(String(whole))], String(whole)).toEqual([true, true]);
  }
  for (const whole of [last + 1n, -last - 1n, 10n ** 23n, 12345678901234567890n]) {
    expect([isExact(whole), isExact(String(whole))], String(whole)).toEqual([false, false]);
  }
  for (const text of ["+9007199254740992", "0.1234567890123456789", "1e300", "1e999", "inf"]) {
    expect(isExact(text), text).toBe(true);
  }
  expect(isExact("+9007199254740993")).toBe(false);
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

test("Texts are shown in full up to 40 characters, and shortened to 40 beyond", () => {
  expect(show("x".repeat(40))).toBe(`"${"x".repeat(40)}"`);
  expect(show("x".repeat(41))).toBe(`"${"x".repeat(39)}…"`);
});
