import { access, constants, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { InputError, type Table } from "psilon";
import { readDelimited } from "./delimited.js";
import { readJson } from "./json.js";
import { readProblem } from "./readProblem.js";
import { samplePath } from "./samples.js";
import { spooled } from "./standardInput.js";

const SAMPLE = "sample:";

/**
 * Reads a table: a `.csv`, `.tsv` or `.json` file (an array of objects), `-` for standard input (CSV, or JSON when it
 * begins with a bracket), or `sample:<name>`, a table of the vega-datasets package. Cells of text files stay text.
 *
 * Throws InputError, naming file and row, for whatever is not a table.
 */
export async function readTable(
  source: string,
  input: { readonly stdin: Readable; readonly signal: AbortSignal },
): Promise<Table> {
  if (source === "-") {
    return spooled(input.stdin, input.signal, (path, kind) => read(path, kind, "standard input"));
  }
  if (source.startsWith(SAMPLE)) {
    const path = await samplePath(source.slice(SAMPLE.length));
    return read(path, extname(path), source);
  }
  return read(source, extname(source).toLowerCase(), source);
}

async function read(path: string, kind: string, source: string): Promise<Table> {
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(file instanceof Error) && file.isDirectory()) {
    throw new InputError(`"${source}" is a folder; name one of the files in it.`);
  }
  if (![".csv", ".tsv", ".json"].includes(kind)) {
    throw new InputError(
      `A table is read from a .csv, .tsv or .json file, from standard input (-) or from sample:<name>, but "${source}" is none of these.`,
    );
  }
  // Before DuckDB opens it, whose messages about files are not sentences.
  if (file instanceof Error) throw readProblem("file", source, file);
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw readProblem("file", source, error);
  });
  if (!file.isFile()) {
    throw new InputError(
      `"${source}" is not a regular file; hand it over as standard input, with - in its place.`,
    );
  }
  if (file.size === 0) {
    throw new InputError(`There is nothing in ${source}; it should hold a table with a header.`);
  }
  const table = kind === ".json" ? await readJson(path, source) : await readDelimited(path, source, kind);
  if (table.rowCount === 0 && kind !== ".json") {
    throw new InputError(
      `There are no rows in ${source}, only a header that names ${table.names.length} column${table.names.length === 1 ? "" : "s"}; add rows below it.`,
    );
  }
  return table;
}
