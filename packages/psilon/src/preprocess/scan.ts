import { type Column, isMissingAt } from "../tables/column.js";
import { booleanIn, looksLikeNumber, numberIn } from "../tables/texts.js";

/** Kinds are told apart by no more different numbers. */
export const COUNTED = 11;

/** What one pass over a column finds. */
export interface Scan {
  readonly missing: number;
  readonly present: number;
  /** Different numbers, counted no further than `COUNTED`. */
  readonly distinct: number;
  /** How many values are numbers, and whether any of these has a fraction. */
  readonly numeric: number;
  readonly fractions: boolean;
  /** How many are text that looks like a number. */
  readonly decorated: number;
  /** The first row holding text that is no number, and the first holding an infinite one; −1 where there is none. */
  readonly firstText: number;
  readonly firstInfinite: number;
  readonly boolean: boolean;
}

export function scan(column: Column, rows: Int32Array): Scan {
  const present = rows.reduce((count, row) => count + (isMissingAt(column, row) ? 0 : 1), 0);
  const shared = { missing: rows.length - present, present, decorated: 0, firstText: -1, firstInfinite: -1 };
  switch (column.kind) {
    case "numbers":
      return { ...shared, ...scanNumbers(column.values, rows), numeric: present, boolean: false };
    case "categories":
      return { ...shared, ...scanTexts(column, rows) };
    case "booleans":
      return { ...shared, distinct: 0, numeric: 0, fractions: false, boolean: present > 0 };
    default:
      return { ...shared, distinct: 0, numeric: 0, fractions: false, boolean: false };
  }
}

function scanNumbers(
  values: Float64Array,
  rows: Int32Array,
): Pick<Scan, "distinct" | "fractions" | "firstInfinite"> {
  const numbers = new Set<number>();
  let fractions = false;
  let firstInfinite = -1;
  for (const row of rows) {
    const number = values[row];
    if (Number.isNaN(number)) continue;
    if (numbers.size < COUNTED) numbers.add(number);
    if (!Number.isFinite(number)) {
      if (firstInfinite < 0) firstInfinite = row;
    } else if (!Number.isInteger(number)) fractions = true;
  }
  return { distinct: numbers.size, fractions, firstInfinite };
}

/** Each different text is looked at once. */
function scanTexts(
  { codes, dictionary }: Column & { kind: "categories" },
  rows: Int32Array,
): Omit<Scan, "missing" | "present"> {
  const counts = new Int32Array(dictionary.length);
  const firstRow = new Int32Array(dictionary.length).fill(-1);
  for (const row of rows) {
    const code = codes[row];
    if (code < 0) continue;
    if (counts[code]++ === 0) firstRow[code] = row;
  }
  const numbers = new Set<number>();
  const states = new Map<string, boolean | undefined>();
  const found = { numeric: 0, decorated: 0, fractions: false, firstText: -1, firstInfinite: -1 };
  const earlier = (a: number, b: number) => (a < 0 ? b : Math.min(a, b));
  dictionary.forEach((text, code) => {
    if (counts[code] === 0) return;
    const number = numberIn(text);
    if (number === undefined) {
      found.firstText = earlier(found.firstText, firstRow[code]);
      if (looksLikeNumber(text)) found.decorated += counts[code];
    } else {
      found.numeric += counts[code];
      if (numbers.size < COUNTED) numbers.add(number);
      if (!Number.isFinite(number)) found.firstInfinite = earlier(found.firstInfinite, firstRow[code]);
      else if (!Number.isInteger(number)) found.fractions = true;
    }
    if (states.size < 3) states.set(text.toLowerCase(), booleanIn(text));
  });
  // "f" and "n" are both words for false, but side by side they are two categories.
  const truths = new Set(states.values());
  const boolean = states.size > 0 && truths.size === states.size && !truths.has(undefined);
  return { ...found, distinct: numbers.size, boolean };
}
