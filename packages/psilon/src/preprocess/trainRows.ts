import { anObject, checkArgument, checkValues, type Kind, rowNumbers } from "../arguments.js";
import { InputError } from "../errors.js";
import { checkFrame, checkRowsOf, type Frame } from "../tables/frame.js";
import { checkSplitColumns, type SplitColumns } from "../tables/rowSplitter.js";
import { fitTarget } from "./fitTarget.js";
import type { KindOverride, Schema } from "./kinds.js";
import { checkWeights } from "./rowWeights.js";
import { inferSchema, rowsWithTarget, type SchemaOptions } from "./schema.js";
import { classLabels, rowsOfKnownClasses } from "./target.js";

/** The names of the columns to predict. Throws InputError for what is no name. */
export function targetsOf(target: string | readonly string[]): readonly string[] {
  const names: readonly unknown[] = [target].flat();
  const stranger = names.findIndex((name) => typeof name !== "string");
  if (stranger < 0) return names as readonly string[];
  throw new InputError({
    code: "wrong-type",
    found: `The target is the name of a column, or a list of several numeric ones, but ${String(names[stranger])} was given`,
    value: String(names[stranger]),
  });
}

/** What is said of the rows to learn from and of their columns. */
export interface LearningOptions extends Pick<SchemaOptions, "task" | "kinds">, SplitColumns {
  readonly columns?: Readonly<Record<string, KindOverride>> | undefined;
  readonly rows?: Int32Array | undefined;
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

/** Of options whose values are looked at before `inferSchema` looks at them. */
const learningKinds = { columns: anObject, rows: rowNumbers } satisfies Partial<
  Record<keyof LearningOptions, Kind>
>;

/** Rows to learn from; with classes the place of each row's among them. */
export interface LearnedRows {
  readonly schema: Schema;
  readonly rows: Int32Array;
  readonly labels: Int32Array | undefined;
  readonly classes: readonly string[] | undefined;
}

/**
 * What the columns are, decided once, and the rows to learn from: those with every target and a weight, of no class that stands in one row
 * alone; with their labels, by which splits are stratified, where there are classes.
 */
export function rowsToLearnFrom(
  frame: Frame,
  target: readonly string[],
  options: LearningOptions,
): LearnedRows {
  checkFrame(frame);
  checkArgument("argument of options", options, anObject);
  checkValues(options, learningKinds);
  checkWeights(options);
  const { task, kinds, rows: given, sampleWeights } = options;
  const overrides = columnsToLearn(options, target);
  const asked = trainRows(frame, target, given, sampleWeights);
  const isAll = asked.length === rowsWithTarget(frame, target).length;
  const { source } = frame.origin;
  const origin = isAll
    ? frame.origin
    : { ...frame.origin, source: `${source} (${asked.length} of its ${frame.rowCount} rows)` };
  const schema = inferSchema({ ...frame, origin }, { target, task, overrides, kinds, rows: asked });
  const rows = schema.rows.rare ? rowsOfKnownClasses(schema, frame, asked) : asked;
  const fitted = schema.task === "classification" ? fitTarget(frame, rows, schema) : null;
  return fitted?.task === "classification"
    ? { schema, rows, labels: classLabels(fitted, frame, rows), classes: fitted.classes }
    : { schema, rows, labels: undefined, classes: undefined };
}

/**
 * What columns are, as it was said: one that tells how rows are split is not learned from unless it is declared too, since rows to predict are
 * of other groups and later times. Throws InputError where it is the target.
 */
export function columnsToLearn(
  { columns = {}, groups, timeColumn }: Pick<LearningOptions, "columns" | keyof SplitColumns>,
  targets: readonly string[],
): Readonly<Record<string, KindOverride>> {
  checkSplitColumns({ groups, timeColumn });
  const name = groups ?? timeColumn;
  if (name === undefined || Object.hasOwn(columns, name)) return columns;
  if (!targets.includes(name)) return { ...columns, [name]: "ignore" };
  throw new InputError({
    code: "unsuitable",
    found: `Column "${name}" is to be predicted, so that it cannot tell how rows are split`,
    where: { column: name },
    remedy: "name another",
  });
}

/**
 * The rows to learn from, ascending: of those given (default: all) the ones with every target and a weight that is not
 * 0, as often as they are given. Throws InputError for rows that the table does not have, and when none is left.
 */
export function trainRows(
  frame: Frame,
  targets: readonly string[],
  given: Int32Array | undefined,
  sampleWeights: ArrayLike<number> | undefined,
): Int32Array {
  if (given) checkRowsOf(frame, given, "to learn from");
  const times = new Int32Array(frame.rowCount).fill(given ? 0 : 1);
  for (const row of given ?? []) times[row]++;
  const asked = rowsWithTarget(frame, targets).filter((row) => times[row] > 0);
  const weighted = sampleWeights ? asked.filter((row) => sampleWeights[row] !== 0) : asked;
  if (asked.length > 0 && weighted.length === 0) {
    throw new InputError({ code: "no-weight", found: "All weights are 0, so no row would count" });
  }
  const rows = new Int32Array(weighted.reduce((sum, row) => sum + times[row], 0));
  let count = 0;
  for (const row of weighted) {
    rows.fill(row, count, count + times[row]);
    count += times[row];
  }
  return rows;
}
