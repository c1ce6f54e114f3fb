import { InputError } from "../errors.js";
import { inferSchema, rowsWithTarget, type Schema, type SchemaOptions } from "./schema.js";
import type { Table } from "./table.js";

/**
 * The rows to learn from, ascending: of those given (default: all) the ones with every target and a weight that is not
 * 0. Throws InputError for rows that the table does not have, and when none is left.
 */
export function trainRows(
  table: Table,
  targets: readonly string[],
  given: Int32Array | undefined,
  sampleWeights: ArrayLike<number> | undefined,
): Int32Array {
  const asked = new Uint8Array(table.rowCount).fill(given ? 0 : 1);
  for (const row of given ?? []) {
    if (!(Number.isInteger(row) && row >= 0 && row < table.rowCount)) {
      throw new InputError(
        `Row ${row} was named to learn from, but the rows of ${table.source} are numbered from 0 to ${table.rowCount - 1}.`,
      );
    }
    asked[row] = 1;
  }
  const rows = rowsWithTarget(table, targets).filter((row) => asked[row] === 1);
  const weighted = sampleWeights ? rows.filter((row) => sampleWeights[row] !== 0) : rows;
  if (rows.length > 0 && weighted.length === 0) {
    throw new InputError("All weights are 0, so no row would count.");
  }
  return weighted;
}

/**
 * The schema as `rows` alone tell it, so that test rows leave no trace in a model: neither their categories and classes
 * nor their part in what a column is taken for. Only the counts of rows are the whole table's.
 */
export function schemaOfRows(
  table: Table,
  rows: Int32Array,
  options: SchemaOptions & { readonly target: readonly string[] },
): Schema {
  const withTarget = rowsWithTarget(table, options.target).length;
  if (rows.length === withTarget) return inferSchema(table, options);
  const used = new Uint8Array(table.rowCount);
  for (const row of rows) used[row] = 1;
  // Without a target a row is not looked at.
  const schema = inferSchema(
    {
      ...table,
      source: `${table.source} (${rows.length} of its ${table.rowCount} rows)`,
      columns: table.columns.map((cells, column) =>
        options.target.includes(table.names[column])
          ? cells.map((cell, row) => (used[row] === 1 ? cell : null))
          : cells,
      ),
    },
    options,
  );
  return {
    ...schema,
    rows: { read: table.rowCount, used: withTarget },
    columns: schema.columns.map((column) =>
      column.role === "target" ? { ...column, missing: table.rowCount - withTarget } : column,
    ),
  };
}
