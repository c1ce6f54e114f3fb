import type { DuckDBConnection } from "@duckdb/node-api";
import { loadDuckDB } from "../tables/duckdb.js";
import { TABLES, type TableName } from "./schema.js";

/** What stands in a column. */
export type Cell = string | number | bigint | Date | null;

/** Cells by their columns; those left out are empty. */
export type Cells<Table extends TableName> = {
  readonly [Column in keyof (typeof TABLES)[Table]]?: Cell | undefined;
};

/** Appends rows to a table. No value becomes a part of any SQL. */
export async function insert<Table extends TableName>(
  connection: DuckDBConnection,
  table: Table,
  rows: readonly Cells<Table>[],
): Promise<void> {
  const { DuckDBTimestampValue } = await loadDuckDB();
  const columns = Object.keys(TABLES[table]) as (keyof Cells<Table>)[];
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    columns.forEach((column, i) => {
      const cell = (row[column] ?? null) as Cell;
      const value = cell instanceof Date ? new DuckDBTimestampValue(BigInt(cell.getTime()) * 1000n) : cell;
      if (value === null) appender.appendNull();
      else appender.appendValue(value, appender.columnType(i));
    });
    appender.endRow();
  }
  appender.closeSync();
}
