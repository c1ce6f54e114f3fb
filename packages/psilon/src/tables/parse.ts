import { InputError } from "../errors.js";
import type { Cell, Table } from "./table.js";

/**
 * What stands for a missing value, besides null, NaN and empty text. Upper and lower case matter: "Na" is sodium and
 * "none" is an answer.
 */
const MISSING: ReadonlySet<string> = new Set([
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
]);

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** A number as people and spreadsheets write it: 1,5 and 1.234,5 and 1,234 and $5 and 12 %. */
const DECORATED = /^[+-]?[$€£¥]?\s?[+-]?(?:\d+|\d{1,3}(?:[.,'’ ]\d{3})+)(?:[.,]\d+)?\s?[%$€£¥]?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const TRUE = /^(?:true|t|yes|y|1)$/i;
const FALSE = /^(?:false|f|no|n|0)$/i;

/** Whether the cell holds nothing: null, NaN, or one of the tokens above with or without white space around it. */
export function isMissing(cell: Cell): boolean {
  if (typeof cell === "string") return MISSING.has(cell.trim());
  return cell === null || Number.isNaN(cell);
}

/** The number a cell holds, ±Infinity for "inf" or "1e999"; undefined when it holds none. */
export function numberIn(cell: Cell): number | undefined {
  if (typeof cell === "number") return cell;
  if (typeof cell !== "string") return undefined;
  const text = cell.trim();
  if (DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** Whether the text looks like a number to a person, with a decimal comma, separated thousands, a currency or a percent sign. */
export function looksLikeNumber(cell: Cell): boolean {
  return typeof cell === "string" && DECORATED.test(cell.trim());
}

/** The truth a cell holds: true, t, yes, y, 1 against false, f, no, n, 0, in any case; undefined when it holds none. */
export function booleanIn(cell: Cell): boolean | undefined {
  const text = String(cell).trim();
  return TRUE.test(text) ? true : FALSE.test(text) ? false : undefined;
}

/** The category a cell names: its text, trimmed; a whole number is the same category however it was written. */
export function categoryIn(cell: Cell): string {
  return String(cell)
    .trim()
    .replace(/^(-?\d+)\.0+$/, "$1");
}

/** Categories in the one order that does not depend on the order of rows: by number where all are numbers, else by text. */
export function sortCategories(categories: Iterable<string>): string[] {
  const sorted = [...categories].sort((a, b) => (a < b ? -1 : 1));
  return sorted.every((text) => DECIMAL.test(text)) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/**
 * The numbers of a column at `rows`, NaN where one is missing. Throws InputError at a cell that is not a finite number.
 */
export function numbersOf(table: Table, column: number, rows: Int32Array): Float64Array {
  const cells = table.columns[column];
  const numbers = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const cell = cells[rows[i]];
    const number = isMissing(cell) ? Number.NaN : numberIn(cell);
    if (number === undefined) throw notANumber(table, column, rows[i]);
    if (Math.abs(number) === Number.POSITIVE_INFINITY) throw notFinite(table, column, rows[i]);
    numbers[i] = number;
  }
  return numbers;
}

/** `remedy`: what else than mending the cell would help, such as ", or …". */
export function notANumber(table: Table, column: number, row: number, remedy = ""): InputError {
  return new InputError(
    `Column "${table.names[column]}" of ${table.source} holds numbers, but row ${table.firstRow + row} has ${show(table.columns[column][row])}; correct the value, or leave it empty if it is missing${remedy}.`,
  );
}

export function notFinite(table: Table, column: number, row: number): InputError {
  return new InputError(
    `Column "${table.names[column]}" of ${table.source} has ${show(table.columns[column][row])} in row ${table.firstRow + row}, which is not a finite number; correct the value, or leave it empty if it is missing.`,
  );
}

/** A cell as quoted in a message, shortened. */
export function show(cell: Cell): string {
  const text = String(cell);
  return text.length > 40 ? `"${text.slice(0, 39)}…"` : `"${text}"`;
}
