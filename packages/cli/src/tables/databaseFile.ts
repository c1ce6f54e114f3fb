import { chosenOf } from "./chosenOf.js";
import { identifier, literal, openDatabase, unreadableTable } from "./database.js";
import type { NamedFile } from "./delimited.js";
import type { Relation } from "./relation.js";

/** A table of a DuckDB file; where it has only one, that need not be named. */
export async function databaseRelation(file: NamedFile, table: string | undefined): Promise<Relation> {
  const paths = [file.path, `${file.path}.wal`];
  const attach = `ATTACH ${literal(file.path)} AS file (READ_ONLY)`;
  const source = table === undefined ? file.source : `${file.source}::${table}`;
  const unreadable = (error: Error) => unreadableTable(source, error);
  const database = await openDatabase(paths);
  try {
    const { connection } = database;
    await connection.run(attach).catch((error: Error) => {
      throw unreadable(error);
    });
    const listed = await connection.runAndReadAll(
      "SELECT schema_name, name FROM (SELECT database_name, schema_name, table_name AS name FROM duckdb_tables() UNION ALL SELECT database_name, schema_name, view_name FROM duckdb_views() WHERE NOT internal) WHERE database_name = 'file' ORDER BY ALL",
    );
    const tables = (listed.getRows() as [string, string][]).map(([schema, name]) => ({ schema, name }));
    const called = ({ schema, name }: (typeof tables)[number]) =>
      schema === "main" ? name : `${schema}.${name}`;
    const name = chosenOf(tables.map(called), table, file.source, "database");
    const chosen = tables.find((one) => called(one) === name) as (typeof tables)[number];
    const from = `file.${identifier(chosen.schema)}.${identifier(chosen.name)}`;
    const described = await connection.runAndReadAll(`DESCRIBE ${from}`).catch((error: Error) => {
      throw unreadable(error);
    });
    const columns = described.getRows().map(([name, type]) => ({
      name: String(name),
      sql: identifier(String(name)),
      type: String(type),
    }));
    return {
      source,
      firstRow: 1,
      paths,
      setup: [attach],
      columns,
      from: () => from,
      decimalCommas: false,
      unreadable,
      noRows: { found: `There are no rows in ${source}`, remedy: "it should hold some" },
    };
  } finally {
    database.close();
  }
}
