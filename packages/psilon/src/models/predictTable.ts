import type { Backend } from "../engine/backend/backend.js";
import type { Inputs } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { labelsOf } from "../fit/labels.js";
import { probabilities, type Scores, scoreOutputs } from "../fit/outputs.js";
import { meanOutputs } from "../folded/meanOutputs.js";
import type { PlacedMatrix } from "../folded/placedLayer.js";
import { createPredictor } from "../folded/predictor.js";
import { encode } from "../preprocess/encode.js";
import { type Encoder, inputCountOf, type ShownKind, shownKind } from "../preprocess/encoder.js";
import { takeColumns } from "../preprocess/inputs.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { predictionNames, type Truth, targetNames, truthOf, unscaleTarget } from "../preprocess/target.js";
import { placeOfRow } from "../tables/column.js";
import { allRows, type Frame } from "../tables/frame.js";
import type { TabularModel } from "./tabularModel.js";

/** Predictions for rows of a table, in order. */
export type PredictedRows =
  | {
      readonly task: "regression";
      /** What is predicted: the targets, or quantiles of one, such as `price_0.9`. */
      readonly targets: readonly string[];
      /** rows × targets, in the targets' units; quantiles ascending. */
      readonly values: Float64Array;
    }
  | {
      readonly task: "classification";
      readonly classes: readonly string[];
      /** Places in `classes`: of the likeliest, or as the model's threshold has it. */
      readonly labels: Int32Array;
      /** rows × classes. */
      readonly probabilities: Float64Array;
    };

export type Predictions = PredictedRows & {
  /** Sentences about cells that were new to the model. */
  readonly notes: readonly string[];
};

/** By column, how many cells of some rows were new to the model: categories, and missing ones where training had none. */
export interface NewCells {
  readonly unseen: Map<string, number>;
  readonly imputed: Map<string, number>;
}

/**
 * The model's output for encoded rows (rows × encoded inputs): the mean of its members' outputs, in scaled units or
 * logits, rows × outputs. `amongMore` as `Predictor` has it.
 */
export type ModelOutputs = (inputs: Inputs, amongMore?: boolean) => Float32Array;

/**
 * Rows that are encoded at a time, so that memory need not hold the inputs of all. As a multiple of what networks take at once, it puts rows
 * together with those that they would be computed with in one piece, and their bits are the same.
 */
export const ROWS_TOGETHER = 4096;

/** Places the model's networks in the arena, where they stay until it is released. */
export function placeModel(backend: Backend, { encoder, members }: TabularModel): ModelOutputs {
  const width = inputCountOf(encoder);
  const matrices: PlacedMatrix[] = [];
  const placed = members.map(({ network, inputs }) => ({
    inputs,
    predictor: createPredictor(backend, network, matrices),
  }));
  return (values, amongMore) => {
    const outputs = placed.map(({ inputs, predictor }) =>
      predictor.predict(takeColumns(values, width, inputs), amongMore),
    );
    return meanOutputs(outputs);
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
  const found: NewCells = { unseen: new Map(), imputed: new Map() };
  const outputs = computeRows(outputsOf, model.encoder, frame, rows, { found });
  return { ...predicted(model, outputs, frame, rows), notes: notesOn(found, model.encoder) };
}

/** Outputs for the rows, which may be among more; what was new to the model in them is added to what was `found`. */
export function computeRows(
  outputsOf: ModelOutputs,
  encoder: Encoder,
  frame: Frame,
  rows: Int32Array,
  { found, amongMore = rows.length > 1 }: { readonly found?: NewCells; readonly amongMore?: boolean } = {},
): Float32Array {
  const parts: Float32Array[] = [];
  // Without rows there are columns that may lack.
  for (let from = 0; from === 0 || from < rows.length; from += ROWS_TOGETHER) {
    const { inputs, unseen, imputed } = encode(encoder, frame, rows.subarray(from, from + ROWS_TOGETHER));
    parts.push(outputsOf(inputs, amongMore));
    if (found) {
      add(found.unseen, unseen);
      add(found.imputed, imputed);
    }
  }
  return parts.length === 1 ? parts[0] : joined(parts);
}

/** What the outputs say in the target's terms. Throws InputError for a row whose outputs are no numbers. */
export function predicted(
  { target }: TabularModel,
  outputs: Float32Array,
  frame: Frame,
  rows: Int32Array,
): PredictedRows {
  checkFinite(outputs, frame, rows);
  if (target.task === "regression") {
    return { task: "regression", targets: predictionNames(target), values: unscaleTarget(target, outputs) };
  }
  const { classes, temperature } = target;
  const shares = probabilities(outputs, classes.length, temperature);
  const labels = labelsOf(target, shares);
  return { task: "classification", classes, labels, probabilities: shares };
}

/** A sentence for each column with cells that were new to the model. */
export function notesOn({ unseen, imputed }: NewCells, encoder: Encoder): string[] {
  return [
    ...Array.from(unseen, ([name, count]) =>
      kindOf(encoder, name) === "ordered"
        ? `Column "${name}" has ${counted(count, "value")} that ${count === 1 ? "is" : "are"} none of its levels; each counts as missing.`
        : `Column "${name}" has ${counted(count, "value")} that no training row had; each counts as none of the known categories.`,
    ),
    ...Array.from(
      imputed,
      ([name, count]) =>
        `Column "${name}" has ${counted(count, "missing cell")} although it had none in training; ${imputation(encoder, name)}.`,
    ),
  ];
}

function add(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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
  const { truth, outputs } = compared(backend, model, frame, rows);
  return scoreOutputs(model.target, truth, outputs);
}

/** What is true of some rows, what was predicted for them, and how well. */
export interface TestedTable {
  readonly scores: Scores;
  readonly truth: Truth;
  readonly predicted: PredictedRows;
}

/** `scoreTable` of `rows`, with what it compares, as `predictTable` has it. */
export function testTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows: Int32Array,
): TestedTable {
  const { truth, outputs } = compared(backend, model, frame, rows);
  return {
    scores: scoreOutputs(model.target, truth, outputs),
    truth,
    predicted: predicted(model, outputs, frame, rows),
  };
}

function compared(backend: Backend, model: TabularModel, frame: Frame, rows: Int32Array) {
  const { target } = model;
  if (rows.length === 0) {
    const { source } = frame.origin;
    throw new InputError({
      code: "no-labelled-rows",
      found: `No row of ${source} has a value of the target ${targetNames(target).join(", ")}, so there is nothing to score`,
      where: { source },
    });
  }
  const truth = truthOf(target, frame, rows);
  const outputs = withOutputs(backend, model, (of) => computeRows(of, model.encoder, frame, rows));
  return { truth, outputs };
}

function checkFinite(outputs: Float32Array, frame: Frame, rows: Int32Array): void {
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const where = placeOfRow(frame.origin, rows[Math.floor((bad * rows.length) / outputs.length)]);
  throw new InputError({
    code: "overflow",
    found: `Row ${where.row} of ${where.source} has no prediction: on the way to it the model's numbers exceed 3.4e38, the largest of float32`,
    where,
    remedy: "check the row's cells for extreme values, or leave it out",
  });
}

/** What stands for a missing cell of a column that had none in training. */
function imputation(encoder: Encoder, name: string): string {
  switch (kindOf(encoder, name)) {
    case "numeric":
    case "date":
    case "ordered":
      return "the mean takes their place";
    case "boolean":
      return "each counts as half way between false and true";
    default:
      return "each counts as none of the known categories";
  }
}

function kindOf({ columns }: Encoder, name: string): ShownKind | undefined {
  const column = columns.find((one) => one.name === name);
  return column && shownKind(column);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
