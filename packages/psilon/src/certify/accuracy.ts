import type { Backend } from "../backend/backend.js";
import { InputError } from "../errors.js";
import type { TabularModel } from "../tabular/model.js";
import { targetNames } from "../tabular/outputs.js";
import { predictTable } from "../tabular/predictTable.js";
import { rowsWithTarget } from "../tabular/schema.js";
import type { Table } from "../tabular/table.js";
import { classLabels, targetValues } from "../tabular/target.js";
import { toleranceOf } from "./certifyTable.js";
import type { RowRadius } from "./radii.js";

/** Shares of the rows that have the target. */
export interface CertifiedShare {
  /** Standard deviations by which every number may move. */
  readonly radius: number;
  /** Whose prediction is certified at this radius. */
  readonly certified: number;
  /** Whose prediction is certified and right: of the true class, or in every target within the tolerance of the true value. */
  readonly certifiedAndRight: number;
}

/**
 * Certified accuracy over the radius: the share of rows whose radius is at least r, and that of those that are right as well, for each of
 * `at`. `radii` are those of rows of `table`, which must have the target's columns.
 *
 * Throws InputError where no row has a target, and as `predictTable` does.
 */
export function certifiedAccuracy(
  backend: Backend,
  model: TabularModel,
  table: Table,
  radii: readonly RowRadius[],
  tolerance: number | undefined,
  at: readonly number[],
): CertifiedShare[] {
  const { target } = model;
  const limit = toleranceOf(model, tolerance);
  const known = new Set(rowsWithTarget(table, [...targetNames(target)]));
  const kept = radii.filter(({ row }) => known.has(row - table.firstRow));
  if (kept.length === 0) {
    throw new InputError(
      `No row of ${table.source} has a value of the target ${targetNames(target).join(", ")}, so nothing can be right or wrong.`,
    );
  }
  const rows = Int32Array.from(kept, ({ row }) => row - table.firstRow);
  const predictions = predictTable(backend, model, table, rows);
  let right: boolean[];
  if (predictions.task === "classification") {
    const labels = target.task === "classification" ? classLabels(target, table, rows) : rows;
    right = Array.from(predictions.labels, (label, i) => label === labels[i]);
  } else {
    const truth = target.task === "regression" ? targetValues(target, table, rows) : new Float64Array();
    const count = predictions.targets.length;
    right = kept.map((_, i) =>
      predictions.targets.every(
        (_, k) => Math.abs(predictions.values[i * count + k] - truth[i * count + k]) <= limit,
      ),
    );
  }
  const share = (of: (i: number) => boolean) => kept.filter((_, i) => of(i)).length / kept.length;
  return at.map((radius) => ({
    radius,
    certified: share((i) => kept[i].together >= radius),
    certifiedAndRight: share((i) => kept[i].together >= radius && right[i]),
  }));
}
