import type { PredictedRows, TestedTable } from "./predictTable.js";

/** What models that had not seen a row predicted for it: where several were tested on it, the mean. */
export type OutOfFold = {
  /** The rows of the table that were tested, ascending. */
  readonly rows: Int32Array;
} & (
  | {
      readonly task: "regression";
      readonly targets: readonly string[];
      /** rows × targets (or quantiles), in the targets' units. */
      readonly values: Float64Array;
    }
  | {
      readonly task: "classification";
      readonly classes: readonly string[];
      /** rows × classes. */
      readonly probabilities: Float64Array;
    }
);

/** Brings together what was predicted for the test rows of several splits, which all have the same classes. */
export function outOfFold(
  splits: readonly { readonly test: Int32Array; readonly tested: Pick<TestedTable, "predicted"> | null }[],
): OutOfFold {
  const parts = splits.flatMap(({ test, tested }) => (tested ? { test, predicted: tested.predicted } : []));
  const [{ predicted: first }] = parts;
  const columns = (first.task === "regression" ? first.targets : first.classes).length;
  const rows = [...new Set(parts.flatMap(({ test }) => [...test]))].sort((a, b) => a - b);
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  const means = new Float64Array(rows.length * columns);
  const times = new Int32Array(rows.length);
  for (const { test, predicted } of parts) {
    const numbers = numbersOf(predicted);
    for (const [i, row] of test.entries()) {
      const place = placeOf.get(row) ?? 0;
      times[place]++;
      for (let k = 0; k < columns; k++) {
        const at = place * columns + k;
        means[at] += (numbers[i * columns + k] - means[at]) / times[place];
      }
    }
  }
  return first.task === "regression"
    ? { task: first.task, rows: Int32Array.from(rows), targets: first.targets, values: means }
    : { task: first.task, rows: Int32Array.from(rows), classes: first.classes, probabilities: means };
}

const numbersOf = (predicted: PredictedRows): Float64Array =>
  predicted.task === "regression" ? predicted.values : predicted.probabilities;
