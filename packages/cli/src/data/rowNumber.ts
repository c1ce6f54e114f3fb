import type { Dialect } from "./dialect.js";

/**
 * What to call the row at which DuckDB, which counts blank lines as well, is at `line`; `text` is the file's at least until there. Rows are
 * counted as everywhere: the header is row 1, and blank lines are none. The file's line stands beside it where that is another.
 */
export function rowName(text: string, { delimiter, columns }: Dialect, line: number): string {
  // A line end in quotes ends no row; a null, which no table holds, stands for it.
  const quoted = new RegExp(`(?<=^|[\\n${delimiter}])"[^"]*(?:""[^"]*)*"`, "g");
  const before = text
    .replace(/\r\n?/g, "\n")
    .replace(quoted, (cell) => `"${cell.replace(/[^\n]/g, "").replaceAll("\n", "\0")}"`)
    .split("\n")
    .slice(0, line - 1);
  // In a table of one column a blank line is a row whose value is missing.
  const blank = columns === 1 ? 0 : before.filter((row) => row === "").length;
  const fileLine = line + before.reduce((sum, row) => sum + row.split("\0").length - 1, 0);
  const row = line - blank;
  return fileLine === row ? `Row ${row}` : `Row ${row} (line ${fileLine} of the file)`;
}
