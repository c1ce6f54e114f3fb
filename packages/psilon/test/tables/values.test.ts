import { describe, expect, test } from "vitest";
import type { Column } from "../../src/tables/column.ts";
import {
  categoriesAt,
  categoryAt,
  notANumber,
  notFinite,
  notPlainNumber,
  numbersAt,
  textAt,
  truthsAt,
  valueAt,
} from "../../src/tables/values.ts";
import { refusal } from "../support/synthetic.ts";

const named = { name: "x", origin: { source: "data.csv", firstRow: 2 } };
const none = Number.NaN;
const numbers: Column = { kind: "numbers", ...named, values: Float64Array.of(1, 2.5, none, 1) };
const texts: Column = {
  kind: "categories",
  ...named,
  codes: Int32Array.of(0, 1, -1, 2, 3, 4, 5, 0),
  dictionary: ["1", "2.5", "-inf", "word", "true", "1.0"],
};
const truths: Column = { kind: "booleans", ...named, values: Int8Array.of(1, 0, -1) };
const dates: Column = { kind: "dates", ...named, values: Float64Array.of(0, 129_600_000, none) };
const unread: Column = { kind: "unread", ...named, reason: "it is nested" };

const rows = (...places: number[]) => Int32Array.from(places);

describe("The numbers of a column", () => {
  test("are those of the rows asked for, NaN where one is missing, in texts as well", () => {
    expect(numbersAt(numbers, rows(3, 2, 1))).toEqual(Float64Array.of(1, none, 2.5));
    expect(numbersAt(texts, rows(7, 2, 1, 6))).toEqual(Float64Array.of(1, none, 2.5, 1));
  });

  test("are days of dates", () => {
    expect(numbersAt(dates, rows(1, 2, 0))).toEqual(Float64Array.of(1.5, none, 0));
  });

  test("are refused by the row's own number where there is none, or an infinite one", async () => {
    const refused = (row: number) => refusal(() => numbersAt(texts, rows(0, row)));
    const mend = "correct the value, or leave it empty if it is missing";
    expect(await refused(3)).toBe(
      `Column "x" of data.csv has "-inf" in row 5, which is not a finite number; ${mend}.`,
    );
    expect(await refused(4)).toBe(`Column "x" of data.csv holds numbers, but row 6 has "word"; ${mend}.`);
    expect(await refused(5)).toBe(`Column "x" of data.csv holds numbers, but row 7 has "true"; ${mend}.`);
    expect(await refusal(() => numbersAt(truths, rows(0)))).toMatch(/row 2 has "true"/);
    expect(notANumber(texts, 4, "mostly-numbers", "or else").message).toMatch(/"word"; or else\.$/);
    expect(notANumber(texts, 4, "mostly-numbers").problem).toMatchObject({
      code: "mostly-numbers",
      where: { source: "data.csv", column: "x", row: 6 },
      value: "word",
    });
    expect(notFinite(texts, 3).problem.code).toBe("not-finite");
  });

  test("are not guessed where a comma may set off thousands or decimals", () => {
    const dictionary = ["1,234", "-12,500", "1,2345", "0,500"];
    const column: Column = { kind: "categories", ...named, codes: Int32Array.of(0, 1, 2, 3), dictionary };
    const said = [notANumber, notPlainNumber].flatMap((refused) =>
      [0, 1, 2, 3].map((row) => refused(column, row)),
    );
    expect(said.map(({ problem }) => problem.code)).toEqual([
      "ambiguous-comma",
      "ambiguous-comma",
      "not-a-number",
      "not-a-number",
      "ambiguous-comma",
      "ambiguous-comma",
      "looks-like-numbers",
      "looks-like-numbers",
    ]);
    expect(said[1].message).toMatch(
      /holds numbers, but row 3 has "-12,500", whose comma may set off thousands or decimals; write -12500 or -12\.500\.$/,
    );
    expect(said[4].message).toMatch(/looks like numbers, but .* write 1234 or 1\.234\.$/);
  });

  test("are refused by the file and its row where there are several", async () => {
    const origin = {
      source: "*.csv",
      firstRow: 1,
      files: [
        { source: "a.csv", firstRow: 2, rows: 3 },
        { source: "b.csv", firstRow: 4, rows: 5 },
      ],
    };
    expect(await refusal(() => numbersAt({ ...texts, origin }, rows(4)))).toMatch(
      'Column "x" of b.csv holds numbers, but row 5 has "word"',
    );
  });
});

describe("The categories of a column", () => {
  const namesAt = (column: Column, ...places: number[]) => {
    const { codes, names } = categoriesAt(column, rows(...places));
    return Array.from(codes, (code) => (code < 0 ? null : names[code]));
  };

  test("are its texts, of which a whole number is the same however it is written", () => {
    expect(namesAt(texts, 0, 6, 2, 4)).toEqual(["1", "1", null, "word"]);
    expect(categoriesAt(texts, rows(0, 1, 2, 3, 4, 5, 6, 7)).names).toEqual([
      "1",
      "2.5",
      "-inf",
      "word",
      "true",
    ]);
    expect(categoryAt(texts, 6)).toBe("1");
  });

  test("are numbers, dates and truths as they are shown", () => {
    expect(namesAt(numbers, 3, 2, 1, 0)).toEqual(["1", null, "2.5", "1"]);
    expect(categoriesAt(numbers, rows(1, 0, 3)).names).toEqual(["2.5", "1"]);
    expect(namesAt(dates, 0, 1, 2)).toEqual(["1970-01-01", "1970-01-02 12:00", null]);
    expect(namesAt(truths, 0, 1, 2)).toEqual(["true", "false", null]);
    expect(namesAt(unread, 0, 1)).toEqual([null, null]);
  });
});

describe("The truths of a column", () => {
  test("are those of booleans, and of texts and numbers that say one", () => {
    expect(truthsAt(truths, rows(2, 1, 0))).toEqual(Int8Array.of(-1, 0, 1));
    expect(truthsAt(texts, rows(0, 2, 5, 6))).toEqual(Int8Array.of(1, -1, 1, 1));
    expect(truthsAt(numbers, rows(0, 2))).toEqual(Int8Array.of(1, -1));
  });

  test("are refused where there is neither", async () => {
    expect(await refusal(() => truthsAt(texts, rows(0, 4)))).toBe(
      'Column "x" of data.csv holds true or false, but row 6 has "word", which is neither; correct the value, or leave it empty if it is missing.',
    );
  });
});

test("What stands in a row is a value of its kind, and null or no text where nothing stands", () => {
  expect([valueAt(numbers, 1), valueAt(numbers, 2)]).toEqual([2.5, null]);
  expect([valueAt(texts, 6), valueAt(texts, 2)]).toEqual(["1.0", null]);
  expect([valueAt(truths, 0), valueAt(truths, 1), valueAt(truths, 2)]).toEqual([true, false, null]);
  expect([valueAt(dates, 1), valueAt(dates, 2)]).toEqual([new Date(129_600_000), null]);
  for (const column of [numbers, texts, truths, dates]) expect(textAt(column, 2)).toBe("");
  expect([textAt(numbers, 1), textAt(texts, 6), textAt(truths, 1), textAt(dates, 1)]).toEqual([
    "2.5",
    "1.0",
    "false",
    "1970-01-02 12:00",
  ]);
});
