import {
  anObject,
  checkArgument,
  isObject,
  type Kind,
  oneOf,
  oneOrManyTexts,
  rowNumbers,
  texts,
} from "../arguments.js";
import { InputError } from "../errors.js";
import { checkGiven } from "../names.js";
import { type Column, isMissingAt } from "../tables/column.js";
import { allRows, checkFrame, checkUniqueNames, columnFinder, type Frame } from "../tables/frame.js";
import { partsIn } from "./dateParts.js";
import { describeFeature } from "./describe.js";
import {
  aSchema,
  type ColumnSchema,
  type ColumnValues,
  columnsOf,
  type KindOverride,
  overrideKinds,
  type Schema,
  type Task,
} from "./kinds.js";
import { checkedLevels } from "./levels.js";
import { describeTarget } from "./targetColumn.js";

/** What the columns are for, and what is known of them. */
export interface SchemaOptions {
  /** The column to predict, or several numeric ones. */
  readonly target?: string | readonly string[] | undefined;
  /** By default text, booleans and numbers of two values are classes, and other numbers are regression. */
  readonly task?: Task | undefined;
  readonly overrides?: Readonly<Record<string, KindOverride>> | undefined;
  /** The rows to look at, all with a target; by default all that have one. A row that is given twice counts twice. */
  readonly rows?: Int32Array | undefined;
  /**
   * A schema of the same columns over more rows, by which they are numbers, categories, truths, dates or identifiers; by default as
   * the rows look. What the columns hold is learned from the rows all the same.
   */
  readonly kinds?: Schema | undefined;
}

const optionKinds = {
  target: oneOrManyTexts,
  task: oneOf("regression", "classification"),
  overrides: anObject,
  rows: rowNumbers,
  kinds: aSchema,
} satisfies Record<keyof SchemaOptions, Kind>;

/**
 * Works out what every column holds; see `likelyKind` for the rules.
 *
 * A column is ignored, with the reason, when the user says so, when it has one value or none, when its values were not kept, and when it is
 * text that differs in more than half of the rows (and in more than 20), which identifies rows and tells nothing about others.
 *
 * Throws InputError, naming row and column, for whatever a table must not have: two columns of one name, no rows, a
 * number column with text or infinities in it, an ordered category with what is none of its levels; for an override of no column, of an
 * unknown kind or of levels that are none; and with a target: no such column, one that is constant or empty, more than 1000 classes, and
 * no features.
 */
export function inferSchema(frame: Frame, options: SchemaOptions = {}): Schema {
  checkFrame(frame);
  checkGiven(options, optionKinds);
  const { overrides = {}, kinds } = options;
  const task = options.task ?? kinds?.task;
  const targets = options.target === undefined ? [] : [options.target].flat();
  checkShape(frame);
  const asked = new Map(Object.entries(overrides));
  checkOverrides(frame, asked);
  const known = new Map(kinds?.columns.map((column) => [column.name, column]));
  const withTarget = rowsWithTarget(frame, targets);
  const { rows = withTarget } = options;

  const tasks: Task[] = [];
  const rare = new Set(kinds?.rows.rare);
  const columns = frame.columns.map((column): ColumnSchema => {
    const { name, reading } = column;
    const override = asked.get(name);
    const shared = { name, ...(reading !== undefined && { reading }) };
    if (targets.includes(name)) {
      const target = describeTarget(column, rows, { source: frame.origin.source, override, task });
      tasks.push(target.task);
      for (const name of target.rare) rare.add(name);
      return { ...shared, role: "target", missing: frame.rowCount - withTarget.length, ...target.values };
    }
    const said =
      typeof override === "object"
        ? { ordered: checkedLevels(name, override.ordered, frame.missing ?? []) }
        : override;
    return { ...shared, ...describeOther(column, rows, said, known.get(name)) };
  });

  const schema: Schema = {
    rows: {
      read: frame.rowCount,
      used: withTarget.length - rare.size,
      ...(rare.size > 0 && { rare: [...rare] }),
    },
    columns,
    ...(frame.missing && { missing: frame.missing }),
  };
  if (tasks.length === 0) return schema;
  checkTrainable(frame, schema, targets, tasks);
  return { ...schema, task: tasks[0] };
}

type Described = {
  readonly role: "feature" | "ignored";
  readonly reason?: string;
  readonly missing: number;
} & (ColumnValues | { readonly kind: "unread" });

