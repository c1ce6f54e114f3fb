import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, replaceDecimalCommas, type Table } from "psilon";
import { type Dialect, detectDialect } from "./dialect.js";
import { literalPath, withDatabase } from "./duckdb.js";
import { checkRoom } from "./room.js";
import { rowName } from "./rowNumber.js";

/** A table from comma-separated text or the like, whose first line names the columns. Every cell is text or null. */
export async function readDelimited(path: string, source: string, kind: string): Promise<Table> {
  const dialect = await detectDialect(path, source, kind);
  await checkRoom(path, source, (text) => text.split(new RegExp(`[\\r\\n${dialect.delimiter}]`)));
  const columns = Array.from({ length: dialect.columns }, (): (string | null)[] => []);
  await withDatabase(async (database) => {
    try {
      // Chunk by chunk, so that the whole is never held twice.
      for await (const chunk of await database.stream(query(path, dialect))) chunk.appendToColumns(columns);
    } catch (error) {
      throw unreadable(source, error as Error);
    }
    await checkRejects(database, path, source, dialect);
  });
  // The header is the first row.
  const names = columns.map((cells, index) => cells.shift()?.trim() || `column ${index + 1}`);
  if (dialect.delimiter !== ",") replaceDecimalCommas(columns);
  return { source, names, columns, rowCount: columns[0].length, firstRow: 2 };
}

/** The header is read as a row like any other, since DuckDB would rename columns whose names differ in case only. */
function query(path: string, { delimiter, columns }: Dialect): string {
  const types = Array.from({ length: columns }, (_, index) => `c${index}: 'VARCHAR'`).join(", ");
  return `FROM read_csv(${literalPath(path)}, auto_detect = false, header = false, delim = '${delimiter}',
    quote = '"', escape = '"', store_rejects = true, hive_partitioning = false, columns = {${types}})`;
}

/** DuckDB collects the rows it cannot read in a table of their own; the first one is an error here. */
async function checkRejects(
  database: DuckDBConnection,
  path: string,
  source: string,
  dialect: Dialect,
): Promise<void> {
  const reader = await database.runAndReadAll(
    "SELECT line, error_type::VARCHAR, error_message FROM reject_errors ORDER BY line, column_idx DESC LIMIT 1",
  );
  const [reject] = reader.getRows();
  if (!reject) return;
  const [line, type, message] = reject;
  const row = await rowName(path, dialect, Number(line));
  throw rejected(`${row} of ${source}`, dialect, String(type), String(message));
}

function rejected(where: string, { columns }: Dialect, type: string, message: string): InputError {
  switch (type) {
    case "MISSING COLUMNS":
    case "TOO MANY COLUMNS": {
      const found = Number(/Found: (\d+)/.exec(message)?.[1]);
      return new InputError(
        `${where} has ${count(found, "value")}, but the header names ${count(columns, "column")}; give every row as many values (one with the delimiter in it is put in double quotes).`,
      );
    }
    case "UNQUOTED VALUE":
      return new InputError(
        `${where} has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.`,
      );
    case "INVALID ENCODING":
      return new InputError(
        `${where} is not UTF-8 text; export the table as CSV in the encoding UTF-8, or convert it with "iconv".`,
      );
    case "LINE SIZE OVER MAXIMUM":
      return new InputError(
        `${where} is longer than 2 megabytes; the table may lack line ends, or have a double quote that is not closed.`,
      );
    default:
      return new InputError(`${where} cannot be read: ${firstLine(message)}`);
  }
}

function unreadable(source: string, error: Error): InputError {
  // Found by trial; DuckDB does not say why.
  if (error.message.includes("state machine reached an invalid state")) {
    return new InputError(
      `The lines of ${source} end in different ways, some in CR LF and some in LF only; save it again with one kind of line ends.`,
    );
  }
  return new InputError(`The table in ${source} cannot be read: ${firstLine(error.message)}`);
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
