import { InputError, type Problem } from "../../errors.js";

/** How a table of delimited text begins. */
export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Letters and lines above it, which are no part of the table. */
  readonly above: { readonly letters: number; readonly lines: number };
}

/** What is known of how a text file begins. */
export interface HeaderOptions {
  /** What stands between two fields. Default: found out from the first line. */
  readonly delimiter?: string | undefined;
  /** Lines above the header, or what they begin with. */
  readonly skip?: number | string | undefined;
  /** Whether the first line names the columns; default true. */
  readonly header?: boolean | undefined;
}

/** Where two cut the header into as many fields, the comma is the one that stands in names. */
const DELIMITERS = ["\t", ";", "|", ","];

/**
 * How the first line of `head` that is not blank is cut into fields: at tabs where the source is a `.tsv` file, else at whichever delimiter
 * gives most.
 */
export function findHeader(
  head: string,
  source: string,
  { delimiter, skip = 0, header: isNamed = true }: HeaderOptions,
): Header {
  if (/^\s*<(?:!doctype\s+html|html)\b/i.test(head)) {
    throw new InputError({
      code: "wrong-format",
      found: `What is in ${source} is a web page (HTML), not a table`,
      where: { source },
      remedy: "save the table itself as CSV or Parquet, instead of the page that shows it",
    });
  }
  const above = linesAbove(head, skip);
  const text = head.slice(above.length);
  if (text.trim() === "") {
    throw new InputError({
      code: "no-rows",
      found: `There is nothing in ${source}${head.trim() === "" ? "" : " below the lines that are to be skipped"}`,
      where: { source },
      remedy: head.trim() === "" ? "it should hold a table with a header" : "skip fewer of them",
    });
  }
  const candidates = delimiter !== undefined ? [delimiter] : /\.tsv$/i.test(source) ? ["\t"] : DELIMITERS;
  const cuts = candidates.map((candidate) => firstRecord(text, candidate, candidates));
  const most = Math.max(...cuts.map((fields) => fields?.length ?? 0));
  if (most === 0) throw new InputError({ ...unclosedQuote(`Row 1 of ${source}`), where: { source, row: 1 } });
  // The first of those that give most; the comma where none of them is there.
  const at = most === 1 ? candidates.length - 1 : cuts.findIndex((fields) => fields?.length === most);
  const names = (cuts[at] ?? []).map((name, index) => (isNamed && name.trim()) || `column ${index + 1}`);
  const lines = above.split(/\r\n|\n|\r/).length - 1;
  return { delimiter: candidates[at], names, above: { letters: above.length, lines } };
}

/** `row`: what it is called, "Row 3 of t.csv". */
export const unclosedQuote = (row: string): Omit<Problem, "where"> => ({
  code: "wrong-format",
  found: `${row} has a double quote that is not closed before the next delimiter`,
  remedy: "close it, or write it twice where it is part of the text",
});

/** The lines that are to be skipped, and the blank ones after them. */
function linesAbove(head: string, skip: number | string): string {
  let end = 0;
  const line = /[^\r\n]*(?:\r\n|\n|\r|$)/y;
  for (let lines = 0; end < head.length; lines++) {
    line.lastIndex = end;
    const [text] = line.exec(head) as RegExpExecArray;
    const isAbove = typeof skip === "number" ? lines < skip : text.startsWith(skip);
    if (!isAbove && text.trim() !== "") break;
    end += text.length;
  }
  return head.slice(0, end);
}

/** The fields of the first line, by RFC 4180; undefined where a quote is not closed. A quote inside a field is a letter. */
function firstRecord(text: string, delimiter: string, delimiters: readonly string[]): string[] | undefined {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  let closed = -1;
  for (let i = 0; ; i++) {
    const character = text[i];
    if (quoted) {
      if (character === undefined) return undefined;
      if (character === '"') {
        quoted = false;
        closed = i;
      } else field += character;
    } else if (character === undefined || character === "\n" || character === "\r") {
      return [...fields, field];
    } else if (character === delimiter) {
      fields.push(field);
      field = "";
    } else if (character === '"' && closed === i - 1 && i > 0) {
      quoted = true;
      field += '"';
    } else if (character === '"' && (i === 0 || delimiters.includes(text[i - 1]))) {
      quoted = true;
    } else field += character;
  }
}
