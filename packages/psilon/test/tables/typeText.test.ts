import { describe, expect, test } from "vitest";
import type { CategoryColumn, Column } from "../../src/tables/column.ts";
import { textBuilder } from "../../src/tables/textColumn.ts";
import { type TextOptions, typeText } from "../../src/tables/typeText.ts";

const origin = { source: "data.csv", firstRow: 2 };

function textColumn(texts: readonly (string | null)[], missing: readonly string[] = []): CategoryColumn {
  const builder = textBuilder(texts.length, missing);
  for (const text of texts) builder.push(text);
  return builder.column("x", origin) as CategoryColumn;
}

const typed = (texts: readonly (string | null)[], options: TextOptions = {}): Column =>
  typeText(textColumn(texts, options.missing), options);

const day = (iso: string) => Date.parse(`${iso}T00:00:00Z`);

describe("A column of texts becomes", () => {
  test("numbers where all are plain numbers, each row its own", () => {
    expect(typed(["1", null, "2.50", " 1 ", "NA", "-inf"])).toEqual({
      kind: "numbers",
      name: "x",
      origin,
      values: Float64Array.of(1, Number.NaN, 2.5, 1, Number.NaN, Number.NEGATIVE_INFINITY),
    });
  });

  test("dates where all are of one format, which is said", () => {
    expect(typed(["2020-01-05", null, "2020-02-06 12:00"])).toEqual({
      kind: "dates",
      name: "x",
      origin,
      values: Float64Array.of(day("2020-01-05"), Number.NaN, day("2020-02-06") + 43_200_000),
      reading: "read as dates, year-month-day",
    });
  });

  test("hours where all are times of day", () => {
    expect(typed(["10:30", "2 PM"])).toMatchObject({
      kind: "numbers",
      values: Float64Array.of(10.5, 14),
      reading: "read as times of day, in hours since midnight",
    });
    expect(typed(["12 AM", "1 AM"])).toMatchObject({ values: Float64Array.of(0, 1) });
  });

  test("numbers where all are of one style, which is said", () => {
    expect(typed(["$1,200", null, "$3"])).toMatchObject({
      kind: "numbers",
      values: Float64Array.of(1200, Number.NaN, 3),
      reading: "read as numbers in $ with commas between thousands",
    });
  });
});

test("Years and days written without marks stay plain numbers", () => {
  expect(typed(["2020", "2021"])).toMatchObject({ kind: "numbers", values: Float64Array.of(2020, 2021) });
  expect(typed(["20200105"])).not.toHaveProperty("reading");
});

test.each([
  [["1", "x"]],
  [["yes", "no"]],
  [["true", "false"]],
  [["2020-01-05", "05.01.2020"]],
  [["2020-01-05", "7"]],
  [["2020-01-05", "unknown"]],
  [["2020-02-30"]],
  [["13/01/2020", "01/13/2020"]],
  [["10:30", "2020"]],
  [["$5", "10:30"]],
  [["1.2.3", "1.2.13"]],
  [["A1", "B2"]],
  [["NA", "?"]],
])("%j stay texts", (texts) => {
  const column = textColumn(texts);
  expect(typeText(column)).toBe(column);
});

describe("Of day and month", () => {
  test("the whole column tells which is which", () => {
    expect(typed(["01/02/2020", "13/02/2020"])).toMatchObject({
      values: Float64Array.of(day("2020-02-01"), day("2020-02-13")),
      reading: "read as dates, day/month/year",
    });
    expect(typed(["01/02/2020", "02/13/2020"])).toMatchObject({
      values: Float64Array.of(day("2020-01-02"), day("2020-02-13")),
      reading: "read as dates, month/day/year",
    });
    expect(typed(["01/02/20", "13/02/20"])).toMatchObject({ reading: "read as dates, day/month/year" });
  });

  test("the month comes first where nothing tells, which is said", () => {
    expect(typed(["01/02/2020", "03/04/2020"])).toMatchObject({
      values: Float64Array.of(day("2020-01-02"), day("2020-03-04")),
      reading: "read as dates, month/day/year (day/month/year fits as well)",
    });
  });
});

