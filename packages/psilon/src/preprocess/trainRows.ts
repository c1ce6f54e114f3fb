import { InputError } from "../errors.js";
import type { Table } from "../tables/table.js";
import { inferSchema, rowsWithTarget, type Schema, type SchemaOptions } from "./schema.js";

/** The names of the columns to predict. Throws InputError for what is no name. */
export function targetsOf(target: string | readonly string[]): readonly string[] {
  const names: readonly unknown[] = [target].flat();
  const stranger = names.findIndex((name) => typeof name !== "string");
  if (stranger < 0) return names as readonly string[];
  throw new InputError(
    `The target is the name of a column, or a list of several numeric ones, but ${String(names[stranger])} was given.`,
  );
}

/**
 * The rows to learn from, ascending: of those given (default: all) the ones with every target and a weight that is not
 * 0, as often as they are given. Throws InputError for rows that the table does not have, and when none is left.
 */
export function trainRows(
  table: Table,
  targets: readonly string[],
  given: Int32Array | undefined,
  sampleWeights: ArrayLike<number> | undefined,
): Int32Array {
  const times = new Int32Array(table.rowCount).fill(given ? 0 : 1);
  for (const row of given ?? []) {
    if (!(Number.isInteger(row) && row >= 0 && row < table.rowCount)) {
      throw new InputError(
        `Row ${row} was named to learn from, but the rows of ${table.source} are numbered from 0 to ${table.rowCount - 1}.`,
      );
    }
    times[row]++;
  }
  const asked = rowsWithTarget(table, targets).filter((row) => times[row] > 0);
  const weighted = sampleWeights ? asked.filter((row) => sampleWeights[row] !== 0) : asked;
  if (asked.length > 0 && weighted.length === 0) {
    throw new InputError("All weights are 0, so no row would count.");
  }
  return Int32Array.from([...weighted].flatMap((row) => new Array<number>(times[row]).fill(row)));
}

/**
 * The schema as `rows` alone tell it, so that test rows leave no trace in a model: neither their categories and classes
 * nor, without `kinds`, their part in what a column is taken for. Only the counts of rows are the whole table's.
 */
export function schemaOfRows(
  table: Table,
  rows: Int32Array,
  options: SchemaOptions & { readonly target: readonly string[] },
): Schema {
  const isAll = rows.length === rowsWithTarget(table, options.target).length;
  const source = isAll ? table.source : `${table.source} (${rows.length} of its ${table.rowCount} rows)`;
  return inferSchema({ ...table, source }, { ...options, rows });
}
