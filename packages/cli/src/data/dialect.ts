import { InputError } from "psilon";
import { readHead } from "./head.js";

export interface Dialect {
  readonly delimiter: string;
  /** Fields in the header. */
  readonly columns: number;
}

/** Where two cut the header into as many fields, the comma is the one that stands in names. */
const DELIMITERS = ["\t", ";", "|", ","];

/** No header is longer, nor does DuckDB read longer lines. */
const LONGEST = 2_000_000;

/**
 * How a file's first line that is not blank is cut into fields: at tabs for `.tsv`, else at whichever delimiter gives most.
 * DuckDB's own detection is for lenient reading: it takes a ragged table for a table of one column.
 */
export async function detectDialect(path: string, source: string, kind: string): Promise<Dialect> {
  const head = await readHead(path, LONGEST);
  if (head.startsWith("\u00ff\u00fe") || head.startsWith("\u00fe\u00ff") || head.includes("\0")) {
    throw new InputError(
      `The contents of ${source} are not UTF-8 text; export the table as CSV in the encoding UTF-8.`,
    );
  }
  const candidates = kind === ".tsv" ? ["\t"] : DELIMITERS;
  const counts = countInHeader(head.replace(/^[\r\n]+/, ""), candidates);
  if (counts === undefined) {
    throw new InputError(`There is nothing in ${source}; it should hold a table with a header.`);
  }
  const most = Math.max(...counts);
  return {
    delimiter: most === 0 ? (kind === ".tsv" ? "\t" : ",") : candidates[counts.indexOf(most)],
    columns: most + 1,
  };
}

/** How often each delimiter stands outside of quotes in the first line of `text`; undefined when there is no line. */
function countInHeader(text: string, delimiters: readonly string[]): number[] | undefined {
  if (text.trim() === "") return undefined;
  const counts = delimiters.map(() => 0);
  let quoted = false;
  // Where a quoted field's last quote stood.
  let closed = -1;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    const before = text[i - 1];
    if (quoted) {
      if (character === '"') {
        quoted = false;
        closed = i;
      }
    } else if (character === '"') {
      // A quote opens a field, or is the second of a pair inside a quoted one; anywhere else it is a letter.
      quoted = i === 0 || closed === i - 1 || delimiters.includes(before);
    } else if (character === "\n" || character === "\r") {
      break;
    } else {
      const which = delimiters.indexOf(character);
      if (which >= 0) counts[which]++;
    }
  }
  return counts;
}
