import { type PredictedRows, type Predictions, predictionNames, type TabularModel } from "psilon";
import type { WrittenColumn } from "./tables/writeParquet.js";

/** Predictions as columns of a table: the targets, the quantiles, or the class and the probability of each. */
export function predictionColumns(predicted: PredictedRows, model: TabularModel): WrittenColumn[] {
  if (predicted.task === "regression") {
    const { targets, values } = predicted;
    return targets.map((name, k) => ({ name, type: "DOUBLE", values: every(values, targets.length, k) }));
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
  const values = parts.flatMap((part) => (part.task === "regression" ? Array.from(part.values) : []));
  const rows = Array.from({ length: values.length / names.length }, (_, i) =>
    Object.fromEntries(names.map((name, k) => [name, values[i * names.length + k]])),
  );
  return {
    task: "regression",
    target: target.names.length === 1 ? target.names[0] : names,
    predictions: names.length === 1 ? values : rows,
    notes,
  };
}

function targetName({ target }: TabularModel): string {
  return target.task === "regression" ? target.names.join(", ") : target.name;
}
