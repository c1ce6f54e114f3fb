/** One line of a CSV file, by RFC 4180 but for its end, which is a line feed. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(",")}\n`;
}

/** The same for a spreadsheet, which takes text that begins so for a formula unless a quote stands before it. */
export function spreadsheetLine(cells: readonly string[]): string {
  return csvLine(
    cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell)),
  );
}

/** Letters of a piece, give or take a line. */
const PIECE = 2 ** 16;

/** Lines put together, so that few writes take them and no string has to hold all. */
export function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}
