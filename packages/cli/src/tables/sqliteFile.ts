import { Readable } from "node:stream";
import { InputError } from "psilon";
import { csvLine, inPieces } from "../data/csv.js";
import { chosenOf } from "./chosenOf.js";
import { identifier } from "./database.js";
import { delimitedRelation, type NamedFile } from "./delimited.js";
import type { Relation } from "./relation.js";
import type { Scratch } from "./scratch.js";

/** A table of an SQLite file, written down as text: DuckDB reads such files only with an extension that it would download. */
export async function sqliteRelation(
  file: NamedFile,
  table: string | undefined,
  scratch: Scratch,
): Promise<Relation> {
  const { default: sqlite } = await import("node-sqlite3-wasm");
  const unreadable = (error: unknown) =>
    new InputError({
      code: "unreadable",
      found: `The SQLite database ${file.source} cannot be read: ${(error as Error).message}`,
      where: { source: file.source },
    });
  let database: InstanceType<typeof sqlite.Database>;
  try {
    database = new sqlite.Database(file.path, { readOnly: true, fileMustExist: true });
  } catch (error) {
    throw unreadable(error);
  }
  try {
    const all = (sql: string) => database.all(sql) as Record<string, string>[];
    const tables = all(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    ).map(({ name }) => name);
    const name = chosenOf(tables, table, file.source, "database");
    const columns = all(`SELECT name FROM pragma_table_info('${name.replaceAll("'", "''")}')`).map(
      (column) => column.name,
    );
    const values = columns.map((column, i) => `${identifier(column)} AS c${i}`).join(", ");
    const from = `FROM ${identifier(name)}`;
    // Columns are called by their places, since an object could not have every name.
    const holdBytes = columns.map(
      (column) => all(`SELECT 1 ${from} WHERE typeof(${identifier(column)}) = 'blob' LIMIT 1`).length > 0,
    );
    const statement = database.prepare(`SELECT ${values} ${from}`);
    const lines = function* () {
      yield csvLine(columns);
      for (const row of statement.iterate() as Iterable<Record<string, unknown>>) {
        yield csvLine(columns.map((_, i) => (holdBytes[i] ? "" : quotable(row[`c${i}`]))));
      }
    };
    const path = await scratch.keep("table", Readable.from(inPieces(lines())), [], unreadable);
    statement.finalize();
    const source = table === undefined ? file.source : `${file.source}::${table}`;
    const relation = await delimitedRelation([{ path, source }], source, ".csv", scratch, {});
    return {
      ...relation,
      firstRow: 1,
      columns: relation.columns.map((column, i) => (holdBytes[i] ? { ...column, type: "BLOB" } : column)),
      noRows: { found: `There are no rows in ${source}`, remedy: "it should hold some" },
    };
  } catch (error) {
    throw error instanceof sqlite.SQLite3Error ? unreadable(error) : error;
  } finally {
    database.close();
  }
}

const quotable = (value: unknown) => (value === null ? "" : String(value));
