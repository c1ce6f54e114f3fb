import { InputError } from "../errors.js";
import type { CategoryColumn, Column, Origin } from "./column.js";
import type { Frame } from "./frame.js";
import { textBuilder } from "./textColumn.js";
import { type TextOptions, typeText } from "./typeText.js";

/** One row by column names; a name it lacks counts as missing. */
export type Row = Readonly<Record<string, unknown>>;

/** Columns by name, all of one length: arrays, typed arrays, or vectors of Arrow and the like. */
export type Columns = Readonly<Record<string, ArrayLike<unknown> | Vector>>;

/** A column of a table library: Arrow's and arquero's have these. */
export interface Vector {
  readonly length: number;
  get(row: number): unknown;
}

/** How cells are read. */
export interface CellOptions extends TextOptions {
  /** Texts that stand for a missing value, and so for numbers: "-", "unknown", "-999". */
  readonly missing?: readonly string[];
  /** Columns whose cells stay texts, whatever they look like: those to be taken for categories. */
  readonly asText?: ReadonlySet<string>;
}

/** What a program may hand over as one value. */
type Cell = string | number | boolean | null;

/**
 * A frame from rows (an array of objects) or from columns (an object of arrays, typed arrays or vectors). Values may be numbers, text,
 * booleans, dates, whole BigInts, and null or undefined where one is missing. A Float64Array is taken as it is, without a copy.
 *
 * Throws InputError for rows that are no objects, columns of unequal length, and values of any other type.
 */
export function frameFrom(data: readonly Row[] | Columns, options: CellOptions = {}): Frame {
  return Array.isArray(data)
    ? fromRows(data as readonly Row[], options)
    : fromColumns(data as Columns, options);
}

function fromRows(rows: readonly Row[], options: CellOptions): Frame {
  const columns = new Map<string, unknown[]>();
  rows.forEach((row, index) => {
    if (row === null || typeof row !== "object" || Array.isArray(row)) {
      throw new InputError({
        code: "wrong-type",
        found: `Row ${index + 1} of the given rows is not an object of column names and values`,
        where: { source: "the given rows", row: index + 1 },
      });
    }
    for (const [name, value] of Object.entries(row)) {
      const column = columns.get(name) ?? new Array<unknown>(rows.length).fill(null);
      columns.set(name, column);
      column[index] = value;
    }
  });
  const origin = { source: "the given rows", firstRow: 1 };
  return frameOf(origin, [...columns], rows.length, options);
}

function fromColumns(data: Columns, options: CellOptions): Frame {
  if (data === null || typeof data !== "object") {
    throw new InputError({
      code: "wrong-type",
      found: "Data is given as an array of row objects or as an object of columns, but neither was found",
    });
  }
  const entries = Object.entries(data);
  for (const [name, column] of entries) {
    const length: unknown = column?.length;
    if (typeof column !== "object" || typeof length !== "number") {
      throw new InputError({
        code: "wrong-type",
        found: `Column "${name}" of the given columns is not an array`,
        where: { source: "the given columns", column: name },
      });
    }
    const [firstName, first] = entries[0];
    if (length !== first.length) {
      throw new InputError({
        code: "wrong-shape",
        found: `Column "${name}" has ${length} values but column "${firstName}" has ${first.length}`,
        where: { source: "the given columns", column: name },
        remedy: "all columns must be of one length",
      });
    }
  }
  const origin = { source: "the given columns", firstRow: 1 };
  return frameOf(origin, entries, entries[0]?.[1].length ?? 0, options);
}

function frameOf(
  origin: Origin,
  entries: readonly (readonly [name: string, values: ArrayLike<unknown> | Vector])[],
  rowCount: number,
  options: CellOptions,
): Frame {
  const columns = entries.map(([name, values]) => columnFrom(name, origin, values, options));
  return { origin, columns, rowCount };
}

function columnFrom(
  name: string,
  origin: Origin,
  given: ArrayLike<unknown> | Vector,
  options: CellOptions,
): Column {
  const named = { name, origin };
  const asText = options.asText?.has(name) === true;
  const marks = new Set((options.missing ?? []).map(Number).filter((mark) => !Number.isNaN(mark)));
  const values =
    "get" in given && typeof given.get === "function"
      ? contentsOf(given as Vector)
      : (given as ArrayLike<unknown>);
  if (values instanceof Float64Array && !asText && marks.size === 0)
    return { kind: "numbers", ...named, values };
  const { length } = values;
  switch (asText ? "text" : typeOf(values)) {
    case "number": {
      const numbers = new Float64Array(length);
      for (let row = 0; row < length; row++) {
        const value = values[row];
        const number = value === null || value === undefined ? Number.NaN : Number(value);
        numbers[row] = marks.has(number) ? Number.NaN : number;
      }
      return { kind: "numbers", ...named, values: numbers };
    }
    case "boolean":
      return {
        kind: "booleans",
        ...named,
        values: Int8Array.from({ length }, (_, row) => (values[row] == null ? -1 : Number(values[row]))),
      };
    case "date":
      return {
        kind: "dates",
        ...named,
        values: Float64Array.from({ length }, (_, row) =>
          values[row] == null ? Number.NaN : (values[row] as Date).getTime(),
        ),
      };
    default: {
      const builder = textBuilder(length, options.missing);
      for (let row = 0; row < length; row++) builder.push(textOf(values[row], name, row));
      const column = builder.column(name, origin);
      return column.kind === "unread" || asText ? column : typeText(column as CategoryColumn, options);
    }
  }
}

/** A vector's values as an array, without a copy where it holds one. */
function contentsOf(
  vector: Vector & { readonly nullCount?: number; toArray?: () => unknown },
): ArrayLike<unknown> {
  const array = vector.nullCount === 0 ? vector.toArray?.() : undefined;
  if (ArrayBuffer.isView(array) && "length" in array) return array as unknown as ArrayLike<unknown>;
  return Array.from({ length: vector.length }, (_, row) => vector.get(row));
}

/** What all of the values are that are there, a number where none is; "text" where they are not all the same. */
function typeOf(values: ArrayLike<unknown>): "number" | "boolean" | "date" | "text" {
  let found: "number" | "boolean" | "date" | null = null;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    const type = typeof value === "bigint" ? "number" : value instanceof Date ? "date" : typeof value;
    if (type !== "number" && type !== "boolean" && type !== "date") return "text";
    if (found !== null && type !== found) return "text";
    found = type;
  }
  return found ?? "text";
}

function textOf(value: unknown, name: string, row: number): string | null {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")
    return String(value as Cell);
  const found = Array.isArray(value) ? "an array" : `of type ${typeof value}`;
  throw new InputError({
    code: "not-a-cell",
    found: `The value in row ${row + 1}, column "${name}" is ${found}`,
    where: { column: name, row: row + 1 },
    remedy: "a table holds numbers, text, booleans and dates, so turn it into one of these first",
  });
}
