import { InputError } from "../errors.js";
import { checkGiven } from "../names.js";
import type { Origin } from "./column.js";
import { type CellOptions, cellOptionKinds, columnFrom, type Values } from "./columnFrom.js";
import type { Frame } from "./frame.js";

/** One row by column names; a name it lacks counts as missing. */
export type Row = Readonly<Record<string, unknown>>;

/** Columns by name, all of one length: arrays, typed arrays, or vectors of Arrow and the like. */
export type Columns = Readonly<Record<string, Values>>;

/**
 * A frame from rows (an array of objects) or from columns (an object of arrays, typed arrays or vectors). Values may be numbers, text,
 * booleans, dates, BigInts, and null or undefined where one is missing. A Float64Array is taken as it is, without a copy.
 *
 * Throws InputError for rows that are no objects, columns of unequal length, and values of any other type.
 */
export function frameFrom(data: readonly Row[] | Columns, options: CellOptions = {}): Frame {
  checkGiven(options, cellOptionKinds);
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
  return frameOf("the given rows", [...columns], rows.length, options);
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
    if (typeof column !== "object" || !Number.isInteger(length) || Number(length) < 0) {
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
  return frameOf("the given columns", entries, entries[0]?.[1].length ?? 0, options);
}

function frameOf(
  source: string,
  entries: readonly (readonly [name: string, values: Values])[],
  rowCount: number,
  options: CellOptions,
): Frame {
  const origin: Origin = { source, firstRow: 1 };
  return {
    origin,
    columns: entries.map(([name, values]) => columnFrom(name, origin, values, options)),
    rowCount,
    ...(options.missing?.length && { missing: options.missing }),
  };
}