describe("Texts for a missing value", () => {
  test("that are numbers stand for all ways to write them, once the column is numbers", () => {
    expect(typed(["-999", "-999.0", "$-999", "5"], { missing: ["-999"] }).kind).toBe("categories");
    expect(typed(["-999", "-999.0", "5"], { missing: ["-999"] })).toMatchObject({
      values: Float64Array.of(Number.NaN, Number.NaN, 5),
    });
    expect(typed(["$-999.00", "$5"], { missing: ["-999", "-"] })).toMatchObject({
      values: Float64Array.of(Number.NaN, 5),
    });
  });

  test("do not keep a column from being numbers or dates", () => {
    expect(typed(["-", "5"], { missing: ["-"] })).toMatchObject({ values: Float64Array.of(Number.NaN, 5) });
    expect(typed(["open", "2020-01-05"], { missing: ["open"] }).kind).toBe("dates");
  });

  test("that are empty do not make zeros missing", () => {
    expect(typed(["0", "5"], { missing: ["", " "] })).toMatchObject({ values: Float64Array.of(0, 5) });
  });
});

test("Whole numbers that lose digits are said to", () => {
  expect(typed(["9007199254740993", "1"])).toMatchObject({
    kind: "numbers",
    reading: "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more",
  });
  expect(typed(["9007199254740992", "1e300", "0.12345678901234567890"])).not.toHaveProperty("reading");
});

test("What the comma does is taken from the source where nothing else tells", () => {
  expect(typed(["4,385"])).toMatchObject({ values: Float64Array.of(4385) });
  expect(typed(["4,385"], { commas: "unknown" }).kind).toBe("categories");
});

describe("As a column like it was read before", () => {
  test("a column is read again, whatever it would be alone", () => {
    const before = [
      ["13/02/2020", "01/02/2020"],
      ["01/02/2020", "03/04/2020"],
      ["1.234,5", "2"],
      ["$1,200"],
      ["4.385.000"],
      ["10:30", "14:00"],
      ["9007199254740993"],
    ];
    for (const texts of before) {
      const all = typed(texts) as Column & { kind: "numbers" | "dates" };
      expect(all.reading, texts[0]).toBeDefined();
      const last = typed(texts.slice(-1), { reading: all.reading });
      expect(last).toEqual({ ...all, values: all.values.slice(-1) });
    }
  });

  test("numbers may have come without their unit, but not with another", () => {
    const reading = "read as numbers in kg";
    expect(typed(["5 kg", "7"], { reading })).toMatchObject({ values: Float64Array.of(5, 7), reading });
    expect(typed(["5 kg", "7 lb"], { reading }).kind).toBe("categories");
    expect(typed(["9,5"], { reading: "read as numbers with decimal commas" })).toMatchObject({
      values: Float64Array.of(9.5),
    });
  });

  test("dates of another format stay texts", () => {
    const reading = "read as dates, day.month.year";
    expect(typed(["05.01.2020", "05.01.20"], { reading })).toMatchObject({ kind: "dates", reading });
    expect(typed(["2020-01-05"], { reading }).kind).toBe("categories");
    expect(typed(["2020-01-05"], { reading: "read as dates, year-month" }).kind).toBe("categories");
  });
});

/** So long that a pattern which goes back over a text for every letter of it hangs for good. */
const LONG = 2_000_000;

test.each([
  ["digits", "1".repeat(LONG)],
  ["decimals", `1.${"1".repeat(LONG)}`],
  ["exponents", `1e${"1".repeat(LONG)}`],
  ["groups", `1${",111".repeat(LONG / 4)}`],
  ["lakhs", `1${",11".repeat(LONG / 4)}`],
  ["digits and spaces", "1 ".repeat(LONG / 2)],
  ["spaces before a time", `2020-01-05${" ".repeat(LONG)}`],
  ["spaces behind a time", `2020-01-05 10:30${" ".repeat(LONG)}`],
  ["fractions of a second", `2020-01-05 10:30:00.${"1".repeat(LONG)}`],
  ["spaces behind a time of day", `10:30${" ".repeat(LONG)}`],
  ["spaces behind a month", `5 may${" ".repeat(LONG)}`],
  ["spaces behind a number", `5${" ".repeat(LONG)}`],
  ["letters", "a".repeat(LONG)],
  ["capitals", "A".repeat(LONG)],
  ["opening parentheses", "(".repeat(LONG)],
])("A long text is read in one go: %s", (_, start) => {
  expect(typed([`${start}!`]).kind).toBe("categories");
});
