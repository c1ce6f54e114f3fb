import { InputError } from "../errors.js";
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
} from "../tables/parse.js";
import type { Table } from "../tables/table.js";
import { moments } from "./statistics.js";

/** What a column holds, learned from its cells. */
export type ColumnValues =
  | {
      readonly kind: "numeric";
      readonly min: number;
      readonly max: number;
      readonly mean: number;
      readonly std: number;
      /** How many different numbers. */
      readonly distinct: number;
    }
  /** `categories` by number or else by text, never by row; `counts` beside them. */
  | {
      readonly kind: "categorical";
      readonly categories: readonly string[];
      readonly counts: readonly number[];
    }
  | { readonly kind: "boolean"; readonly counts: { readonly false: number; readonly true: number } }
  /** The same value in every row. */
  | { readonly kind: "constant"; readonly value: string }
  /** Text of too many values: it differs in more than half of the rows, such as a name, or has more than can become inputs. */
  | { readonly kind: "identifier"; readonly distinct: number }
  /** No value in any row. */
  | { readonly kind: "empty" };

/** Up to so many distinct texts a column is taken for categories however few rows there are. */
const FEW_DISTINCT = 20;

/** Kinds are told apart by no more different numbers; a set of all would be full at 2²⁴. */
const COUNTED = 11;

/** What one pass over a column finds. */
export interface Scan {
  readonly missing: number;
  readonly present: number;
  /** Different numbers, counted no further than `COUNTED`. */
  readonly distinct: number;
  /** How many cells are numbers, and whether any of these has a fraction. */
  readonly numeric: number;
  readonly fractions: boolean;
  /** How many cells are text that looks like a number. */
  readonly decorated: number;
  /** The first row holding text that is no number, and the first holding an infinite one; −1 where there is none. */
  readonly firstText: number;
  readonly firstInfinite: number;
  readonly boolean: boolean;
}

export function scan(table: Table, column: number, rows: Int32Array): Scan {
  const cells = table.columns[column];
  const numbers = new Set<number>();
  const states = new Map<string, boolean | undefined>();
  let missing = 0;
  let numeric = 0;
  let decorated = 0;
  let fractions = false;
  let firstText = -1;
  let firstInfinite = -1;
  for (const row of rows) {
    const cell = cells[row];
    if (isMissing(cell)) {
      missing++;
      continue;
    }
    const number = numberIn(cell);
    if (number === undefined) {
      if (firstText < 0) firstText = row;
      if (looksLikeNumber(cell)) decorated++;
    } else {
      numeric++;
      if (numbers.size < COUNTED) numbers.add(number);
      if (!Number.isFinite(number)) {
        if (firstInfinite < 0) firstInfinite = row;
      } else if (!Number.isInteger(number)) fractions = true;
    }
    if (states.size < 3) states.set(String(cell).trim().toLowerCase(), booleanIn(cell));
  }
  // "f" and "n" are both words for false, but side by side they are two categories.
  const truths = new Set(states.values());
  const boolean = states.size > 0 && truths.size === states.size && !truths.has(undefined);
  return {
    missing,
    present: rows.length - missing,
    distinct: numbers.size,
    numeric,
    decorated,
    fractions,
    firstText,
    firstInfinite,
    boolean,
  };
}

/**
 * What kind of values the cells are:
 * - numbers only: `numeric`, in which an infinite one is an error;
 * - two states such as true/false, yes/no, t/f, y/n (but not 0/1): `boolean`;
 * - mostly numbers (9 in 10 with more than 10 different ones, or 8 in 10 with fractions): an error at the first cell
 *   that is none, because a slip of the pen is likelier than so many categories;
 * - mostly what looks like numbers but is not written as such (1,5 or $5): an error as well, because as categories they
 *   would be learned silently;
 * - else `categorical`.
 */
export function likelyKind(
  table: Table,
  column: number,
  found: Scan,
): "numeric" | "boolean" | "categorical" | "empty" {
  if (found.present === 0) return "empty";
  const share = found.numeric / found.present;
  const numbersMeant =
    share === 1 || (share >= 0.9 && found.distinct >= COUNTED) || (share >= 0.8 && found.fractions);
  if (numbersMeant && found.firstInfinite >= 0) throw notFinite(table, column, found.firstInfinite);
  if (share === 1) return "numeric";
  if (found.boolean) return "boolean";
  if (numbersMeant) {
    const remedy = ', or declare the column "categorical" if it is meant so';
    throw notANumber(table, column, found.firstText, remedy);
  }
  if (found.decorated > 0 && (found.numeric + found.decorated) / found.present >= 0.9) {
    const row = found.firstText;
    throw new InputError(
      `Column "${table.names[column]}" of ${table.source} looks like numbers, but row ${table.firstRow + row} has ${show(table.columns[column][row])}; write them plainly, such as 1234.5, or declare the column "categorical" if it is meant so.`,
    );
  }
  return "categorical";
}

