import type { Backend } from "../engine/backend/backend.js";
import type { Inputs } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { likeliestLabels } from "../fit/metrics.js";
import { probabilities, type Scores, scoreOutputs } from "../fit/outputs.js";
import { createPredictor } from "../folded/predictor.js";
import { encode } from "../preprocess/encode.js";
import { type Encoder, inputCountOf } from "../preprocess/encoder.js";
import { takeColumns } from "../preprocess/inputs.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { classLabels, type Truth, targetNames, targetValues, unscaleTarget } from "../preprocess/target.js";
import type { Frame } from "../tables/frame.js";
import type { TabularModel } from "./tabularModel.js";

/** Predictions for the rows of a table, in order. */
export type Predictions = (
  | {
      readonly task: "regression";
      readonly targets: readonly string[];
      /** rows × targets, in the targets' units. */
      readonly values: Float64Array;
    }
  | {
      readonly task: "classification";
      readonly classes: readonly string[];
      /** Places in `classes`. */
      readonly labels: Int32Array;
      /** rows × classes. */
      readonly probabilities: Float64Array;
    }
) & {
  /** Sentences about cells that were new to the model. */
  readonly notes: readonly string[];
};

/**
 * The model's output for encoded rows (rows × encoded inputs): the mean of its members' outputs, in scaled units or
 * logits, rows × outputs.
 */
export type ModelOutputs = (inputs: Inputs) => Float32Array;

/** Places the model's networks in the arena, where they stay until it is released. */
export function placeModel(backend: Backend, { encoder, members }: TabularModel): ModelOutputs {
  const width = inputCountOf(encoder);
  const placed = members.map(({ network, inputs }) => ({
    inputs,
    predictor: createPredictor(backend, network),
  }));
  return (values) => {
    const outputs = placed.map(({ inputs, predictor }) =>
      predictor.predict(takeColumns(values, width, inputs)),
    );
    return outputs[0].map((_, i) => outputs.reduce((sum, of) => sum + of[i], 0) / members.length);
  };
}

/** What `work` makes of the model's outputs; the networks are placed for it alone. */
export function withOutputs<T>(backend: Backend, model: TabularModel, work: (outputs: ModelOutputs) => T): T {
  const mark = backend.arena.mark();
  try {
    return work(placeModel(backend, model));
  } finally {
    backend.arena.release(mark);
  }
}

/**
 * Predictions for `rows` of the table (default: all), which needs the columns the model was trained on, the target not
 * among them. Throws InputError for columns it lacks, for cells that do not fit and for rows that overflow float32.
 */
export function predictTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array = allRows(frame),
): Predictions {
  return withOutputs(backend, model, (outputs) => predictRows(outputs, model, frame, rows));
}

/** `predictTable` by networks that are placed already. */
export function predictRows(
  outputsOf: ModelOutputs,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array = allRows(frame),
): Predictions {
  const encoded = encode(model.encoder, frame, rows);
  const outputs = outputsOf(encoded.inputs);
  checkFinite(outputs, frame, rows);
  const notes = [
    ...Array.from(
      encoded.unseen,
      ([name, count]) =>
        `Column "${name}" has ${counted(count, "value")} that no training row had; each counts as none of the known categories.`,
    ),
    ...Array.from(
      encoded.imputed,
      ([name, count]) =>
        `Column "${name}" has ${counted(count, "missing cell")} although it had none in training; ${imputation(model.encoder, name)}.`,
    ),
  ];
  const { target } = model;
  if (target.task === "regression") {
    return { task: "regression", targets: target.names, values: unscaleTarget(target, outputs), notes };
  }
  const { classes } = target;
  const shares = probabilities(outputs, classes.length);
  const labels = likeliestLabels(shares, classes.length);
  return { task: "classification", classes, labels, probabilities: shares, notes };
}

/**
 * Scores on `rows` of a table (default: those that have every target). Throws InputError when there is none, and as
 * `predictTable` does.
 */
export function scoreTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array = rowsWithTarget(frame, targetNames(model.target)),
): Scores {
  const { target } = model;
  if (rows.length === 0) {
    throw new InputError(
      `No row of ${frame.origin.source} has a value of the target ${targetNames(target).join(", ")}, so there is nothing to score.`,
    );
  }
  const truth: Truth =
    target.task === "regression" ? targetValues(target, frame, rows) : classLabels(target, frame, rows);
  return withOutputs(backend, model, (outputs) =>
    scoreOutputs(target, truth, outputs(encode(model.encoder, frame, rows).inputs)),
  );
}

function checkFinite(outputs: Float32Array, frame: Frame, rows: Int32Array): void {
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const row = rows[Math.floor((bad * rows.length) / outputs.length)];
  throw new InputError(
    `Row ${frame.origin.firstRow + row} of ${frame.origin.source} has no prediction: on the way to it the model's numbers exceed 3.4e38, the largest of float32; check the row's cells for extreme values, or leave it out.`,
  );
}

function allRows(frame: Frame): Int32Array {
  return Int32Array.from({ length: frame.rowCount }, (_, row) => row);
}

/** What stands for a missing cell of a column that had none in training. */
function imputation({ columns }: Encoder, name: string): string {
  switch (columns.find((column) => column.name === name)?.kind) {
    case "numeric":
      return "the mean takes their place";
    case "boolean":
      return "each counts as half way between false and true";
    default:
      return "each counts as none of the known categories";
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
