import type { Frame } from "../../src/tables/frame.ts";
import { textBuilder } from "../../src/tables/textColumn.ts";
import { typeText } from "../../src/tables/typeText.ts";

/**
 * A frame of text cells as a CSV reader makes it, without quoting: the header is line 1, so the first row is row 2. The columns `asText` stay
 * texts, whatever they look like.
 */
export function csv(text: string, source = "data.csv", asText: readonly string[] = []): Frame {
  const [header, ...lines] = text.trim().split("\n");
  const rows = lines.map((line) => line.split(","));
  const origin = { source, firstRow: 2 };
  const columns = header.split(",").map((cell, j) => {
    const name = cell.trim();
    const texts = textBuilder(rows.length);
    for (const row of rows) texts.push(row[j]);
    const column = texts.column(name, origin);
    return column.kind === "unread" || asText.includes(name) ? column : typeText(column);
  });
  return { origin, columns, rowCount: rows.length };
}

/** The frame as if it had been read from a file whose header is line 1. */
export function asFile(frame: Frame, source = "data.csv", firstRow = 2): Frame {
  const origin = { source, firstRow };
  return { ...frame, origin, columns: frame.columns.map((column) => ({ ...column, origin })) };
}

/** A column of `count` cells, as lines to be joined: `column(3, i => i)` is ["0", "1", "2"]. */
export function lines(count: number, line: (i: number) => unknown): string {
  return Array.from({ length: count }, (_, i) => String(line(i))).join("\n");
}

export { allRows } from "../../src/tables/frame.ts";