/**
 * A feature's values over `rows`, of the kind asked for or else the likely one; text of more than `maxCategories` values is then
 * an identifier. Throws InputError when the cells are not of the kind asked for, when numbers are mixed with text, and when more
 * than `maxCategories` categories are asked for.
 */
export function describeFeature(
  table: Table,
  column: number,
  rows: Int32Array,
  asked: "numeric" | "categorical" | "boolean" | "identifier" | undefined,
  maxCategories: number,
): { readonly missing: number; readonly values: ColumnValues } {
  const found = scan(table, column, rows);
  const { missing } = found;
  const kind = found.present === 0 ? "empty" : (asked ?? likelyKind(table, column, found));
  if (kind === "empty") return { missing, values: { kind } };
  if (kind === "numeric") return { missing, values: numericValues(table, column, rows, found) };
  if (kind === "boolean") return { missing, values: booleanValues(table, column, rows, found) };

  const counts = countCategories(table, column, rows);
  if (counts.size === 1 && missing === 0)
    return { missing, values: { kind: "constant", value: [...counts.keys()][0] } };
  const isIdentifier =
    counts.size > maxCategories || (counts.size > FEW_DISTINCT && counts.size > found.present / 2);
  if (asked === "identifier" || (asked === undefined && isIdentifier)) {
    return { missing, values: { kind: "identifier", distinct: counts.size } };
  }
  if (counts.size > maxCategories) {
    throw new InputError(
      `Column "${table.names[column]}" of ${table.source} has ${counts.size} different text values, more than the ${maxCategories} that can become inputs; leave it out by declaring it "ignore".`,
    );
  }
  return { missing, values: categoricalValues(counts) };
}

export function numericValues(table: Table, column: number, rows: Int32Array, found: Scan): ColumnValues {
  const numbers = numbersOf(table, column, rows);
  const { min, max, mean, std } = moments(numbers);
  if (min === max && found.missing === 0) return { kind: "constant", value: String(min) };
  return { kind: "numeric", min, max, mean, std, distinct: distinctOf(numbers) };
}

/** How many different values there are that are not NaN; sorts them. */
function distinctOf(values: Float64Array): number {
  values.sort();
  let distinct = 0;
  // NaN stands last, and differs from itself.
  for (let i = 0; i < values.length && !Number.isNaN(values[i]); i++) {
    if (values[i] !== values[i - 1]) distinct++;
  }
  return distinct;
}

function booleanValues(table: Table, column: number, rows: Int32Array, found: Scan): ColumnValues {
  const counts = { false: 0, true: 0 };
  for (const row of rows) {
    const cell = table.columns[column][row];
    if (isMissing(cell)) continue;
    const truth = booleanIn(cell);
    if (truth === undefined) throw notBoolean(table, column, row);
    counts[truth ? "true" : "false"]++;
  }
  const constant = found.missing === 0 && (counts.false === 0 || counts.true === 0);
  return constant
    ? { kind: "constant", value: categoryIn(table.columns[column][rows[0]]) }
    : { kind: "boolean", counts };
}

export function notBoolean(table: Table, column: number, row: number): InputError {
  return new InputError(
    `Column "${table.names[column]}" of ${table.source} holds true or false, but row ${table.firstRow + row} has ${show(table.columns[column][row])}, which is neither; correct the value, or leave it empty if it is missing.`,
  );
}

export function countCategories(table: Table, column: number, rows: Int32Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const cell = table.columns[column][row];
    if (isMissing(cell)) continue;
    const category = categoryIn(cell);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return counts;
}

export function categoricalValues(
  counts: ReadonlyMap<string, number>,
): ColumnValues & { kind: "categorical" } {
  const categories = sortCategories(counts.keys());
  return { kind: "categorical", categories, counts: categories.map((category) => counts.get(category) ?? 0) };
}
