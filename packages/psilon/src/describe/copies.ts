import type { ColumnSchema } from "../preprocess/kinds.js";
import { moments } from "../preprocess/statistics.js";
import type { Column } from "../tables/column.js";
import { categoriesAt, numbersAt } from "../tables/values.js";

/** Of the target's variance, or of its rows, what a column alone must explain to pass for a copy. */
const EXPLAINED = 0.999;

/** Fewer rows agree by chance. */
const FEWEST = 20;

/**
 * Whether one column alone predicts the target, as a copy or something computed from it would: numbers by a straight line (or, of two
 * classes, by a threshold), categories by their means or their most frequent classes, where few rows have a category for themselves.
 */
export function predictsAlone(
  column: Column,
  described: ColumnSchema,
  target: Column,
  targetKind: ColumnSchema["kind"],
  rows: Int32Array,
): boolean {
  if (rows.length < FEWEST) return false;
  const isNumeric = described.kind === "numeric";
  if (targetKind === "numeric") {
    const y = numbersAt(target, rows);
    return isNumeric ? linear(numbersAt(column, rows), y) : groupMeans(column, rows, y);
  }
  const classes = categoriesAt(target, rows);
  return isNumeric
    ? threshold(numbersAt(column, rows), classes.codes, classes.names.length)
    : majority(column, rows, classes.codes);
}

/** By the squared correlation, where both are there. */
function linear(x: Float64Array, y: Float64Array): boolean {
  const [xs, ys] = [new Float64Array(y.length), new Float64Array(y.length)];
  let count = 0;
  for (let i = 0; i < y.length; i++) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
    xs[count] = x[i];
    ys[count++] = y[i];
  }
  if (count < Math.max(FEWEST, 0.9 * y.length)) return false;
  const [mx, my] = [moments(xs.subarray(0, count)), moments(ys.subarray(0, count))];
  if (!(mx.std > 0 && my.std > 0)) return false;
  let covariance = 0;
  for (let i = 0; i < count; i++) covariance += ((xs[i] - mx.mean) / mx.std) * ((ys[i] - my.mean) / my.std);
  return (covariance / count) ** 2 >= EXPLAINED;
}

function groupMeans(column: Column, rows: Int32Array, y: Float64Array): boolean {
  const { codes, names } = categoriesAt(column, rows);
  if (names.length > rows.length / 4) return false;
  const sums = new Float64Array(names.length + 1);
  const counts = new Float64Array(names.length + 1);
  codes.forEach((code, i) => {
    sums[code + 1] += y[i];
    counts[code + 1]++;
  });
  const within = Math.sqrt(
    codes.reduce((sum, code, i) => sum + (y[i] - sums[code + 1] / counts[code + 1]) ** 2, 0) / rows.length,
  );
  return within ** 2 <= (1 - EXPLAINED) * moments(y).std ** 2;
}

/** Of two classes, whether one lies on one side of some number and the other on the other. */
function threshold(x: Float64Array, labels: Int32Array, classes: number): boolean {
  if (classes !== 2) return false;
  const order = Int32Array.from(x.keys())
    .filter((i) => !Number.isNaN(x[i]) && labels[i] >= 0)
    .sort((a, b) => x[a] - x[b]);
  if (order.length < 0.9 * x.length) return false;
  const total = order.reduce((sum, i) => sum + labels[i], 0);
  let below = 0;
  let best = 0;
  for (let k = 0; k < order.length; k++) {
    below += labels[order[k]];
    if (x[order[k]] === x[order[k + 1]]) continue;
    // Class 1 above, or class 1 below.
    const right = k + 1 - below + (total - below);
    best = Math.max(best, right, order.length - right);
  }
  const isRare = Math.min(total, order.length - total) < 5;
  return !isRare && best >= EXPLAINED * order.length;
}

function majority(column: Column, rows: Int32Array, labels: Int32Array): boolean {
  const { codes, names } = categoriesAt(column, rows);
  if (names.length > rows.length / 4) return false;
  const counts = new Map<number, Map<number, number>>();
  codes.forEach((code, i) => {
    const own = counts.get(code) ?? new Map<number, number>();
    counts.set(code, own);
    own.set(labels[i], (own.get(labels[i]) ?? 0) + 1);
  });
  const right = [...counts.values()].reduce((sum, own) => sum + Math.max(...own.values()), 0);
  const largest = new Map<number, number>();
  for (const label of labels) largest.set(label, (largest.get(label) ?? 0) + 1);
  // What always says the most frequent class explains nothing.
  const constant = Math.max(...largest.values());
  return right >= EXPLAINED * rows.length && rows.length - constant >= 5;
}
