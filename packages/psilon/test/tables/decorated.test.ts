import { describe, expect, test } from "vitest";
import { parserOfStyle, styleOf } from "../../src/tables/decorated.ts";

/** The numbers of a column, and how they are read. */
function read(texts: readonly string[], commas: "thousands" | "unknown" = "thousands") {
  const reading = styleOf(texts, commas);
  return reading === null ? null : [reading, ...texts.map(parserOfStyle(reading))];
}

test.each<[string, string[], (string | number)[]]>([
  ["dollars", ["$314.48", "$2", "-$5", "$-5", "$ 7"], ["in $", 314.48, 2, -5, -5, 7]],
  ["thousands of dollars", ["$1,234.50", "$12"], ["in $ with commas between thousands", 1234.5, 12]],
  ["euros", ["€ 1.234,56", "€ 3,2"], ["in € with dots between thousands and decimal commas", 1234.56, 3.2]],
  ["euros behind", ["1,50 €", "-2,00€"], ["in € with decimal commas", 1.5, -2]],
  ["codes of money", ["USD 5", "USD 6.5"], ["in USD", 5, 6.5]],
  ["codes of money behind", ["5 EUR", "6 EUR"], ["in EUR", 5, 6]],
  ["other signs of money", ["R$ 5", "R$ 6"], ["in R$", 5, 6]],
  ["percent", ["38.4 %", "+3%", "-1 %"], ["in percent", 38.4, 3, -1]],
  ["percent with decimal commas", ["1,5 %", "2,25 %"], ["in percent with decimal commas", 1.5, 2.25]],
  ["units", ["50.1 kg", "2kg"], ["in kg", 50.1, 2]],
  ["units of several letters", ["3.5 mg/dl", "1e3 mg/dl"], ["in mg/dl", 3.5, 1000]],
  ["square metres", ["50 m²", "20 m²"], ["in m²", 50, 20]],
  ["square metres in ASCII", ["50 m2", "20m2"], ["in m2", 50, 20]],
  ["degrees", ["-3.5 °C", "12 °C"], ["in °C", -3.5, 12]],
  ["words behind a space", ["3 items", "12 items"], ["in items", 3, 12]],
  ["a unit called in", ["5 in", "1,000 in"], ["in in with commas between thousands", 5, 1000]],
  ["a price per weight", ["$5 kg", "$6 kg"], ["in $ kg", 5, 6]],
  ["thousands", ["31,448", "12", "1,234,567.5"], ["with commas between thousands", 31448, 12, 1234567.5]],
  ["Indian thousands", ["12,34,567", "1,00,000"], ["with commas between thousands", 1234567, 100000]],
  ["decimal commas", ["1,5", "2", ",25", "-3,5e2"], ["with decimal commas", 1.5, 2, 0.25, -350]],
  ["a leading zero", ["0,500", "0,750"], ["with decimal commas", 0.5, 0.75]],
  [
    "dots and decimal commas",
    ["1.234,56", "2,5"],
    ["with dots between thousands and decimal commas", 1234.56, 2.5],
  ],
  ["two dots", ["1.000.000", "250"], ["with dots between thousands", 1e6, 250]],
  ["spaces", ["1 234", "100"], ["with spaces between thousands", 1234, 100]],
  [
    "spaces that do not break",
    ["1\u00a0234,5", "1\u202f000"],
    ["with spaces between thousands and decimal commas", 1234.5, 1000],
  ],
  ["apostrophes", ["1'234.5", "1’000"], ["with apostrophes between thousands", 1234.5, 1000]],
  [
    "bookkeepers' negatives",
    ["(1,234)", "2", "(5)"],
    ["with commas between thousands and negative ones in parentheses", -1234, 2, -5],
  ],
  ["bookkeepers' dollars", ["($5)", "$6"], ["in $ with negative ones in parentheses", -5, 6]],
  ["typesetters' negatives", ["−5.5", "3"], ["with the minus sign −", -5.5, 3]],
])("%s: %j", (_, texts, [reading, ...numbers]) => {
  expect(read(texts)).toEqual([`read as numbers ${reading}`, ...numbers]);
});

