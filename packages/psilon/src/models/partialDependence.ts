import { aSignal, aText, checkArgument, type Kind, rowNumbers } from "../arguments.js";
import type { Backend } from "../engine/backend/backend.js";
import type { StopSignal } from "../engine/training/pauses.js";
import { InputError } from "../errors.js";
import { createBreathe } from "../fit/baselines/breathe.js";
import { whole } from "../fit/checkOptions.js";
import { checkGiven, suggestion } from "../names.js";
import { cellNumbers, cellOf } from "../preprocess/cellNumbers.js";
import { type EncodedColumn, type ShownKind, shownKind, sourceOf, sourcesOf } from "../preprocess/encoder.js";
import { ascending, quantile } from "../preprocess/statistics.js";
import { predictionNames } from "../preprocess/target.js";
import { type Column, isMissingAt, type Value } from "../tables/column.js";
import { constantColumn } from "../tables/constantColumn.js";
import { allRows, checkRowsOf, columnFinder, type Frame } from "../tables/frame.js";
import { sortCategories } from "../tables/texts.js";
import { categoriesAt, truthsAt } from "../tables/values.js";
import { checkAsked, predictTable } from "./predictTable.js";
import type { TabularModel } from "./tabularModel.js";

/** What the model predicts on average when all rows have one value in a column. */
export interface PartialDependence {
  readonly column: string;
  readonly kind: ShownKind;
  /** The targets, or the classes. */
  readonly outputs: readonly string[];
  /** Rows that were averaged over. */
  readonly rows: number;
  /** Values and levels ascending, categories in the order of theirs; a missing cell, where the table has one, comes last, as null. */
  readonly points: readonly {
    readonly value: Value;
    /** For each output its mean prediction, in the target's units, or its mean probability. */
    readonly average: readonly number[];
  }[];
}

/** Over which rows and at how many values. */
export interface PartialDependenceOptions {
  /** Counted from 0; default: all. */
  readonly rows?: Int32Array | undefined;
  /** How many numbers or dates at most; default 20. */
  readonly resolution?: number | undefined;
  /** Ends the work with its reason. */
  readonly signal?: StopSignal | undefined;
}

const optionKinds = {
  rows: rowNumbers,
  resolution: { name: "a whole number", is: Number.isInteger },
  signal: aSignal,
} satisfies Record<keyof PartialDependenceOptions, Kind>;

/**
 * Partial dependence (Friedman 2001): for each value v of a column, the mean over the table's rows of the prediction for the row with v in
 * that column, as `partial_dependence` of scikit-learn computes it with `method="brute"`. The values are those of the rows; of numbers and
 * dates that have more than `resolution`, so many at equal distances from the 5 % to the 95 % quantile (from the least to the greatest
 * where these are equal), rounded to whole numbers or days where all are. A date goes with all its parts. Rows need no target.
 *
 * Throws InputError for a column that the model does not read, a table without rows, options out of range, and as `predictTable` does.
 */
export async function partialDependence(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  column: string,
  options: PartialDependenceOptions = {},
): Promise<PartialDependence> {
  checkAsked(backend, model, frame);
  checkArgument("column", column, aText);
  checkGiven(options, optionKinds);
  const { rows = allRows(frame), resolution = 20, signal } = options;
  checkRowsOf(frame, rows, "to average over");
  whole("resolution", resolution, 2, 10_000);
  const encoded = encodedAs(model, column);
  if (rows.length === 0) {
    const { source } = frame.origin;
    throw new InputError({
      code: "no-rows",
      found: `There are no rows of ${source} to average predictions over`,
      where: { source },
    });
  }
  const own = columnFinder(frame)(column);
  const breathe = createBreathe(signal);
  const points: PartialDependence["points"][number][] = [];
  for (const value of valuesIn(own, encoded, rows, resolution)) {
    await breathe();
    const constant = constantColumn(column, own.origin, value, frame.rowCount);
    const columns = frame.columns.map((other) => (other === own ? constant : other));
    const predictions = predictTable(backend, model, { ...frame, columns }, rows);
    points.push({
      value,
      average: means(
        predictions.task === "regression" ? predictions.values : predictions.probabilities,
        rows.length,
      ),
    });
  }
  const { target } = model;
  return {
    column,
    kind: shownKind(encoded),
    outputs: target.task === "regression" ? predictionNames(target) : target.classes,
    rows: rows.length,
    points,
  };
}

/** The first of the inputs that are made from the column. */
function encodedAs({ encoder }: TabularModel, column: string): EncodedColumn {
  const encoded = encoder.columns.find((one) => sourceOf(one) === column);
  if (encoded) return encoded;
  throw new InputError({
    code: "unknown-column",
    found: `The model reads no column "${column}"`,
    where: { column },
    value: column,
    remedy: suggestion(column, sourcesOf(encoder)),
  });
}

/** What stands in the rows, or some numbers among theirs. */
function valuesIn(column: Column, encoded: EncodedColumn, rows: Int32Array, resolution: number): Value[] {
  const present = (): Value[] => {
    if (encoded.kind === "numeric") {
      const most = encoded.levels?.length ?? resolution;
      return numbersAmong(cellNumbers(encoded, column, rows), most).map((x) => cellOf(encoded, x));
    }
    if (encoded.kind === "categorical") return sortCategories(categoriesAt(column, rows).names);
    const truths = truthsAt(column, rows);
    return [false, true].filter((truth) => truths.includes(Number(truth)));
  };
  return [...present(), ...(rows.some((row) => isMissingAt(column, row)) ? [null] : [])];
}

/** All that are different, or else so many from low to high. */
function numbersAmong(values: Float64Array, resolution: number): number[] {
  const sorted = ascending(values);
  const distinct = new Set(sorted);
  if (distinct.size <= resolution) return [...distinct];
  const middle = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  const [low, high] = middle[0] < middle[1] ? middle : [sorted[0], sorted[sorted.length - 1]];
  const isWhole = sorted.every(Number.isInteger);
  const grid = Array.from({ length: resolution }, (_, i) => {
    const share = i / (resolution - 1);
    const value = low * (1 - share) + high * share;
    return isWhole ? Math.round(value) : value;
  });
  return [...new Set(grid)];
}

/** Of each column of rows × columns. */
function means(values: Float64Array, rows: number): number[] {
  const columns = values.length / rows;
  const sums = new Array<number>(columns).fill(0);
  values.forEach((value, i) => {
    sums[i % columns] += value;
  });
  return sums.map((sum) => sum / rows);
}
