import { type Column, placeOfRow, type Value } from "./column.js";
import { constantColumn } from "./constantColumn.js";
import type { Frame } from "./frame.js";
import { valueAt } from "./values.js";

/** A frame of the same columns that has one of its rows alone, with other values in some columns, by their names. */
export function rowWith(frame: Frame, row: number, changes: ReadonlyMap<string, Value>): Frame {
  const place = placeOfRow(frame.origin, row);
  const origin = { source: place.source, firstRow: place.row };
  const columns = frame.columns.map((column): Column => {
    const change = changes.get(column.name);
    if (change !== undefined) return constantColumn(column.name, origin, change, 1);
    return column.kind === "unread"
      ? { ...column, origin }
      : constantColumn(column.name, origin, valueAt(column, row), 1);
  });
  return { origin, columns, rowCount: 1 };
}
