import type { Column } from "./column.js";

/** The column of those rows in that order. */
export function columnAt(column: Column, rows: Int32Array): Column {
  switch (column.kind) {
    case "numbers":
    case "dates":
      return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
    case "booleans":
      return { ...column, values: Int8Array.from(rows, (row) => column.values[row]) };
    case "categories":
      return { ...column, codes: rows.map((row) => column.codes[row]) };
    case "unread":
      return column;
  }
}
