import { open } from "node:fs/promises";
import { InputError, type Problem } from "psilon";

export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Lines above it, that are to be skipped. */
  readonly skip: number;
}

/** Where two cut the header into as many fields, the comma is the one that stands in names. */
const DELIMITERS = ["\t", ";", "|", ","];

/** No header is longer, nor does DuckDB read longer lines. */
const LONGEST = 2_000_000;

/**
 * How a file's first line that is not blank is cut into fields: at tabs for `.tsv`, else at whichever delimiter gives most.
 * DuckDB's own detection is for lenient reading: it takes a ragged table for a table of one column. `skip` is a number of lines, or what
 * the lines begin with that stand above the header.
 */
export async function readHeader(
  path: string,
  source: string,
  { kind, skip, named }: { kind: string; skip: number | string; named: boolean },
): Promise<Header> {
  const head = await readText(path);
  const above = linesAbove(head, skip);
  const text = head.slice(above.length);
  if (text.trim() === "") {
    if (head.trim() === "") throw nothingIn(source);
    throw new InputError({
      code: "no-columns",
      found: `There is nothing in ${source} below the lines that are to be skipped`,
      where: { source },
      remedy: "skip fewer of them",
    });
  }
  const candidates = kind === ".tsv" ? ["\t"] : DELIMITERS;
  const cuts = candidates.map((delimiter) => firstRecord(text, delimiter, candidates));
  // The first of those that give most; the comma where none of them is there.
  const most = Math.max(...cuts.map((fields) => fields?.length ?? 0));
  if (most === 0) {
    throw new InputError({ ...unclosedQuote(`Row 1 of ${source}`), where: { source, row: 1 } });
  }
  const at = most === 1 ? candidates.length - 1 : cuts.findIndex((fields) => fields?.length === most);
  const names = (cuts[at] ?? []).map((name, index) => (named && name.trim()) || `column ${index + 1}`);
  return { delimiter: candidates[at], names, skip: above.split(/\r\n|\n|\r/).length - 1 };
}

/** The error for a file or a sheet in which nothing stands. */
export const nothingIn = (source: string): InputError =>
  new InputError({
    code: "no-columns",
    found: `There is nothing in ${source}`,
    where: { source },
    remedy: "it should hold a table with a header",
  });

/** `row`: what it is called. */
export const unclosedQuote = (row: string): Omit<Problem, "where"> => ({
  code: "wrong-format",
  found: `${row} has a double quote that is not closed before the next delimiter`,
  remedy: "close it, or write it twice where it is part of the text",
});

async function readText(path: string): Promise<string> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(LONGEST);
    const { bytesRead } = await file.read(bytes, 0, LONGEST, 0);
    return new TextDecoder("utf-8").decode(bytes.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

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
