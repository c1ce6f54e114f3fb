import { InputError, type ProblemCode } from "../errors.js";
import type { Column } from "../tables/column.js";
import { categoricalValues, countCategories, likelyKind, numericValues } from "./describe.js";
import type { ColumnValues, KindOverride, Task } from "./kinds.js";
import { type Scan, scan } from "./scan.js";

/** More classes than these are a column that was mistaken for a target. */
const MOST_CLASSES = 1000;

/**
 * What a target holds and the task it sets. Text, booleans, and numbers of two values are classes; other numbers are
 * regression, however few and whole they are, unless `task` or an override says otherwise. Classes keep the words of the
 * table; those of a single row are `rare`, and none of the classes. `source`: how messages name the rows.
 *
 * Throws InputError for a target that is empty, constant or contradicts what was asked, and for more than 1000 classes.
 */
export function describeTarget(
  column: Column,
  rows: Int32Array,
  {
    source,
    override,
    task,
  }: {
    readonly source: string;
    readonly override: KindOverride | undefined;
    readonly task: Task | undefined;
  },
): { readonly task: Task; readonly values: ColumnValues; readonly rare: readonly string[] } {
  const subject = `The target "${column.name}" of ${source}`;
  const refuse = (code: ProblemCode, found: string, remedy?: string) =>
    new InputError({
      code,
      found: `${subject} ${found}`,
      where: { source: column.origin.source, column: column.name },
      ...(remedy && { remedy }),
    });
  if (override === "ignore") throw refuse("conflicting-arguments", "cannot be ignored as well");
  if (column.kind === "unread") throw refuse("too-many-classes", `cannot be predicted: ${column.reason}`);
  if (rows.length === 0) throw refuse("no-target-values", "has no values");
  if (rows.length === 1) {
    throw refuse("too-few-rows", "has a value in only one row, and nothing can be learned from one row");
  }
  if (typeof override === "object") {
    throw refuse(
      "unsuitable",
      "cannot be an ordered category, which is for columns to predict from",
      "leave its order out to predict its levels as classes",
    );
  }
  if (column.kind === "dates" || override?.startsWith("date")) {
    throw refuse(
      "unsuitable",
      "holds dates, which cannot be predicted",
      "turn them into numbers first, such as days from some day",
    );
  }
  const asked = override === undefined ? undefined : override === "numeric" ? "regression" : "classification";
  if (asked !== undefined && task !== undefined && asked !== task) {
    throw refuse(
      "conflicting-arguments",
      `is asked to be ${override}, which cannot be combined with the task ${task}`,
    );
  }
  const constant = (value: string) =>
    refuse(
      "constant-target",
      `is "${value}" in every row, so there is nothing to learn`,
      "is it the right column?",
    );
  const found = scan(column, rows);
  if ((task ?? asked ?? likelyTask(column, found)) === "regression") {
    const values = numericValues(column, rows, found);
    if (values.kind === "constant") throw constant(values.value);
    return { task: "regression", values, rare: [] };
  }
  const counts = countCategories(column, rows);
  if (counts.size === 1) throw constant([...counts.keys()][0]);
  const rare = [...counts].flatMap(([name, count]) => (count === 1 ? [name] : []));
  for (const name of rare) counts.delete(name);
  if (counts.size < 2) {
    throw refuse(
      "no-classes",
      `has ${rare.length + counts.size} different values but ${counts.size === 0 ? "none" : "only one"} that stands in two rows or more, and a class needs at least two`,
      "is it the right column, or one of numbers to be declared so?",
    );
  }
  if (counts.size > MOST_CLASSES) {
    throw refuse(
      "too-many-classes",
      `has ${counts.size} different values, more than the ${MOST_CLASSES} classes that can be told apart`,
      "is it the right column?",
    );
  }
  return { task: "classification", values: categoricalValues(counts), rare };
}

function likelyTask(column: Column, found: Scan): Task {
  return likelyKind(column, found) === "numeric" && found.distinct !== 2 ? "regression" : "classification";
}
