import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, type Problem, unclosedQuote } from "psilon";
import { firstLine, literal, literalPaths, unreadableTable } from "./database.js";
import { type Header, readHeader } from "./header.js";
import type { Relation } from "./relation.js";
import { rowName } from "./rowName.js";
import type { Scratch } from "./scratch.js";
import { asTextFile } from "./textFile.js";

export interface TextOptions {
  /** As TextDecoder names it; default: found out. */
  readonly encoding?: string | undefined;
  /** Lines above the header, or what they begin with. */
  readonly skip?: number | string | undefined;
  /** Whether the first line names the columns; default true. */
  readonly header?: boolean | undefined;
  /** Is told, in a sentence, what was assumed. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A file that lies somewhere, and what a person calls it. */
export interface NamedFile {
  readonly path: string;
  readonly source: string;
}

/** Comma-separated text or the like, of one file or of several that have one header. */
export async function delimitedRelation(
  files: readonly NamedFile[],
  source: string,
  kind: string,
  scratch: Scratch,
  options: TextOptions,
): Promise<Relation> {
  const named = options.header ?? true;
  const texts: NamedFile[] = [];
  let first: (Header & { lineEnd: string }) | undefined;
  for (const file of files) {
    // Several files are read with one kind of line ends.
    const same = files.length > 1 ? ({ lineEnd: "\n" } as const) : {};
    const text = await asTextFile(file.path, file.source, scratch, { ...options, ...same });
    const header = await readHeader(text.path, file.source, { kind, skip: options.skip ?? 0, named });
    if (first === undefined) first = { ...header, lineEnd: text.lineEnd };
    else checkAlike(header, first, file.source, files[0].source);
    texts.push({ path: text.path, source: file.source });
  }
  const { delimiter, names, skip, lineEnd } = first as NonNullable<typeof first>;
  const columns = names.map((name, index) => ({ name, sql: `c${index}`, type: "VARCHAR" }));
  const fields = columns.map(({ sql }) => `${sql}: 'VARCHAR'`).join(", ");
  const shape = { delimiter, columns: names.length, skip };
  return {
    source,
    firstRow: named ? 2 : 1,
    ...(files.length > 1 && { files: texts }),
    paths: texts.map(({ path }) => path),
    columns,
    from: () => `read_csv(${literalPaths(texts.map(({ path }) => path))}, auto_detect = false, header = ${named}, skip = ${skip},
      delim = ${literal(delimiter)}, quote = '"', escape = '"', new_line = ${literal(JSON.stringify(lineEnd).slice(1, -1))},
      store_rejects = true, filename = ${files.length > 1}, hive_partitioning = false, columns = {${fields}})`,
    decimalCommas: delimiter !== ",",
    check: (connection) => checkRejects(connection, texts, shape, named),
    unreadable: (error) => unreadableTable(source, error),
    noRows: named
      ? {
          found: `There are no rows in ${source}, only a header that names ${count(names.length, "column")}`,
          remedy: "add rows below it",
        }
      : { found: `There are no rows in ${source}`, remedy: "it should hold a table" },
  };
}

function checkAlike(header: Header, first: Header, source: string, firstSource: string): void {
  const { names } = header;
  const place = first.names.findIndex((name, i) => names[i] !== name);
  const differs =
    names.length !== first.names.length
      ? `has ${count(names.length, "column")}, but ${firstSource} has ${first.names.length}`
      : place >= 0
        ? `has the column "${names[place]}" where ${firstSource} has "${first.names[place]}"`
        : header.delimiter !== first.delimiter
          ? `has ${JSON.stringify(header.delimiter)} between its fields, but ${firstSource} has ${JSON.stringify(first.delimiter)}`
          : header.skip !== first.skip
            ? `has its header in line ${header.skip + 1}, but ${firstSource} has it in line ${first.skip + 1}`
            : undefined;
  if (differs !== undefined) {
    throw new InputError({
      code: "unlike-files",
      found: `The file ${source} ${differs}`,
      where: { source },
      remedy: "files that are read as one table need the same columns in the same order",
    });
  }
}

interface Shape {
  readonly delimiter: string;
  readonly columns: number;
  readonly skip: number;
}

/** DuckDB collects the rows it cannot read in a table of their own; the first one is an error here. */
async function checkRejects(
  connection: DuckDBConnection,
  files: readonly NamedFile[],
  shape: Shape,
  named: boolean,
): Promise<void> {
  const reader = await connection.runAndReadAll(
    `SELECT line, error_type::VARCHAR, error_message, file_path
    FROM reject_errors JOIN reject_scans USING (scan_id, file_id) ORDER BY file_id, line, column_idx DESC LIMIT 1`,
  );
  const [reject] = reader.getRows();
  if (!reject) return;
  const [line, type, message, path] = reject;
  const file = files.find((one) => one.path === path) ?? files[0];
  const { row, name } = await rowName(file.path, shape, Number(line));
  throw new InputError({
    ...rejected(`${name} of ${file.source}`, shape, named, String(type), String(message)),
    where: { source: file.source, row },
  });
}

function rejected(
  row: string,
  { columns }: Shape,
  named: boolean,
  type: string,
  message: string,
): Omit<Problem, "where"> {
  switch (type) {
    case "MISSING COLUMNS":
    case "TOO MANY COLUMNS": {
      const found = Number(/Found: (\d+)/.exec(message)?.[1]);
      const expected = named ? "the header names" : "the first row has";
      const title =
        columns === 1 && found > 2
          ? "; if a title stands above the header, leave it out with --skip <lines>"
          : "";
      return {
        code: "wrong-shape",
        found: `${row} has ${count(found, "value")}, but ${expected} ${count(columns, "column")}`,
        remedy: `give every row as many values (one with the delimiter in it is put in double quotes)${title}`,
      };
    }
    case "UNQUOTED VALUE":
      return unclosedQuote(row);
    case "LINE SIZE OVER MAXIMUM":
      return {
        code: "wrong-format",
        found: `${row} is longer than 2 megabytes`,
        remedy: "the table may lack line ends, or have a double quote that is not closed",
      };
    default:
      return { code: "unreadable", found: `${row} cannot be read: ${firstLine(message)}` };
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