test.each<[string, string[]]>([
  ["plain numbers", ["1", "2.5", "-3", "1e5"]],
  ["codes", ["A1", "A2"]],
  ["places in a row", ["1st", "1st"]],
  ["a letter behind", ["3a", "4a"]],
  ["a letter and a line", ["B-52"]],
  ["ranges", ["5-10", "10-20"]],
  ["bounds", ["<5", "<6"]],
  ["open ends", ["5+", "6+"]],
  ["numbers of things", ["#5", "#6"]],
  ["two currencies", ["$5", "€5"]],
  ["two units", ["50 kg", "50 lb"]],
  ["some with a unit", ["$5", "5"]],
  ["one that is none", ["$5", "$6", "free"]],
  ["singular and plural", ["1 bedroom", "2 bedrooms"]],
  ["two words", ["5 kg net"]],
  ["both decimal marks", ["0.5", "0,5"]],
  ["two kinds of thousands", ["1,234.5", "1'234"]],
  ["uneven groups", ["1,23", "1,234,5"]],
  ["lists", ["1,2,3"]],
  ["two digits after a space", ["12 34"]],
  ["two commas", ["1,,2"]],
  ["two signs", ["+-5 %"]],
  ["two signs around money", ["-$-5"]],
  ["a sign in parentheses", ["(-5)", "6"]],
  ["nothing but parentheses", ["(1)", "(2)"]],
  ["a sign alone", ["$"]],
  ["a unit alone", ["kg"]],
  ["nothing", []],
])("%s: %j have no style", (_, texts) => {
  expect(styleOf(texts, "thousands")).toBeNull();
});

describe("What tells thousands from decimals", () => {
  test("may stand in the last of many texts", () => {
    const whole = Array.from({ length: 500 }, (_, i) => String(i));
    expect(styleOf([...whole, "1,500"], "thousands")).toBe("read as numbers with commas between thousands");
    const unclear = Array.from({ length: 500 }, (_, i) => `${i + 1},385`);
    expect(styleOf([...unclear, "4,5"], "unknown")).toBe("read as numbers with decimal commas");
    expect(styleOf([...unclear, "1,234,567"], "unknown")).toBe(
      "read as numbers with commas between thousands",
    );
  });

  test("may be nothing, and then a comma sets off thousands only where that is said", () => {
    for (const texts of [["4,385", "12"], ["$4,385"], ["1,234 %"]]) {
      expect(read(texts, "unknown")).toBeNull();
      expect(read(texts)?.[1]).toBeOneOf([4385, 1234]);
    }
  });

  test("may be nothing for a dot, which then sets off decimals, but not of money where commas might", () => {
    expect(read(["1.234 kg"], "unknown")).toEqual(["read as numbers in kg", 1.234]);
    expect(read(["$3.459"])).toEqual(["read as numbers in $", 3.459]);
    expect(read(["1.234 €", "2.000 €"], "unknown")).toBeNull();
    expect(read(["1.234 €", "2.5 €"], "unknown")?.slice(1)).toEqual([1.234, 2.5]);
  });
});

describe("A style that is known", () => {
  test("reads other texts of its own and plain numbers", () => {
    const parse = parserOfStyle("read as numbers in kg with dots between thousands and decimal commas");
    expect(["1.234,5 kg", "4,385 kg", "4.385", "12", "-1kg"].map(parse)).toEqual([
      1234.5, 4.385, 4385, 12, -1,
    ]);
  });

  test("reads no other unit", () => {
    expect(["5 lb", "$5", "5 %", "kg"].map(parserOfStyle("read as numbers in kg"))).toEqual(
      new Array(4).fill(undefined),
    );
    expect(["5 %", "5 kg"].map(parserOfStyle("read as numbers in percent"))).toEqual([5, undefined]);
    expect(["5", "5 kg"].map(parserOfStyle("read as 64-bit floats"))).toEqual([5, undefined]);
  });
});
