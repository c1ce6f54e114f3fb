import { InputError } from "../errors.js";
import { suggest } from "../names.js";
import { columnIndex } from "../tables/columnIndex.js";
import { categoryIn, isMissing, numbersOf, show } from "../tables/parse.js";
import type { Table } from "../tables/table.js";
import { columnsOf, type Schema } from "./schema.js";
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

/**
 * (y − median)/(IQR/2), learned from the train rows alone ([PSiLON] arXiv:2404.19112, the tabular experiments); where
 * the middle half of the values is all one value, the standard deviation takes the place of IQR/2.
 *
 * `table` needs a value in every target at `rows`. Throws InputError when a target is constant over `rows` or spreads too
 * far. Classes come from the schema, so that every split knows all of them.
 */
export function fitTarget(table: Table, rows: Int32Array, schema: Schema): Target {
  const columns = columnsOf(schema, "target");
  if (columns.length === 0) throw new InputError("The schema names no target, so there is nothing to learn.");
  if (columns[0].kind === "categorical") {
    return { task: "classification", name: columns[0].name, classes: columns[0].categories };
  }
  const scalings = columns.map(({ name }) => {
    const values = numbersOf(table, columnIndex(table, name), rows).sort();
    const halfRange = quantile(values, 0.75) / 2 - quantile(values, 0.25) / 2;
    const scale = halfRange > 0 ? halfRange : moments(values).std;
    if (!(scale > 0)) {
      throw new InputError(
        `The target "${name}" of ${table.source} has the same value in all ${rows.length} train rows, so there is nothing to learn.`,
      );
    }
    if (scale > WIDEST) {
      throw new InputError(
        `The target "${name}" of ${table.source} spreads over ${scale}, too far for squared errors to be computed; give it in a larger unit.`,
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
export function targetValues(target: RegressionTarget, table: Table, rows: Int32Array): Float64Array {
  const outputs = target.names.length;
  const values = new Float64Array(rows.length * outputs);
  target.names.forEach((name, k) => {
    const numbers = numbersOf(table, columnIndex(table, name), rows);
    numbers.forEach((number, i) => {
      if (Number.isNaN(number)) throw missingTarget(table, name, rows[i]);
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
  throw new InputError(
    `The target "${target.names[k]}" has the value ${values[far]}, too far from the others (median ${target.centers[k]}) to be computed with; is it a typing error?`,
  );
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
export function classLabels(target: ClassTarget, table: Table, rows: Int32Array): Int32Array {
  const cells = table.columns[columnIndex(table, target.name)];
  const labels = new Map(target.classes.map((name, label) => [name, label]));
  return rows.map((row) => {
    const cell = cells[row];
    if (isMissing(cell)) throw missingTarget(table, target.name, row);
    const label = labels.get(categoryIn(cell));
    if (label !== undefined) return label;
    throw new InputError(
      `Row ${table.firstRow + row} of ${table.source} has the class ${show(cell)} in column "${target.name}", which the model does not know${suggest(categoryIn(cell), target.classes)}`,
    );
  });
}

function missingTarget(table: Table, name: string, row: number): InputError {
  return new InputError(
    `Row ${table.firstRow + row} of ${table.source} has no value in the target column "${name}"; fill it in or leave the row out.`,
  );
}
