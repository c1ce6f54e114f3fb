/**
 * What stands for a missing value, besides null, NaN and empty text. Upper and lower case matter: "Na" is sodium and
 * "none" is an answer.
 */
export const missingTexts: readonly string[] = [
  "",
  "NA",
  "N/A",
  "n/a",
  "#N/A",
  "NaN",
  "nan",
  "null",
  "NULL",
  "?",
];

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
/** A number as people and spreadsheets write it: 1,5 and 1.234,5 and 1,234 and $5 and 12 %. */
const DECORATED = /^[+-]?[$€£¥]?\s?[+-]?(?:\d+|\d{1,3}(?:[.,'’ ]\d{3})+)(?:[.,]\d+)?\s?[%$€£¥]?$/;
const TRUE = /^(?:true|t|yes|y|1)$/i;
const FALSE = /^(?:false|f|no|n|0)$/i;

/** The number a trimmed text is, ±Infinity for "inf" or "1e999"; undefined when it is none. */
export function numberIn(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** The numbers among texts that stand for a missing value. */
export const numbersIn = (texts: readonly string[]): ReadonlySet<number> =>
  new Set(texts.flatMap((text) => numberIn(text.trim()) ?? []));

/** The reading of a column of which some number is not `isExact`. */
export const INEXACT = "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more";

/** Whether a number keeps all its digits as a 64-bit float; asked of whole numbers alone. */
export function isExact(number: string | bigint): boolean {
  const value = Number(number);
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return true;
  return typeof number === "bigint" || /^[+-]?\d+$/.test(number)
    ? BigInt(value) === BigInt(String(number).replace("+", ""))
    : true;
}

/** Whether a trimmed text looks like a number to a person, with a decimal comma, separated thousands, a currency or a percent sign. */
export const looksLikeNumber = (text: string): boolean => DECORATED.test(text);

/** A trimmed text whose comma may set off thousands or decimals, in both ways: "4,385" is 4385 or 4.385. Undefined for any other. */
export function bothWays(text: string): readonly [thousands: string, decimals: string] | undefined {
  const [, whole, rest] = /^([+-]?[1-9]\d{0,2}),(\d{3})$/.exec(text) ?? [];
  return whole === undefined ? undefined : [`${whole}${rest}`, `${whole}.${rest}`];
}

/** The truth a trimmed text says: true, t, yes, y, 1 against false, f, no, n, 0, in any case; undefined when it says none. */
export function booleanIn(text: string): boolean | undefined {
  return TRUE.test(text) ? true : FALSE.test(text) ? false : undefined;
}

/** The category a trimmed text names: a whole number is the same category however it was written. */
export const categoryIn = (text: string): string => text.replace(/^(-?\d+)\.0+$/, "$1");

/** Categories in the one order that does not depend on the order of rows: by number where all are numbers, else by text. */
export function sortCategories(categories: Iterable<string>): string[] {
  const sorted = [...categories].sort((a, b) => (a < b ? -1 : 1));
  return sorted.every((text) => DECIMAL.test(text)) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/** A text as quoted in a message, shortened. */
export function show(text: string): string {
  return text.length > 40 ? `"${text.slice(0, 39)}…"` : `"${text}"`;
}
