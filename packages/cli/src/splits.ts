import {
  classLabels,
  createRandom,
  derive,
  fitTarget,
  holdout,
  kFolds,
  rowsWithTarget,
  type Split,
  splitsFromTestRows,
  type Table,
} from "psilon";
import type { Aim } from "./trainingOptions.js";

/** A share of the rows that have a target set aside for testing. */
export function holdoutRows(table: Table, aim: Aim, fraction: number): Split {
  const { rows, labels, random } = prepare(table, aim);
  return atRows(rows, holdout(rows.length, fraction, random, labels));
}

/** The rows that have a target in k folds, each the test part of one split. */
export function foldRows(table: Table, aim: Aim, k: number): Split[] {
  const { rows, labels, random } = prepare(table, aim);
  return kFolds(rows.length, k, random, labels).map((split) => atRows(rows, split));
}

/** Splits by given test rows, less those without a target. */
export function givenRows(table: Table, aim: Aim, testRows: readonly (readonly number[])[]): Split[] {
  const usable = new Set(rowsWithTarget(table, aim.target));
  return splitsFromTestRows(table.rowCount, testRows).map(({ train, test }) => ({
    train: train.filter((row) => usable.has(row)),
    test: test.filter((row) => usable.has(row)),
  }));
}

function prepare(table: Table, { target, schema, options }: Aim) {
  const rows = rowsWithTarget(table, target);
  const fitted = fitTarget(table, rows, schema);
  const labels = fitted.task === "classification" ? classLabels(fitted, table, rows) : undefined;
  return { rows, labels, random: createRandom(derive(options.seed ?? 0, "test")) };
}

function atRows(rows: Int32Array, { train, test }: Split): Split {
  return { train: train.map((place) => rows[place]), test: test.map((place) => rows[place]) };
}
