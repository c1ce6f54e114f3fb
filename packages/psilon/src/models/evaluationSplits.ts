import { anObject, checkArgument } from "../arguments.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import { InputError } from "../errors.js";
import { whole } from "../fit/checkOptions.js";
import { type LearningOptions, rowsToLearnFrom, targetsOf } from "../preprocess/trainRows.js";
import { nameOfRow } from "../tables/column.js";
import type { Frame } from "../tables/frame.js";
import { rowSplitter } from "../tables/rowSplitter.js";
import { pick, type Split, splitCopies, splitsFromTestRows } from "../tables/splits.js";

/** How rows are told apart to train on some and test on others. */
export interface SplitOptions extends LearningOptions {
  /** How many folds, default 5; with `timeColumn` how many windows. */
  readonly folds?: number | undefined;
  /** How many times folds are drawn anew, default 1. */
  readonly repeats?: number | undefined;
  /** The rows to test on instead, one list a split, counted from 0; all others are trained on. */
  readonly testRows?: readonly (readonly number[])[] | undefined;
  readonly seed?: number | undefined;
}

const FOLDS = 5;

/** One of several splits, as a person is told of it. */
interface NamedSplit extends Split {
  readonly name: string;
  readonly remedy: string;
}

/**
 * The rows that can be learned from in folds, each the test part of one split, drawn by the seed, with the classes' shares: as often as it is
 * said, of whole groups, or in time, where every window is tested after training on all rows before it; or as their test rows are given,
 * less those that cannot be learned from.
 *
 * Throws InputError for options that do not go together, where a split would leave nothing to test or to train on, and where a class is to be
 * tested and not trained, or has a single row to learn from.
 */
export function evaluationSplits(
  frame: Frame,
  target: string | readonly string[],
  options: SplitOptions = {},
): Split[] {
  checkSplitOptions(options);
  const targets = targetsOf(target);
  const { rows, labels, classes } = rowsToLearnFrom(frame, targets, options);
  const labelOf = new Map(Array.from(rows, (row, place) => [row, labels?.[place] ?? 0]));
  const splits =
    options.testRows !== undefined
      ? givenSplits(frame, targets, rows, options.testRows)
      : drawnSplits(frame, rows, labels, options);
  return splits.map(({ name, remedy, train, test }) => {
    if (classes) {
      const nameOf = (row: number) => (options.testRows ? `row ${row}` : nameOfRow(frame.origin, row));
      checkClasses(
        { name, remedy, train, test },
        (row) => labelOf.get(row) ?? 0,
        classes,
        (row) => ({ source: frame.origin.source, row, name: nameOf(row) }),
      );
    }
    return { train, test };
  });
}

/** A share of the rows that can be learned from set aside, likewise: in time the last ones. */
export function holdoutRows(
  frame: Frame,
  target: string | readonly string[],
  options: Omit<SplitOptions, "folds" | "repeats" | "testRows">,
  fraction: number,
): Split {
  checkSplitOptions(options);
  const { rows, labels } = rowsToLearnFrom(frame, targetsOf(target), options);
  const [split] = splitCopies(rows, labels, (some, own) => [
    rowSplitter(frame, some, own, options, randomFor(options)).holdout(fraction),
  ]);
  return atRows(rows, split);
}

function checkSplitOptions(options: SplitOptions): void {
  checkArgument("argument of options", options, anObject);
  const { folds, repeats, testRows, timeColumn, seed } = options;
  whole("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  whole("number of folds", folds, timeColumn === undefined ? 2 : 1, 1_000_000);
  whole("number of repeats", repeats, 1, 1000);
  const drawn = folds !== undefined ? "folds" : repeats !== undefined ? "repeats" : undefined;
  if (testRows !== undefined && drawn) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `Test rows were given, and the number of ${drawn} to draw as well`,
      remedy: "leave one of them out",
    });
  }
  if (timeColumn !== undefined && repeats !== undefined && repeats > 1) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `There is one way to split rows by the times of "${timeColumn}", which ${repeats} repeats would only repeat`,
      remedy: "leave the repeats out",
    });
  }
}

const randomFor = ({ seed = 0 }: SplitOptions, repeat = 0) =>
  createRandom(repeat === 0 ? derive(seed, "test") : derive(seed, "test", repeat));

const atRows = (rows: Int32Array, { train, test }: Split): Split => ({
  train: pick(rows, train),
  test: pick(rows, test),
});

function drawnSplits(
  frame: Frame,
  rows: Int32Array,
  labels: Int32Array | undefined,
  options: SplitOptions,
): NamedSplit[] {
  const { folds = FOLDS, repeats = 1, timeColumn } = options;
  return Array.from({ length: repeats }, (_, repeat) =>
    splitCopies(rows, labels, (some, own) =>
      rowSplitter(frame, some, own, options, randomFor(options, repeat)).folds(folds),
    ).map((split, k) => ({
      ...atRows(rows, split),
      name: `${timeColumn === undefined ? "Fold" : "Window"} ${k + 1} of ${folds}`,
      remedy: "merge it with another, or take fewer folds",
    })),
  ).flat();
}

function givenSplits(
  frame: Frame,
  targets: readonly string[],
  rows: Int32Array,
  testRows: readonly (readonly number[])[],
): NamedSplit[] {
  const { source } = frame.origin;
  return splitsFromTestRows(frame.rowCount, testRows).map((split, k) => {
    const name = `Split ${k + 1}`;
    const tested = new Set(split.test);
    const [train, test] = [rows.filter((row) => !tested.has(row)), rows.filter((row) => tested.has(row))];
    const empty = test.length === 0 ? "tests" : train.length === 0 ? "trains on" : null;
    if (empty) {
      throw new InputError({
        code: "no-labelled-rows",
        found: `${name} ${empty} no row of ${source} that has a value to predict (${targets.join(", ")})`,
        where: { source },
        remedy: "fill one in, or give it other test rows",
      });
    }
    return { name, remedy: "leave one in its train part", train, test };
  });
}

/** Before any training: every class is learned, and from two rows or more. */
function checkClasses(
  { name, remedy, train, test }: NamedSplit,
  labelOf: (row: number) => number,
  classes: readonly string[],
  placeOf: (row: number) => { readonly source: string; readonly row: number; readonly name: string },
): void {
  const counts = classes.map(() => 0);
  for (const row of train) counts[labelOf(row)]++;
  const stranger = test.find((row) => counts[labelOf(row)] === 0);
  if (stranger !== undefined) {
    const { name: nameOfStranger, ...where } = placeOf(stranger);
    throw new InputError({
      code: "untrained-class",
      found: `${name} tests ${nameOfStranger}, of the class "${classes[labelOf(stranger)]}", but trains on no row of that class`,
      where,
      remedy,
    });
  }
  const single = counts.findIndex((count) => count < 2);
  if (single < 0) return;
  throw new InputError({
    code: "rare-class",
    found: `${name} trains on ${counts[single] === 1 ? "one row" : "no row"} of the class "${classes[single]}", and a class needs at least two`,
    value: classes[single],
    remedy: "merge it with another, or leave its rows out",
  });
}
