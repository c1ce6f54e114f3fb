import { log } from "../engine/random/log.js";
import type { LossKind } from "../engine/training/loss.js";
import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import { type Column, placeOfRow } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { show } from "../tables/texts.js";
import { categoriesAt, numbersAt, textAt } from "../tables/values.js";
import type { HeldOutErrors, PredictionInterval } from "./heldOut.js";
import { columnsOf, type Schema } from "./kinds.js";

/** How numbers to be predicted become a network's outputs: output k is (y_k − centers[k])/scales[k], or that of log y_k. */
export interface RegressionTarget {
  readonly task: "regression";
  readonly names: readonly string[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
  /** `log`: predictions are the exponentials of scale·output + center. */
  readonly link?: "log";
  /** What trains, where not the squared error. */
  readonly loss?: "poisson";
  /** The one target's quantiles that are predicted, by their levels, each by an output with the target's center and scale. */
  readonly levels?: readonly number[];
  /** How far off held-out rows were predicted, where there were any. */
  readonly heldOut?: HeldOutErrors;
  /** What is predicted beside each value, where that was asked for. */
  readonly interval?: PredictionInterval;
}

/** The classes to be told apart; a label is a place in `classes`. */
export interface ClassTarget {
  readonly task: "classification";
  readonly name: string;
  readonly classes: readonly string[];
  /** What logits are divided by before they become probabilities: 1 where it is absent. */
  readonly temperature?: number;
  /** Which of two classes a row is predicted to be of; where it is absent, the likeliest, the first of equals. */
  readonly threshold?: DecisionThreshold;
}

/** Rows are predicted to be of the class `positive`, a place among two, where its probability is at least `at`, from 1e-300 to below 1. */
export interface DecisionThreshold {
  readonly positive: 0 | 1;
  readonly at: number;
}

/** Plain data: it goes into a model file as JSON. */
export type Target = RegressionTarget | ClassTarget;

/** True values of some rows: in the user's units (rows × outputs), or labels. */
export type Truth = Float64Array | Int32Array;

/** The columns to be predicted. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "regression" ? target.names : [target.name];
}

/** What is predicted, by name: the targets, or each quantile of one. */
export function predictionNames({ names, levels }: RegressionTarget): readonly string[] {
  return levels ? levels.map((level) => `${names[0]}_${level}`) : names;
}

/** The loss that trains for a target, of classes with smoothed labels, and how many outputs it takes: two classes need one logit. */
export function lossFor(
  target: Target,
  smoothing = 0,
): { readonly loss: LossKind; readonly outputs: number } {
  if (target.task === "regression") {
    const { names, levels, loss = "squared-error" } = target;
    return levels
      ? { loss: { kind: "quantile", levels }, outputs: levels.length }
      : { loss, outputs: names.length };
  }
  const classes = target.classes.length;
  const kind = classes === 2 ? "logistic" : "softmax";
  return { loss: smoothing > 0 ? { kind, smoothing } : kind, outputs: classes === 2 ? 1 : classes };
}

/** Throws InputError at a number that has no logarithm, or is no count, where a target has only those. */
export function checkDomain(
  { link, loss }: Pick<RegressionTarget, "link" | "loss">,
  column: Column,
  rows: Int32Array,
): void {
  if (!link) return;
  const isGood = (y: number) => (loss === "poisson" ? y >= 0 && y < Number.POSITIVE_INFINITY : y > 0);
  const values = numbersAt(column, rows);
  const bad = values.findIndex((y) => !Number.isNaN(y) && !isGood(y));
  if (bad < 0) return;
  const place = placeOfRow(column.origin, rows[bad]);
  throw new InputError({
    code: "out-of-range",
    found: `Row ${place.row} of ${place.source} has ${values[bad]} in the target column "${column.name}", but ${loss === "poisson" ? "counts are finite and at least 0" : "only numbers above 0 have a logarithm to be learned"}`,
    where: { ...place, column: column.name },
    value: String(values[bad]),
    remedy: `correct it, leave the row out, or learn the ${loss === "poisson" ? "numbers by squared errors" : "values themselves"}`,
  });
}

/**
 * The targets in the user's units, rows × targets. Throws InputError at a cell that is missing or no finite number and, where it is
 * `trained` on, or of counts, that the target does not take.
 */
export function targetValues(
  target: RegressionTarget,
  frame: Frame,
  rows: Int32Array,
  trained = false,
): Float64Array {
  const outputs = target.names.length;
  const values = new Float64Array(rows.length * outputs);
  const find = columnFinder(frame);
  target.names.forEach((name, k) => {
    const column = find(name);
    if (trained || target.loss === "poisson") checkDomain(target, column, rows);
    numbersAt(column, rows).forEach((number, i) => {
      if (Number.isNaN(number)) throw missingTarget(column, rows[i]);
      values[i * outputs + k] = number;
    });
  });
  return values;
}

/**
 * What the loss reads, as float32, of rows × targets of `values`: (y − center)/scale, that of log y, or of counts y/e^center. Throws
 * InputError at a value so far from the train rows' that float32 cannot hold it.
 */
export function scaleTarget(target: RegressionTarget, values: Float64Array): Float32Array {
  const { names, centers, scales, link, loss } = target;
  const count = names.length;
  const scaled = Float32Array.from(values, (y, i) =>
    loss === "poisson"
      ? y / Math.exp(centers[i % count])
      : ((link ? log(y) : y) - centers[i % count]) / scales[i % count],
  );
  const far = scaled.findIndex((value) => !Number.isFinite(value));
  if (far < 0) return scaled;
  const k = far % count;
  throw new InputError({
    code: "too-far",
    found: `The target "${names[k]}" has the value ${values[far]}, too far from the others (median ${centers[k]}) to be computed with`,
    where: { column: names[k] },
    value: String(values[far]),
    remedy: "is it a typing error?",
  });
}

/** Predictions in the user's units from a network's outputs, rows × outputs; quantiles of a row in order, so that none crosses another. */
export function unscaleTarget(
  { names, centers, scales, link, levels }: RegressionTarget,
  outputs: ArrayLike<number>,
): Float64Array {
  const count = names.length;
  const linear = Float64Array.from(outputs, (value, i) => value * scales[i % count] + centers[i % count]);
  const values = link ? linear.map(exponential) : linear;
  return levels ? inOrder(values, levels.length) : values;
}

/** e^x, from the least normal number of float64 to its largest: however far outputs go, predictions are finite and known as well as any. */
const exponential = (x: number): number => Math.min(Math.max(Math.exp(x), 2 ** -1022), Number.MAX_VALUE);

/** Sorts each of the rows, of so many values, where it is. */
export function inOrder(values: Float64Array, count: number): Float64Array {
  for (let at = 0; at < values.length; at += count) values.subarray(at, at + count).sort();
  return values;
}

/** The label of every row. Throws InputError at a cell that is missing or names no known class. */
export function classLabels(target: ClassTarget, frame: Frame, rows: Int32Array): Int32Array {
  const column = columnFinder(frame)(target.name);
  const { codes, names } = categoriesAt(column, rows);
  const places = new Map(target.classes.map((name, label) => [name, label]));
  const labels = names.map((name) => places.get(name));
  return codes.map((code, i) => {
    if (code < 0) throw missingTarget(column, rows[i]);
    const label = labels[code];
    if (label !== undefined) return label;
    const place = placeOfRow(column.origin, rows[i]);
    throw new InputError({
      code: "unknown-class",
      found: `Row ${place.row} of ${place.source} has the class ${show(textAt(column, rows[i]))} in column "${target.name}", which the model does not know`,
      where: { ...place, column: target.name },
      value: names[code],
      remedy: suggestion(names[code], target.classes),
    });
  });
}

/** What is true of the rows. Throws InputError at a cell that is missing, no finite number, or names no known class. */
export const truthOf = (target: Target, frame: Frame, rows: Int32Array): Truth =>
  target.task === "regression" ? targetValues(target, frame, rows) : classLabels(target, frame, rows);

/** Those of the rows whose class the schema has: one that stood in a single row is none. */
export function rowsOfKnownClasses(schema: Schema, frame: Frame, rows: Int32Array): Int32Array {
  const [column] = columnsOf(schema, "target");
  if (column?.kind !== "categorical") return rows;
  const { codes, names } = categoriesAt(columnFinder(frame)(column.name), rows);
  const classes = new Set(column.categories);
  const isKnown = names.map((name) => classes.has(name));
  return rows.filter((_, i) => codes[i] < 0 || isKnown[codes[i]]);
}

function missingTarget(column: Column, row: number): InputError {
  const place = placeOfRow(column.origin, row);
  return new InputError({
    code: "missing-target",
    found: `Row ${place.row} of ${place.source} has no value in the target column "${column.name}"`,
    where: { ...place, column: column.name },
    remedy: "fill it in or leave the row out",
  });
}
