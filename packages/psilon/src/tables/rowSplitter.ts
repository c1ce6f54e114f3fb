import { anObject, aText, checkArgument, checkValues } from "../arguments.js";
import type { Random } from "../engine/random/random.js";
import { InputError } from "../errors.js";
import { type Column, isMissingAt, nameOfRow } from "./column.js";
import { checkRows, columnFinder, type Frame } from "./frame.js";
import { groupFolds, groupHoldout } from "./groupSplits.js";
import { checkRandom, holdout, kFolds, type Split } from "./splits.js";
import { expandingWindow, lastInTime } from "./timeSplits.js";
import { textAt } from "./values.js";

/** What rows that are held out are to be told apart by from those that are learned from; at most one of the two. */
export interface SplitColumns {
  /** The column whose rows of one value belong together, such as those of one customer: they are on one side. */
  readonly groups?: string | undefined;
  /** The column of numbers or dates that tells when a row was: rows are tested after those that are learned from. */
  readonly timeColumn?: string | undefined;
}

/** Makes splits of some rows, as places among them. */
export interface RowSplitter {
  /** One split, about that share of the rows held out; in time the last ones. */
  holdout(fraction: number): Split;
  /** In time one less than so many parts can be tested. */
  folds(k: number): readonly Split[];
  /** Into how many parts the rows can be dealt at most. */
  readonly most: number;
}

/**
 * Splits `rows` of a table at random, stratified by their `labels` where there are classes, or as the columns say. Throws InputError for a
 * column that is not there or has no value in one of the rows, for times that are no numbers and no dates, and for both columns at once.
 */
export function rowSplitter(
  frame: Frame,
  rows: Int32Array,
  labels: Int32Array | undefined,
  columns: SplitColumns,
  random: Random,
): RowSplitter {
  const find = columnFinder(frame);
  checkRows(rows);
  checkSplitColumns(columns);
  checkRandom(random);
  const { groups, timeColumn } = columns;
  if (groups !== undefined) {
    const codes = codesAt(find(groups), rows);
    return {
      holdout: (fraction) => groupHoldout(codes, fraction, random, labels),
      folds: (k) => groupFolds(codes, k, random, labels),
      most: new Set(codes).size,
    };
  }
  if (timeColumn !== undefined) {
    const times = timesAt(find(timeColumn), rows);
    return {
      holdout: (fraction) => lastInTime(times, fraction),
      folds: (k) => expandingWindow(times, k),
      most: new Set(times).size,
    };
  }
  return {
    holdout: (fraction) => holdout(rows.length, fraction, random, labels),
    folds: (k) => kFolds(rows.length, k, random, labels),
    most: rows.length,
  };
}

/** Throws InputError for what is no name of a column, and where both are named. */
export function checkSplitColumns(columns: SplitColumns): void {
  checkArgument("argument of options", columns, anObject);
  const { groups, timeColumn } = columns;
  checkValues({ groups, timeColumn }, { groups: aText, timeColumn: aText });
  if (groups === undefined || timeColumn === undefined) return;
  throw new InputError({
    code: "conflicting-arguments",
    found: `Rows cannot be held out both by the groups of "${groups}" and by the times of "${timeColumn}"`,
    remedy: "name one of the two columns",
  });
}

/** The different values numbered from 0, in the order of the rows. */
function codesAt(column: Column, rows: Int32Array): Int32Array {
  checkThere(column, rows, "which rows belong together");
  const codes = new Map<string, number>();
  return rows.map((row) => {
    const text = textAt(column, row);
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  });
}

function timesAt(column: Column, rows: Int32Array): Float64Array {
  checkThere(column, rows, "when a row was");
  if (column.kind === "numbers" || column.kind === "dates")
    return Float64Array.from(rows, (row) => column.values[row]);
  const { source } = column.origin;
  throw new InputError({
    code: "not-a-date",
    found: `Column "${column.name}" of ${source} is to tell when a row was, but holds ${column.kind === "booleans" ? "truths" : "text"}, neither numbers nor dates`,
    where: { source, column: column.name },
    remedy: "write dates as 2024-03-15, or name another column",
  });
}

function checkThere(column: Column, rows: Int32Array, what: string): void {
  const { name, origin } = column;
  if (column.kind === "unread") {
    throw new InputError({
      code: "unsuitable",
      found: `Column "${name}" of ${origin.source} is to tell ${what}, but its values were left out: ${column.reason}`,
      where: { source: origin.source, column: name },
    });
  }
  const empty = rows.find((row) => isMissingAt(column, row));
  if (empty === undefined) return;
  throw new InputError({
    code: "missing-cell",
    found: `Column "${name}" is to tell ${what}, but has no value in ${nameOfRow(origin, empty)}`,
    where: { source: origin.source, column: name, row: empty },
    remedy: "fill it in, or leave the row out",
  });
}
