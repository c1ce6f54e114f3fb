import { open } from "node:fs/promises";
import { findHeader, InputError } from "psilon";

export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Lines above it, that are to be skipped. */
  readonly skip: number;
}

/** No header is longer, nor does DuckDB read longer lines. */
const LONGEST = 2_000_000;

/**
 * How a file begins, whose fields are cut at tabs where it is a `.tsv` file, else by `findHeader`: DuckDB's own detection is for lenient reading
 * and takes a ragged table for a table of one column. `skip` is a number of lines, or what the lines begin with that stand above the header.
 */
export async function readHeader(
  path: string,
  source: string,
  { kind, skip, named }: { kind: string; skip: number | string; named: boolean },
): Promise<Header> {
  const head = await readText(path);
  if (head.trim() === "") throw nothingIn(source);
  const delimiter = kind === ".tsv" ? "\t" : undefined;
  const header = findHeader(head, source, { delimiter, skip, header: named });
  return { delimiter: header.delimiter, names: header.names, skip: header.above.lines };
}

/** The error for a file or a sheet in which nothing stands. */
export const nothingIn = (source: string): InputError =>
  new InputError({
    code: "no-columns",
    found: `There is nothing in ${source}`,
    where: { source },
    remedy: "it should hold a table with a header",
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
