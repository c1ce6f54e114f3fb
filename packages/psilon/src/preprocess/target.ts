import type { LossKind } from "../engine/training/loss.js";
import { InputError, type ProblemCode } from "../errors.js";
import { suggestion } from "../names.js";
import { type Column, placeOfRow } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { show } from "../tables/texts.js";
import { categoriesAt, numbersAt, textAt } from "../tables/values.js";
import { columnsOf, type Schema } from "./kinds.js";
import { moments, quantile } from "./statistics.js";

/** How numbers to be predicted become a network's outputs: output k is (y_k − centers[k])/scales[k]. */
export interface RegressionTarget {
  readonly task: "regression";
  readonly names: readonly string[];
  readonly centers: readonly number[];
  readonly scales: readonly number[];
}

/** The classes to be told apart; a label is a place in `classes`. */
export interface ClassTarget {
  readonly task: "classification";
  readonly name: string;
  readonly classes: readonly string[];
}

/** Errors of up to float32's range times this have finite squares. */
const WIDEST = 1e100;

/** Plain data: it goes into a model file as JSON. */
export type Target = RegressionTarget | ClassTarget;

/** True values of some rows: in the user's units (rows × outputs), or labels. */
export type Truth = Float64Array | Int32Array;

/** The columns to be predicted. */
export function targetNames(target: Target): readonly string[] {
  return target.task === "regression" ? target.names : [target.name];
}

/** The loss that trains for a target, and how many outputs it takes: two classes need one logit. */
export function lossFor(target: Target): { readonly loss: LossKind; readonly outputs: number } {
  if (target.task === "regression") return { loss: "squared-error", outputs: target.names.length };
  const classes = target.classes.length;
  return classes === 2 ? { loss: "logistic", outputs: 1 } : { loss: "softmax", outputs: classes };
}

/**
 * (y − median)/(IQR/2), learned from the train rows alone ([PSiLON] arXiv:2404.19112, the tabular experiments); where
 * the middle half of the values is all one value, the standard deviation takes the place of IQR/2.
 *
 * `frame` needs a value in every target at `rows`. Throws InputError when a target is constant over `rows` or spreads too
 * far. Classes come from the schema, so that every split knows all of them.
 */
export function fitTarget(frame: Frame, rows: Int32Array, schema: Schema): Target {
  const columns = columnsOf(schema, "target");
  if (columns.length === 0) {
    throw new InputError({
      code: "missing-argument",
      found: "The schema names no target, so there is nothing to learn",
    });
  }
  if (columns[0].kind === "categorical") {
    return { task: "classification", name: columns[0].name, classes: columns[0].categories };
  }
  const find = columnFinder(frame);
  const scalings = columns.map(({ name }) => {
    const values = numbersAt(find(name), rows).sort();
    const halfRange = quantile(values, 0.75) / 2 - quantile(values, 0.25) / 2;
    const scale = halfRange > 0 ? halfRange : moments(values).std;
    const refuse = (code: ProblemCode, found: string, remedy?: string) =>
      new InputError({
        code,
        found: `The target "${name}" of ${frame.origin.source} ${found}`,
        where: { source: frame.origin.source, column: name },
        ...(remedy && { remedy }),
      });
    if (!(scale > 0)) {
      throw refuse(
        "constant-target",
        `has the same value in all ${rows.length} train rows, so there is nothing to learn`,
      );
    }
    if (scale > WIDEST) {
      throw refuse(
        "too-far",
        `spreads over ${scale}, too far for squared errors to be computed`,
        "give it in a larger unit",
      );
    }
    return { name, center: quantile(values, 0.5), scale };
  });
  return {
    task: "regression",
    names: scalings.map((scaling) => scaling.name),
    centers: scalings.map((scaling) => scaling.center),
    scales: scalings.map((scaling) => scaling.scale),
  };
}

/** The targets in the user's units, rows × outputs. Throws InputError at a cell that is missing or no finite number. */
export function targetValues(target: RegressionTarget, frame: Frame, rows: Int32Array): Float64Array {
  const outputs = target.names.length;
  const values = new Float64Array(rows.length * outputs);
  const find = columnFinder(frame);
  target.names.forEach((name, k) => {
    const column = find(name);
    numbersAt(column, rows).forEach((number, i) => {
      if (Number.isNaN(number)) throw missingTarget(column, rows[i]);
      values[i * outputs + k] = number;
    });
  });
  return values;
}

/**
 * (y − center)/scale for rows × outputs of `values`, as float32 for training. Throws InputError at a value so far from
 * the train rows' that float32 cannot hold it.
 */
export function scaleTarget(target: RegressionTarget, values: Float64Array): Float32Array {
  const outputs = target.names.length;
  const scaled = Float32Array.from(
    values,
    (y, i) => (y - target.centers[i % outputs]) / target.scales[i % outputs],
  );
  const far = scaled.findIndex((value) => !Number.isFinite(value));
  if (far < 0) return scaled;
  const k = far % outputs;
  throw new InputError({
    code: "too-far",
    found: `The target "${target.names[k]}" has the value ${values[far]}, too far from the others (median ${target.centers[k]}) to be computed with`,
    where: { column: target.names[k] },
    value: String(values[far]),
    remedy: "is it a typing error?",
  });
}

/** The inverse of `scaleTarget`: a network's outputs in the user's units. */
export function unscaleTarget(target: RegressionTarget, outputs: ArrayLike<number>): Float64Array {
  const count = target.names.length;
  return Float64Array.from(
    outputs,
    (value, i) => value * target.scales[i % count] + target.centers[i % count],
  );
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
