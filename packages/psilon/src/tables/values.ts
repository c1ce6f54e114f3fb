import { InputError, type ProblemCode } from "../errors.js";
import { type Column, isMissingAt, placeOfRow, type Value } from "./column.js";
import { daysOf, showDate } from "./dates.js";
import { booleanIn, bothWays, categoryIn, numberIn, show } from "./texts.js";

/** What stands in the row, as a text; the column's own words where it has any, and none where nothing stands. */
export function textAt(column: Column, row: number): string {
  if (isMissingAt(column, row)) return "";
  switch (column.kind) {
    case "numbers":
      return String(column.values[row]);
    case "dates":
      return showDate(column.values[row]);
    case "booleans":
      return column.values[row] === 1 ? "true" : "false";
    case "categories":
      return column.dictionary[column.codes[row]];
    case "unread":
      return "";
  }
}

/** What stands in the row. */
export function valueAt(column: Column, row: number): Value {
  if (isMissingAt(column, row)) return null;
  if (column.kind === "numbers") return column.values[row];
  if (column.kind === "dates") return new Date(column.values[row]);
  return column.kind === "booleans" ? column.values[row] === 1 : textAt(column, row);
}

/** The category in the row. */
export const categoryAt = (column: Column, row: number): string => categoryIn(textAt(column, row));

/**
 * The numbers of a column at `rows`, NaN where one is missing; of dates, days since 1970. Throws InputError at what is no finite number.
 */
export function numbersAt(column: Column, rows: Int32Array): Float64Array {
  const numbers = new Float64Array(rows.length);
  if (column.kind === "numbers") {
    const { values } = column;
    for (let i = 0; i < rows.length; i++) {
      const number = values[rows[i]];
      if (Math.abs(number) === Number.POSITIVE_INFINITY) throw notFinite(column, rows[i]);
      numbers[i] = number;
    }
    return numbers;
  }
  const parsed = column.kind === "categories" ? column.dictionary.map((text) => numberIn(text)) : [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    let number: number | undefined;
    switch (column.kind) {
      case "dates":
        number = daysOf(column.values[row]);
        break;
      case "categories": {
        const code = column.codes[row];
        number = code < 0 ? Number.NaN : parsed[code];
      }
    }
    if (number === undefined) throw notANumber(column, row);
    if (Math.abs(number) === Number.POSITIVE_INFINITY) throw notFinite(column, row);
    numbers[i] = number;
  }
  return numbers;
}

/** Categories of some rows: places in `names`, −1 where one is missing. */
export interface Categories {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

/** The categories at `rows`, by the column's own words; numbers and dates are categories by how they are shown. */
export function categoriesAt(column: Column, rows: Int32Array): Categories {
  const places = new Map<string, number>();
  const names: string[] = [];
  const placeOf = (name: string) => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, names.length);
    return names.push(name) - 1;
  };
  if (column.kind === "categories") {
    const { codes, dictionary } = column;
    // A part of a table's rows need not have all of its texts.
    const isUsed = new Uint8Array(dictionary.length);
    for (const row of rows) if (codes[row] >= 0) isUsed[codes[row]] = 1;
    const merged = new Int32Array(dictionary.length);
    for (let code = 0; code < merged.length; code++) {
      if (isUsed[code]) merged[code] = placeOf(categoryIn(dictionary[code]));
    }
    return { codes: rows.map((row) => (codes[row] < 0 ? -1 : merged[codes[row]])), names };
  }
  if (column.kind === "numbers" || column.kind === "dates") {
    const { values } = column;
    const known = new Map<number, number>();
    const codes = rows.map((row) => {
      const value = values[row];
      if (Number.isNaN(value)) return -1;
      const place = known.get(value) ?? placeOf(textAt(column, row));
      known.set(value, place);
      return place;
    });
    return { codes, names };
  }
  if (column.kind === "unread") return { codes: new Int32Array(rows.length).fill(-1), names };
  return { codes: rows.map((row) => column.values[row]), names: ["false", "true"] };
}

/** 1 for true, 0 for false, −1 where a truth is missing. Throws InputError at what is neither. */
export function truthsAt(column: Column, rows: Int32Array): Int8Array {
  if (column.kind === "booleans") return Int8Array.from(rows, (row) => column.values[row]);
  const { codes, names } = categoriesAt(column, rows);
  const truths = names.map(booleanIn);
  return Int8Array.from(codes, (code, i) => {
    const truth = code < 0 ? -1 : truths[code];
    if (truth === undefined) throw notBoolean(column, rows[i]);
    return Number(truth);
  });
}

/** Which problem a value is: what it stands in, by file, column and row. */
function problem(
  column: Column,
  row: number,
  code: ProblemCode,
  found: (holder: string, row: string, value: string) => string,
  remedy = "correct the value, or leave it empty if it is missing",
): InputError {
  const place = placeOfRow(column.origin, row);
  const value = textAt(column, row);
  return new InputError({
    code,
    found: found(`Column "${column.name}" of ${place.source}`, `row ${place.row}`, show(value)),
    where: { ...place, column: column.name },
    value,
    remedy,
  });
}

/** The same of what is no number; with a comma that may set off thousands or decimals, it might be one of two. */
function unreadNumber(
  column: Column,
  row: number,
  code: "not-a-number" | "mostly-numbers" | "looks-like-numbers",
  found: string,
  remedy: string | undefined,
): InputError {
  const ways = bothWays(textAt(column, row));
  return ways === undefined
    ? problem(
        column,
        row,
        code,
        (holder, where, value) => `${holder} ${found}, but ${where} has ${value}`,
        remedy,
      )
    : problem(
        column,
        row,
        "ambiguous-comma",
        (holder, where, value) =>
          `${holder} ${found}, but ${where} has ${value}, whose comma may set off thousands or decimals`,
        `write ${ways[0]} or ${ways[1]}`,
      );
}

/** `code`: whether all cells should be numbers, or most are. */
export const notANumber = (
  column: Column,
  row: number,
  code: "not-a-number" | "mostly-numbers" = "not-a-number",
  remedy?: string,
): InputError => unreadNumber(column, row, code, "holds numbers", remedy);

export const notPlainNumber = (column: Column, row: number): InputError =>
  unreadNumber(
    column,
    row,
    "looks-like-numbers",
    "looks like numbers",
    'write them plainly, such as 1234.5, or declare the column "categorical" if it is meant so',
  );

export const notFinite = (column: Column, row: number): InputError =>
  problem(
    column,
    row,
    "not-finite",
    (holder, where, value) => `${holder} has ${value} in ${where}, which is not a finite number`,
  );

export const notBoolean = (column: Column, row: number): InputError =>
  problem(
    column,
    row,
    "not-a-boolean",
    (holder, where, value) => `${holder} holds true or false, but ${where} has ${value}, which is neither`,
  );
