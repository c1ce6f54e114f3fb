import { InputError } from "../errors.js";

/** One value of a table as a reader found it; null where nothing stands. Text is parsed by the schema, not before. */
export type Cell = string | number | boolean | null;

/** A table by columns. */
export interface Table {
  /** Where it came from, for messages: a file name, "standard input", "the given rows". */
  readonly source: string;
  readonly names: readonly string[];
  /** One array per name, all of `rowCount` cells. */
  readonly columns: readonly (readonly Cell[])[];
  readonly rowCount: number;
  /** The number a person would give the first row: 2 in a CSV file whose first line is the header, else 1. */
  readonly firstRow: number;
}

/** One row by column names; a name it lacks counts as missing. */
export type Row = Readonly<Record<string, unknown>>;

/** Columns by name, all of one length. */
export type Columns = Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * A table from rows (an array of objects) or from columns (an object of arrays or typed arrays). Values may be numbers,
 * text, booleans, whole BigInts, and null or undefined where one is missing.
 *
 * Throws InputError for rows that are no objects, columns of unequal length, and values of any other type.
 */
export function tableFrom(data: readonly Row[] | Columns): Table {
  return Array.isArray(data) ? fromRows(data as readonly Row[]) : fromColumns(data as Columns);
}

function fromRows(rows: readonly Row[]): Table {
  const columns = new Map<string, Cell[]>();
  rows.forEach((row, index) => {
    if (row === null || typeof row !== "object" || Array.isArray(row)) {
      throw new InputError(`Row ${index + 1} of the given rows is not an object of column names and values.`);
    }
    for (const [name, value] of Object.entries(row)) {
      const column = columns.get(name) ?? new Array<Cell>(rows.length).fill(null);
      columns.set(name, column);
      column[index] = cellFrom(value, name, index);
    }
  });
  const names = [...columns.keys()];
  return {
    source: "the given rows",
    names,
    columns: [...columns.values()],
    rowCount: rows.length,
    firstRow: 1,
  };
}

function fromColumns(data: Columns): Table {
  if (data === null || typeof data !== "object") {
    throw new InputError(
      "Data is given as an array of row objects or as an object of columns, but neither was found.",
    );
  }
  const names = Object.keys(data);
  const lengths = names.map((name) => data[name]?.length);
  names.forEach((name, i) => {
    if (typeof data[name] !== "object" || typeof lengths[i] !== "number") {
      throw new InputError(`Column "${name}" of the given columns is not an array.`);
    }
    if (lengths[i] !== lengths[0]) {
      throw new InputError(
        `Column "${name}" has ${lengths[i]} values but column "${names[0]}" has ${lengths[0]}; all columns must be of one length.`,
      );
    }
  });
  const columns = names.map((name) => Array.from(data[name], (value, row) => cellFrom(value, name, row)));
  return { source: "the given columns", names, columns, rowCount: lengths[0] ?? 0, firstRow: 1 };
}

function cellFrom(value: unknown, name: string, index: number): Cell {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return Number(value);
    case "undefined":
      return null;
  }
  if (value === null) return null;
  const found =
    value instanceof Date ? "a date" : Array.isArray(value) ? "an array" : `of type ${typeof value}`;
  throw new InputError(
    `The value in row ${index + 1}, column "${name}" is ${found}; a table holds numbers, text and booleans, so turn it into one of these first.`,
  );
}
