import { checkArgument, isObject, type Kind, rowNumbers } from "../arguments.js";
import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import type { Column, Origin } from "./column.js";

/** A table: columns of one kind of value each, all of one length. */
export interface Frame {
  readonly origin: Origin;
  readonly columns: readonly Column[];
  readonly rowCount: number;
  /** Texts, numbers among them, that stood for a missing value besides `missingTexts`. */
  readonly missing?: readonly string[];
}

export const aFrame: Kind = {
  name: "a frame",
  is: (value) =>
    isObject(value) &&
    "columns" in value &&
    Array.isArray(value.columns) &&
    "rowCount" in value &&
    "origin" in value,
  remedy: "make one by frameFrom, readCsv or readParquet",
};

/** Throws InputError for what is no frame. */
export const checkFrame = (frame: unknown): void => checkArgument("table", frame, aFrame);

/** Throws InputError for what are no rows of a frame. */
export const checkRows = (rows: unknown): void => checkArgument("list of rows", rows, rowNumbers);

/** Throws InputError for a row that the table does not have; `why` says what it was named for, as in "to learn from". */
export function checkRowsOf({ origin: { source }, rowCount }: Frame, rows: Int32Array, why: string): void {
  const stranger = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < rowCount));
  if (stranger === undefined) return;
  throw new InputError({
    code: "unknown-row",
    found: `Row ${stranger} was named ${why}, but the rows of ${source} are numbered from 0 to ${rowCount - 1}`,
    where: { source },
    value: String(stranger),
  });
}

/** Finds the frame's columns by their names. Throws InputError, naming the nearest, where there is none, and where there are two. */
export function columnFinder(frame: Frame): (name: string) => Column {
  checkFrame(frame);
  const { origin, columns } = frame;
  const byName = new Map<string, Column>();
  const twice = new Set<string>();
  for (const column of columns) {
    if (byName.has(column.name)) twice.add(column.name);
    byName.set(column.name, column);
  }
  return (name) => {
    const column = byName.get(name);
    if (column === undefined) {
      const names = columns.map((other) => other.name);
      throw new InputError({
        code: "unknown-column",
        found: `There is no column "${name}" in ${origin.source}`,
        where: { source: origin.source, column: name },
        value: name,
        remedy: suggestion(name, names),
      });
    }
    if (twice.has(name)) throw duplicate(columns, name);
    return column;
  };
}

/** Throws InputError when two columns share a name. */
export function checkUniqueNames({ columns }: Frame): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) throw duplicate(columns, name);
    seen.add(name);
  }
}

function duplicate(columns: readonly Column[], name: string): InputError {
  const places = columns.flatMap((column, i) => (column.name === name ? [i + 1] : []));
  const { source } = columns[0].origin;
  return new InputError({
    code: "duplicate-column",
    found: `Columns ${places.join(" and ")} of ${source} are both named "${name}"`,
    where: { source, column: name },
    remedy: "give every column a name of its own",
  });
}

/** The places of all rows. */
export function allRows({ rowCount }: Pick<Frame, "rowCount">): Int32Array {
  // Of millions, `Int32Array.from` takes many times as long.
  const rows = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) rows[row] = row;
  return rows;
}
