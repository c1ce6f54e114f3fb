import type { DuckDBValue } from "@duckdb/node-api";
import { columnFinder } from "psilon";
import { parseColumns } from "../moves.js";
import type { Relation, SourceColumn } from "./relation.js";

/** Which of a table's columns to hand over as they stand, whatever they are read as. */
export interface Keep {
  /** Names, or pieces of them between commas; or all columns. */
  readonly columns: "all" | readonly string[];
  /** As the texts of the table, or as the types that DuckDB has for them, of those that a cell of any table may be. */
  readonly as: "text" | "types";
}

/** Some rows of a column as they stand. */
export interface KeptColumn {
  readonly name: string;
  /** As SQL calls it. */
  readonly type: string;
  readonly values: readonly DuckDBValue[];
}

/** How a column that is kept is read. */
export interface KeepPlan {
  readonly column: SourceColumn;
  readonly type: string;
  readonly sql: string;
}

const PLAIN =
  /^(?:VARCHAR|BOOLEAN|U?(?:TINYINT|SMALLINT|INTEGER|BIGINT)|FLOAT|DOUBLE|DECIMAL\(.*\)|DATE|TIME|TIMESTAMP.*|UUID)$/;

/** How to read the columns that `keep` names. Throws InputError for one that the table lacks, and for a name that two of them have. */
export function keepPlans({ source, columns }: Relation, keep: Keep): KeepPlan[] {
  const origin = { source, firstRow: 1 };
  const named = columns.map(({ name }) => ({ name, origin, kind: "unread" as const, reason: "" }));
  // Checks names as it does where the model asks for them.
  const find = columnFinder({ origin, columns: named, rowCount: 0 });
  const names = columns.map(({ name }) => name);
  const kept = keep.columns === "all" ? names : parseColumns(keep.columns, names);
  return kept.map((name) => {
    find(name);
    const column = columns[names.indexOf(name)];
    const isAsItIs = column.type === "VARCHAR" || (keep.as === "types" && PLAIN.test(column.type));
    return isAsItIs
      ? { column, type: column.type, sql: column.sql }
      : { column, type: "VARCHAR", sql: `CAST(${column.sql} AS VARCHAR)` };
  });
}
