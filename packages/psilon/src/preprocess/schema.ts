import { InputError } from "../errors.js";
import { checkUniqueNames, columnIndex } from "../tables/columnIndex.js";
import { isMissing } from "../tables/parse.js";
import type { Table } from "../tables/table.js";
import { type ColumnValues, describeFeature } from "./column.js";
import { describeTarget } from "./targetColumn.js";

export type Task = "regression" | "classification";

export const overrideKinds = ["numeric", "categorical", "boolean", "ignore"] as const;

/** What a user may say a column is. `ignore` leaves it out, unread. */
export type KindOverride = (typeof overrideKinds)[number];

/** One column: what it holds and what it is for. */
export type ColumnSchema = {
  readonly name: string;
  readonly role: "feature" | "target" | "ignored";
  /** Why a column is ignored, as the end of a sentence such as "Column x was left out: …". */
  readonly reason?: string;
  /** How many of the used rows have no value here. */
  readonly missing: number;
} & (ColumnValues | { readonly kind: "unread" });

/** What a table holds and what is to be learned from it. Plain data: it goes into a model file as JSON. */
export interface Schema {
  /** Rows in the table, and those used: rows without a target are not. */
  readonly rows: { readonly read: number; readonly used: number };
  /** Absent when no target was named. */
  readonly task?: Task;
  /** In the table's order, the ignored ones too. */
  readonly columns: readonly ColumnSchema[];
}

export interface SchemaOptions {
  /** The column to predict, or several numeric ones. */
  readonly target?: string | readonly string[];
  /** By default text, booleans and numbers of two values are classes, and other numbers are regression. */
  readonly task?: Task;
  readonly overrides?: Readonly<Record<string, KindOverride>>;
  /** The rows to look at, all with a target; by default all that have one. A row that is given twice counts twice. */
  readonly rows?: Int32Array;
  /**
   * A schema of the same columns over more rows, by which they are numbers, categories, truths or identifiers; by default as
   * the rows look. What the columns hold is learned from the rows all the same.
   */
  readonly kinds?: Schema;
  /** The most categories or classes a column may have; 1000 by default. */
  readonly maxCategories?: number;
}

/**
 * Works out what every column holds; see `likelyKind` for the rules and `isMissing` for what counts as missing.
 *
 * A column is ignored, with the reason, when the user says so, when it has one value or none, when it is text that
 * differs in more than half of the rows (and in more than 20), which identifies rows and tells nothing about others, and when it
 * is text of more than `maxCategories` values.
 *
 * Throws InputError, naming row and column, for whatever a table must not have: two columns of one name, no rows, a
 * number column with text or infinities in it, more than `maxCategories` categories where they were asked for; for an override
 * of no column or of an unknown kind; and with a target: no such column, one that is constant or empty, a class with a single
 * row, more than `maxCategories` classes, no features, or more features than rows.
 */
export function inferSchema(table: Table, options: SchemaOptions = {}): Schema {
  const { overrides = {}, kinds, maxCategories = 1000 } = options;
  const task = options.task ?? kinds?.task;
  const targets = options.target === undefined ? [] : [options.target].flat();
  checkShape(table);
  const asked = new Map(Object.entries(overrides));
  checkOverrides(table, asked);
  const known = new Map(kinds?.columns.map((column) => [column.name, column.kind]));
  const withTarget = rowsWithTarget(table, targets);
  const { rows = withTarget } = options;

  const tasks: Task[] = [];
  const columns = table.names.map((name, index): ColumnSchema => {
    const override = asked.get(name);
    if (targets.includes(name)) {
      const target = describeTarget(table, index, rows, { override, task, maxCategories });
      tasks.push(target.task);
      return { name, role: "target", missing: table.rowCount - withTarget.length, ...target.values };
    }
    const kind = override ?? known.get(name);
    if (kind === "ignore" || kind === "unread") {
      return { name, role: "ignored", reason: "it was asked to be ignored", missing: 0, kind: "unread" };
    }
    // Of a column that is constant or empty, fewer rows tell no less.
    const settled = kind === "constant" || kind === "empty" ? undefined : kind;
    const { missing, values } = describeFeature(table, index, rows, settled, maxCategories);
    const reason = reasonToIgnore(values, maxCategories);
    if (reason !== undefined) return { name, role: "ignored", reason, missing, ...values };
    return { name, role: "feature", missing, ...values };
  });

  const schema: Schema = { rows: { read: table.rowCount, used: withTarget.length }, columns };
  if (tasks.length === 0) return schema;
  checkTrainable(table, schema, rows.length, targets, tasks);
  return { ...schema, task: tasks[0] };
}

/** The columns of one role. */
export function columnsOf(schema: Schema, role: ColumnSchema["role"]): ColumnSchema[] {
  return schema.columns.filter((column) => column.role === role);
}

/** The rows in which every target has a value; all rows when there is no target. */
export function rowsWithTarget(table: Table, targets: readonly string[]): Int32Array {
  const indices = targets.map((name) => columnIndex(table, name));
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  return rows.filter((row) => indices.every((index) => !isMissing(table.columns[index][row])));
}

function checkOverrides(table: Table, overrides: ReadonlyMap<string, KindOverride>): void {
  for (const [name, kind] of overrides) {
    columnIndex(table, name);
    if (!overrideKinds.includes(kind)) {
      throw new InputError(
        `The kind of column "${name}" is one of ${overrideKinds.join(", ")}, but "${kind}" was given.`,
      );
    }
  }
}

function checkShape(table: Table): void {
  if (table.names.length === 0) throw new InputError(`There are no columns in ${table.source}.`);
  checkUniqueNames(table);
  if (table.rowCount === 0) {
    throw new InputError(
      `There are no rows in ${table.source}, only the names of ${table.names.length} columns.`,
    );
  }
}

function reasonToIgnore(values: ColumnValues, maxCategories: number): string | undefined {
  switch (values.kind) {
    case "constant":
      return `every row has the same value, "${values.value}"`;
    case "empty":
      return "it has no values";
    case "identifier":
      return values.distinct > maxCategories
        ? `it has ${values.distinct} different text values, more than the ${maxCategories} that can become inputs`
        : `it has ${values.distinct} different text values, too many for its rows to tell anything about others`;
    default:
      return undefined;
  }
}

function checkTrainable(
  table: Table,
  schema: Schema,
  rows: number,
  targets: readonly string[],
  tasks: readonly Task[],
): void {
  const quoted = targets.map((name) => `"${name}"`).join(", ");
  if (targets.length > 1 && tasks.includes("classification")) {
    throw new InputError(
      `Several targets (${quoted}) can be predicted together only if all are numbers to be predicted as numbers; name a single target instead.`,
    );
  }
  const features = columnsOf(schema, "feature").length;
  if (features === 0) {
    const dropped = columnsOf(schema, "ignored").map((column) => `"${column.name}" (${column.reason})`);
    throw new InputError(
      `There is no column in ${table.source} to predict ${quoted} from${dropped.length > 0 ? `; left out: ${dropped.join(", ")}` : ""}.`,
    );
  }
  if (features > rows) {
    throw new InputError(
      `There are ${features} feature columns but only ${rows} rows with a target in ${table.source}, too few to learn from; add rows, or leave columns out by declaring them "ignore".`,
    );
  }
}
