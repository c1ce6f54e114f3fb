import { createReadStream } from "node:fs";

/**
 * What to call the row of the file at `path` at which DuckDB, which counts blank lines as well, is at `line`. Rows are counted as
 * everywhere: the header is row 1, and blank lines and those that are skipped above it are none. The file's line stands beside it where
 * that is another.
 */
export async function rowName(
  path: string,
  { delimiter, columns, skip }: { delimiter: string; columns: number; skip: number },
  line: number,
): Promise<{ readonly row: number; readonly name: string }> {
  const { blank, quoted } = await lineEndsBefore(path, delimiter, skip, line);
  // In a table of one column a blank line is a row whose value is missing.
  const row = line - skip - (columns === 1 ? 0 : blank);
  const fileLine = line + quoted;
  return { row, name: fileLine === row ? `Row ${row}` : `Row ${row} (line ${fileLine} of the file)` };
}

const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = Buffer.from('\n\r"');
/** The byte order mark of UTF-8, one character per byte. */
const MARK = "\u00ef\u00bb\u00bf";

/**
 * How many lines before that one, but after the skipped ones, are blank, and how many line ends stand in quotes, where they end none. Piece
 * by piece, since the line may begin beyond what a string can hold.
 */
async function lineEndsBefore(path: string, delimiter: string, skip: number, line: number) {
  const separator = delimiter.charCodeAt(0);
  const ends = { blank: 0, quoted: 0 };
  let left = line - 1;
  let above = skip;
  // What the next byte follows: a line's end, a delimiter, a letter, what is in quotes, or a quote that may have closed them.
  let after: "line" | "field" | "letter" | "quoted" | "quote" = "line";
  let previous = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes =
      previous === 0 && piece.toString("latin1", 0, MARK.length) === MARK
        ? piece.subarray(MARK.length)
        : piece;
    for (const byte of bytes) {
      if (left === 0) return ends;
      const isSecond = byte === LINE_FEED && previous === CARRIAGE_RETURN;
      previous = byte;
      if (isSecond) continue;
      const isEnd = byte === LINE_FEED || byte === CARRIAGE_RETURN;
      if (above > 0) {
        if (isEnd) {
          above--;
          left--;
        }
      } else if (after === "quoted") {
        if (byte === QUOTE) after = "quote";
        else if (isEnd) ends.quoted++;
      } else if (isEnd) {
        left--;
        if (after === "line") ends.blank++;
        after = "line";
      } else if (byte === separator) after = "field";
      else if (byte === QUOTE && after !== "letter") after = "quoted";
      else after = "letter";
    }
  }
  return ends;
}
