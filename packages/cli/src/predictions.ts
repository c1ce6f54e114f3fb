import {
  type PredictedRows,
  type Predictions,
  predictionNames,
  type TabularModel,
  targetNames,
} from "psilon";
import type { WrittenColumn } from "./tables/writeParquet.js";

/** Predictions as columns of a table: the targets or the quantiles, with intervals, or the class and the probability of each. */
export function predictionColumns(predicted: PredictedRows, model: TabularModel): WrittenColumn[] {
  if (predicted.task === "regression") {
    const { targets, values, interval } = predicted;
    const names = targetNames(model.target);
    const column = (name: string, of: Float64Array, count: number, k: number): WrittenColumn => ({
      name,
      type: "DOUBLE",
      values: every(of, count, k),
    });
    return [
      ...targets.map((name, k) => column(name, values, targets.length, k)),
      ...names.flatMap((name, k) =>
        interval
          ? [
              column(`${name}_low`, interval.low, names.length, k),
              column(`${name}_high`, interval.high, names.length, k),
            ]
          : [],
      ),
    ];
  }
  const { classes, labels, probabilities } = predicted;
  return [
    { name: targetName(model), type: "VARCHAR", values: Array.from(labels, (label) => classes[label]) },
    ...classes.map((name, k) => ({
      name: `probability_${name}`,
      type: "DOUBLE",
      values: every(probabilities, classes.length, k),
    })),
  ];
}

/** The k-th of every `count` values. */
const every = (values: Float64Array, count: number, k: number): Float64Array =>
  Float64Array.from({ length: values.length / count }, (_, i) => values[i * count + k]);

/** Those of all parts of a table, as one object: one value per row, or one object per row for several targets or quantiles. */
export function predictionsJson(
  parts: readonly PredictedRows[],
  model: TabularModel,
  notes: Predictions["notes"],
): object {
  const { target } = model;
  if (target.task === "classification") {
    const { classes } = target;
    const found = parts.flatMap((part) => (part.task === "classification" ? [part] : []));
    return {
      task: "classification",
      target: targetName(model),
      classes,
      predictions: found.flatMap(({ labels }) => Array.from(labels, (label) => classes[label])),
      probabilities: found.flatMap(({ labels, probabilities }) =>
        Array.from(labels, (_, i) =>
          Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length)),
        ),
      ),
      notes,
    };
  }
  const names = predictionNames(target);
  const found = parts.flatMap((part) => (part.task === "regression" ? [part] : []));
  const values = found.flatMap((part) => Array.from(part.values));
  const byRow = (of: readonly number[], columns: readonly string[]) =>
    columns.length === 1
      ? of
      : Array.from({ length: of.length / columns.length }, (_, i) =>
          Object.fromEntries(columns.map((name, k) => [name, of[i * columns.length + k]])),
        );
  const ends = (end: "low" | "high") =>
    byRow(
      found.flatMap(({ interval }) => Array.from(interval?.[end] ?? [])),
      target.names,
    );
  return {
    task: "regression",
    target: target.names.length === 1 ? target.names[0] : names,
    predictions: byRow(values, names),
    ...(target.interval && {
      interval: { coverage: target.interval.coverage, low: ends("low"), high: ends("high") },
    }),
    notes,
  };
}

function targetName({ target }: TabularModel): string {
  return target.task === "regression" ? target.names.join(", ") : target.name;
}