function describeOther(
  column: Column,
  rows: Int32Array,
  override: KindOverride | undefined,
  known: ColumnSchema | undefined,
): Described {
  if (override === "ignore") {
    return { role: "ignored", reason: "it was asked to be ignored", missing: 0, kind: "unread" };
  }
  if (column.kind === "unread" || known?.kind === "unread") {
    const reason = column.kind === "unread" ? column.reason : known?.reason;
    return { role: "ignored", ...(reason !== undefined && { reason }), missing: 0, kind: "unread" };
  }
  const parts = isDate(override)
    ? partsIn(column.name, override)
    : known?.kind === "date"
      ? known.parts
      : undefined;
  const levels =
    typeof override === "object" ? override.ordered : known?.kind === "ordered" ? known.levels : undefined;
  // Of a column that is constant or empty, fewer rows tell no less.
  const settled = known?.kind === "constant" || known?.kind === "empty" ? undefined : known?.kind;
  const asked = typeof override === "object" ? "ordered" : isDate(override) ? "date" : override;
  const { missing, values } = describeFeature(column, rows, asked ?? settled, { parts, levels });
  const reason = reasonToIgnore(values);
  return reason === undefined
    ? { role: "feature", missing, ...values }
    : { role: "ignored", reason, missing, ...values };
}

const isDate = (kind: KindOverride | undefined): kind is "date" | `date:${string}` =>
  typeof kind === "string" && kind.startsWith("date");

/** The rows in which every target has a value; all rows when there is no target. */
export function rowsWithTarget(frame: Frame, targets: readonly string[]): Int32Array {
  checkArgument("list of targets", targets, texts);
  const columns = targets.map(columnFinder(frame));
  const rows = allRows(frame);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    if (columns.every((column) => !isMissingAt(column, row))) rows[count++] = row;
  }
  return rows.slice(0, count);
}

function checkOverrides(frame: Frame, overrides: ReadonlyMap<string, KindOverride>): void {
  const find = columnFinder(frame);
  for (const [name, kind] of overrides) {
    find(name);
    if ((isObject(kind) && "ordered" in kind) || (overrideKinds as readonly string[]).includes(kind))
      continue;
    if (typeof kind === "string" && kind.startsWith("date:")) partsIn(name, kind);
    else {
      throw new InputError({
        code: "unknown-choice",
        found: `The kind of column "${name}" is one of ${overrideKinds.join(", ")}, but "${String(kind)}" was given`,
        where: { column: name },
        value: String(kind),
      });
    }
  }
}

function checkShape(frame: Frame): void {
  const { source } = frame.origin;
  if (frame.columns.length === 0) {
    throw new InputError({
      code: "no-columns",
      found: `There are no columns in ${source}`,
      where: { source },
    });
  }
  checkUniqueNames(frame);
  if (frame.rowCount === 0) {
    throw new InputError({
      code: "no-rows",
      found: `There are no rows in ${source}, only the names of ${frame.columns.length} columns`,
      where: { source },
    });
  }
}

function reasonToIgnore(values: ColumnValues): string | undefined {
  switch (values.kind) {
    case "constant":
      return `every row has the same value, "${values.value}"`;
    case "empty":
      return "it has no values";
    case "identifier":
      return `it has ${values.distinct} different text values, too many for its rows to tell anything about others`;
    default:
      return undefined;
  }
}

function checkTrainable(
  { origin: { source } }: Frame,
  schema: Schema,
  targets: readonly string[],
  tasks: readonly Task[],
): void {
  const quoted = targets.map((name) => `"${name}"`).join(", ");
  if (targets.length > 1 && tasks.includes("classification")) {
    throw new InputError({
      code: "wrong-task",
      found: `Several targets (${quoted}) can be predicted together only if all are numbers to be predicted as numbers`,
      where: { source },
      remedy: "name a single target instead",
    });
  }
  if (columnsOf(schema, "feature").length > 0) return;
  const dropped = columnsOf(schema, "ignored").map((column) => `"${column.name}" (${column.reason})`);
  throw new InputError({
    code: dropped.length > 0 ? "all-features-ignored" : "no-features",
    found: `There is no column in ${source} to predict ${quoted} from${dropped.length > 0 ? `; left out: ${dropped.join(", ")}` : ""}`,
    where: { source },
  });
}
