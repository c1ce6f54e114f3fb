import { type Column, type Origin, placeOfRow, type Value } from "./column.js";
import type { Frame } from "./frame.js";
import { valueAt } from "./values.js";

/** A frame of the same columns that has one of its rows alone, with other values in some columns, by their names. */
export function rowWith(frame: Frame, row: number, changes: ReadonlyMap<string, Value>): Frame {
  const place = placeOfRow(frame.origin, row);
  const origin = { source: place.source, firstRow: place.row };
  const columns = frame.columns.map((column): Column => {
    const change = changes.get(column.name);
    if (change !== undefined) return single(column.name, origin, change);
    return column.kind === "unread"
      ? { ...column, origin }
      : single(column.name, origin, valueAt(column, row));
  });
  return { origin, columns, rowCount: 1 };
}

/** A column of one value, whose text stays text. */
function single(name: string, origin: Origin, value: Value): Column {
  const named = { name, origin };
  if (typeof value === "number") return { kind: "numbers", ...named, values: Float64Array.of(value) };
  if (typeof value === "boolean") return { kind: "booleans", ...named, values: Int8Array.of(Number(value)) };
  if (value instanceof Date) return { kind: "dates", ...named, values: Float64Array.of(value.getTime()) };
  return value === null
    ? { kind: "categories", ...named, codes: Int32Array.of(-1), dictionary: [] }
    : { kind: "categories", ...named, codes: Int32Array.of(0), dictionary: [value] };
}
