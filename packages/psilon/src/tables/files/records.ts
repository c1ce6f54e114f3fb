import type { Parser } from "papaparse";
import { InputError } from "../../errors.js";
import { type Header, unclosedQuote } from "./header.js";
import { loadPeer } from "./peer.js";
import { withLineFeeds } from "./text.js";

/** No row is longer. */
export const LONGEST_ROW = 2_000_000;

type NewParser = typeof Parser;

/** The parser Papa Parse (npm package `papaparse`, an optional peer). Throws InputError where it is not installed. */
export async function loadParser(): Promise<NewParser> {
  const found = "Reading CSV needs the parser Papa Parse, which is not installed";
  const { default: papa } = await loadPeer(() => import("papaparse"), "papaparse", found);
  return papa.Parser;
}

/** What the parser made of a text: rows, and where in the text the last of them ends. */
interface Parsed {
  readonly data: string[][];
  /** Only of quotes, since it expects no number of fields. */
  readonly errors: readonly { readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

/**
 * The rows below the header, those of a piece of text at a time, each of as many texts as there are columns; blank lines are none, but in a
 * table of one column. Throws InputError, naming the row, where one has another number of values or a quote that is not closed.
 */
export async function* recordsOf(
  pieces: AsyncIterable<string>,
  NewParser: NewParser,
  source: string,
  { delimiter, names, above }: Header,
  isNamed: boolean,
): AsyncGenerator<readonly (readonly string[])[]> {
  const columns = names.length;
  const config = { delimiter, newline: "\n", quoteChar: '"' } as const;
  const parser = new NewParser(config);
  const isBlank = (row: readonly string[]) => columns > 1 && row.length === 1 && row[0] === "";
  /** Rows and lines before `text`. */
  let rows = 0;
  let lines = above.lines;
  let left = above.letters;
  let text = "";

  const rowName = (before: readonly string[][]): { name: string; number: number } => {
    const number = rows + before.filter((row) => !isBlank(row)).length + 1;
    const { cursor } = before.length
      ? (
          new NewParser({ ...config, fastMode: false, preview: before.length }).parse(
            text,
            0,
            false,
          ) as Parsed
        ).meta
      : { cursor: 0 };
    const line = lines + lineEndsIn(text.slice(0, cursor)) + 1;
    return { name: line === number ? `Row ${number}` : `Row ${number} (line ${line} of the file)`, number };
  };

  const parsed = (isLast: boolean): string[][] => {
    // A carriage return at the end may be half of what ends a line.
    const half = !isLast && text.endsWith("\r") ? "\r" : "";
    text = withLineFeeds(half ? text.slice(0, -1) : text, delimiter);
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Parsed;
    // What follows the last line's end is no row.
    if (isLast && text.endsWith("\n") && data.at(-1)?.join("") === "") data.pop();
    const unclosed = errors[0]?.row;
    const wrong = data.findIndex((row, i) => i === unclosed || (row.length !== columns && !isBlank(row)));
    if (wrong >= 0) {
      const { name, number } = rowName(data.slice(0, wrong));
      if (wrong === unclosed) throw quoteIn(name, source, number);
      throw ragged(name, number, data[wrong].length);
    }
    const rest = text.slice(meta.cursor) + half;
    if (rest.length > LONGEST_ROW && !isLast) {
      const { name, number } = rowName(data);
      throw errors.length > 0 ? quoteIn(name, source, number) : tooLong(name, source, number);
    }
    lines += lineEndsIn(text.slice(0, meta.cursor));
    text = rest;
    return data;
  };

  const ragged = (name: string, number: number, found: number) => {
    const expected = isNamed ? "the header names" : "the first row has";
    const title = columns === 1 && found > 2 ? "; if a title stands above the header, skip its lines" : "";
    return new InputError({
      code: "wrong-shape",
      found: `${name} of ${source} has ${count(found, "value")}, but ${expected} ${count(columns, "column")}`,
      where: { source, row: number },
      remedy: `give every row as many values (one with the delimiter in it is put in double quotes)${title}`,
    });
  };

  const rowsIn = (data: string[][]) => {
    const found = data.filter((row) => !isBlank(row));
    const isHeader = rows === 0 && isNamed;
    rows += found.length;
    return isHeader ? found.slice(1) : found;
  };

  for await (const piece of pieces) {
    const cut = Math.min(left, piece.length);
    left -= cut;
    text += piece.slice(cut);
    if (left === 0) yield rowsIn(parsed(false));
  }
  yield rowsIn(parsed(true));
}

const tooLong = (name: string, source: string, number: number): InputError =>
  new InputError({
    code: "wrong-format",
    found: `${name} of ${source} is longer than 2 megabytes`,
    where: { source, row: number },
    remedy: "the table may lack line ends, or have a double quote that is not closed",
  });

function lineEndsIn(text: string): number {
  let ends = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends++;
  return ends;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

const quoteIn = (row: string, source: string, number: number): InputError =>
  new InputError({ ...unclosedQuote(`${row} of ${source}`), where: { source, row: number } });
