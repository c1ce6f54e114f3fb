import type { Table } from "../../src/tables/table.ts";

/** A table of text cells as a CSV reader makes it, without quoting: the header is line 1, so the first row is row 2. */
export function csv(text: string, source = "data.csv"): Table {
  const [header, ...lines] = text.trim().split("\n");
  const names = header.split(",").map((name) => name.trim());
  const rows = lines.map((line) => line.split(","));
  return {
    source,
    names,
    columns: names.map((_, j) => rows.map((row) => row[j])),
    rowCount: rows.length,
    firstRow: 2,
  };
}

/** A column of `count` cells, as lines to be joined: `column(3, i => i)` is ["0", "1", "2"]. */
export function lines(count: number, line: (i: number) => unknown): string {
  return Array.from({ length: count }, (_, i) => String(line(i))).join("\n");
}

export function allRows(table: Table): Int32Array {
  return Int32Array.from({ length: table.rowCount }, (_, row) => row);
}
