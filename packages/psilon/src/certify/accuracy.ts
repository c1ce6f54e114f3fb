import type { Backend } from "../engine/backend/backend.js";
import type { Tolerance } from "../fit/tolerance.js";
import { checkAsked, predictTable } from "../models/predictTable.js";
import type { TabularModel } from "../models/tabularModel.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { classLabels, targetNames, targetValues } from "../preprocess/target.js";
import { checkRows, checkRowsOf, type Frame } from "../tables/frame.js";
import { checkQuestion } from "./question.js";
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
 * Whether the prediction is right, by the row's number, for those of `rows` that have the target: of the true class, in every target
 * within the tolerance of the true value, or of quantiles with the true value from the lowest to the highest or within the tolerance of one. Throws InputError for a class that the model does not know, and as `predictTable` does.
 */
export function rightRows(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array,
  tolerance: Tolerance | undefined,
): ReadonlyMap<number, boolean> {
  checkAsked(backend, model, frame);
  checkRows(rows);
  checkRowsOf(frame, rows, "to be right or wrong");
  const { target } = model;
  const limit = checkQuestion(model, { tolerance });
  const known = new Set(rowsWithTarget(frame, [...targetNames(target)]));
  const kept = rows.filter((row) => known.has(row));
  const predictions = predictTable(backend, model, frame, kept);
  let isRight: (i: number) => boolean;
  if (predictions.task === "classification") {
    const labels = target.task === "classification" ? classLabels(target, frame, kept) : kept;
    isRight = (i) => predictions.labels[i] === labels[i];
  } else {
    const truth = target.task === "regression" ? targetValues(target, frame, kept) : new Float64Array();
    const count = predictions.targets.length;
    const predictedAt = (i: number) => predictions.values.subarray(i * count, (i + 1) * count);
    isRight =
      target.task === "regression" && target.levels
        ? (i) => isCovered(truth[i], predictedAt(i), limit)
        : (i) => predictedAt(i).every((value, k) => isNear(value, truth[i * count + k], limit));
  }
  return new Map(Array.from(kept, (row, i) => [frame.origin.firstRow + row, isRight(i)]));
}

/** Within the tolerance of one another. */
function isNear(a: number, b: number, tolerance: Tolerance): boolean {
  if (typeof tolerance === "number") return Math.abs(a - b) <= tolerance;
  const { factor } = tolerance;
  return a === b || (a * b > 0 && Math.abs(a) <= factor * Math.abs(b) && Math.abs(b) <= factor * Math.abs(a));
}

/** From the lowest to the highest quantile, or within the tolerance of one. */
function isCovered(truth: number, quantiles: Float64Array, tolerance: Tolerance): boolean {
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]];
  return (low <= truth && truth <= high) || [low, high].some((end) => isNear(end, truth, tolerance));
}

/**
 * Certified accuracy over the radius, for each of `at`: the share of rows whose radius is at least r, and that of those that are right as
 * well, of the rows of which `right` tells that. A row without a radius is not certified at any, 0 among them. Nothing where there are no rows.
 */
export function certifiedAccuracy(
  radii: readonly RowRadius[],
  right: ReadonlyMap<number, boolean>,
  at: readonly number[],
): CertifiedShare[] {
  const kept = radii.filter(({ row }) => right.has(row));
  if (kept.length === 0) return [];
  const [certified, certifiedAndRight] = [kept, kept.filter(({ row }) => right.get(row) === true)].map(
    (some) => {
      const radii = Float64Array.from(some.flatMap(({ together }) => together ?? [])).sort();
      return (radius: number) => (radii.length - placeOf(radius, radii)) / kept.length;
    },
  );
  return at.map((radius) => ({
    radius,
    certified: certified(radius),
    certifiedAndRight: certifiedAndRight(radius),
  }));
}

/** How many of the numbers, which ascend, are below x. */
function placeOf(x: number, ascending: Float64Array): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
