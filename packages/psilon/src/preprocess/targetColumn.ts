import { InputError } from "../errors.js";
import type { Table } from "../tables/table.js";
import {
  type ColumnValues,
  categoricalValues,
  countCategories,
  likelyKind,
  numericValues,
  type Scan,
  scan,
} from "./column.js";
import type { KindOverride, Task } from "./schema.js";

interface TargetOptions {
  readonly override: KindOverride | undefined;
  readonly task: Task | undefined;
  readonly maxCategories: number;
}

/**
 * What a target holds and the task it sets. Text, booleans, and numbers of two values are classes; other numbers are
 * regression, however few and whole they are, unless `task` or an override says otherwise. Classes keep the words of the
 * table.
 *
 * Throws InputError for a target that is empty, constant or contradicts what was asked, for a class of a single row and
 * for more than `maxCategories` classes.
 */
export function describeTarget(
  table: Table,
  column: number,
  rows: Int32Array,
  { override, task, maxCategories }: TargetOptions,
): { readonly task: Task; readonly values: ColumnValues } {
  const name = `The target "${table.names[column]}" of ${table.source}`;
  if (override === "ignore") throw new InputError(`${name} cannot be ignored as well.`);
  if (rows.length === 0) throw new InputError(`${name} has no values.`);
  if (rows.length === 1) {
    throw new InputError(`${name} has a value in only one row, and nothing can be learned from one row.`);
  }
  const asked = override === undefined ? undefined : override === "numeric" ? "regression" : "classification";
  if (asked !== undefined && task !== undefined && asked !== task) {
    throw new InputError(
      `${name} is asked to be ${override}, which cannot be combined with the task ${task}.`,
    );
  }
  const found = scan(table, column, rows);
  if ((task ?? asked ?? likelyTask(table, column, found)) === "regression") {
    const values = numericValues(table, column, rows, found);
    if (values.kind === "constant") throw constant(name, values.value);
    return { task: "regression", values };
  }
  const counts = countCategories(table, column, rows);
  if (counts.size === 1) throw constant(name, [...counts.keys()][0]);
  if (counts.size > maxCategories) {
    throw new InputError(
      `${name} has ${counts.size} different values, more than the ${maxCategories} classes that can be told apart; is it the right column?`,
    );
  }
  const values = categoricalValues(counts);
  const single = values.categories[values.counts.indexOf(1)];
  if (single !== undefined) {
    throw new InputError(
      `${name} has the class "${single}" in one row only, and a class needs at least two; leave that row out, add others, or merge the class with another.`,
    );
  }
  return { task: "classification", values };
}

function likelyTask(table: Table, column: number, found: Scan): Task {
  return likelyKind(table, column, found) === "numeric" && found.distinct !== 2
    ? "regression"
    : "classification";
}

function constant(name: string, value: string): InputError {
  return new InputError(
    `${name} is "${value}" in every row, so there is nothing to learn; is it the right column?`,
  );
}
