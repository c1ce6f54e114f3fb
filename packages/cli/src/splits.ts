import {
  classLabels,
  type Frame,
  fitTarget,
  holdout,
  InputError,
  kFolds,
  rowsOfKnownClasses,
  rowsWithTarget,
  type Split,
  splitsFromTestRows,
} from "psilon";
import { createRandom, derive } from "psilon/engine";
import type { Aim } from "./trainingOptions.js";

/** A share of the rows that have a target set aside for testing. */
export function holdoutRows(frame: Frame, aim: Aim, fraction: number): Split {
  const { rows, labels, random } = prepare(frame, aim);
  return atRows(rows, holdout(rows.length, fraction, random, labels));
}

/**
 * The rows that have a target in k folds, each the test part of one split. Throws InputError where a class has a single row to learn from.
 */
export function foldRows(frame: Frame, aim: Aim, k: number): Split[] {
  const { rows, labels, random, classes } = prepare(frame, aim);
  return kFolds(rows.length, k, random, labels).map((split, index) => {
    if (labels && classes) {
      refuseSingles(
        `Fold ${index + 1} of ${k}`,
        Array.from(split.train, (place) => labels[place]),
        classes,
      );
    }
    return atRows(rows, split);
  });
}

/**
 * Splits by given test rows, less those without a target. Throws InputError where that leaves nothing to test or to train on, where a class
 * is to be tested and not trained, or has a single row.
 */
export function givenRows(frame: Frame, aim: Aim, testRows: readonly (readonly number[])[]): Split[] {
  const { rows, labels, classes } = prepare(frame, aim);
  const labelOf = new Map(Array.from(rows, (row, place) => [row, labels?.[place] ?? 0]));
  const isUsable = (row: number) => labelOf.has(row);
  return splitsFromTestRows(frame.rowCount, testRows).map((split, index) => {
    const [train, test] = [split.train.filter(isUsable), split.test.filter(isUsable)];
    const empty = test.length === 0 ? "tests" : train.length === 0 ? "trains on" : null;
    if (empty) {
      throw new InputError({
        code: "no-labelled-rows",
        found: `Split ${index + 1} ${empty} no row of ${frame.origin.source} that has a value to predict (${aim.target.join(", ")})`,
        where: { source: frame.origin.source },
        remedy: "fill one in, or give it other test rows",
      });
    }
    const known = new Set(Array.from(train, (row) => labelOf.get(row)));
    const stranger = test.find((row) => !known.has(labelOf.get(row)));
    if (stranger !== undefined && classes) {
      throw new InputError({
        code: "untrained-class",
        found: `Split ${index + 1} tests row ${stranger}, of the class "${classes[labelOf.get(stranger) ?? 0]}", but trains on no row of that class`,
        where: { source: frame.origin.source, row: stranger },
        remedy: "leave one in its train part",
      });
    }
    if (labels && classes) {
      refuseSingles(
        `Split ${index + 1}`,
        Array.from(train, (row) => labelOf.get(row) ?? 0),
        classes,
      );
    }
    return { train, test };
  });
}

/** Before any training: a class is learned from two rows or more. */
function refuseSingles(where: string, labels: readonly number[], classes: readonly string[]): void {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]++;
  const single = counts.indexOf(1);
  if (single < 0) return;
  throw new InputError({
    code: "rare-class",
    found: `${where} trains on one row of the class "${classes[single]}", and a class needs at least two`,
    value: classes[single],
    remedy: "merge it with another, or leave its rows out",
  });
}

function prepare(frame: Frame, { target, schema, options }: Aim) {
  const rows = rowsOfKnownClasses(schema, frame, rowsWithTarget(frame, target));
  const fitted = fitTarget(frame, rows, schema);
  const isClasses = fitted.task === "classification";
  const labels = isClasses ? classLabels(fitted, frame, rows) : undefined;
  const classes = isClasses ? fitted.classes : undefined;
  return { rows, labels, classes, random: createRandom(derive(options.seed ?? 0, "test")) };
}

function atRows(rows: Int32Array, { train, test }: Split): Split {
  return { train: train.map((place) => rows[place]), test: test.map((place) => rows[place]) };
}
