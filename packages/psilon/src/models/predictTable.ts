import { type Backend, checkBackend } from "../engine/backend/backend.js";
import type { Inputs } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { labelsOf } from "../fit/labels.js";
import { type Measure, measured, type TableScores } from "../fit/measures/measure.js";
import { measureTarget } from "../fit/measures/targetMeasure.js";
import { probabilities, type Scores, scoreOutputs } from "../fit/outputs.js";
import { together } from "../fit/together.js";
import { meanOutputs } from "../folded/meanOutputs.js";
import type { PlacedMatrix } from "../folded/placedLayer.js";
import { createPredictor } from "../folded/predictor.js";
import { encode } from "../preprocess/encode.js";
import { type Encoder, inputCountOf, type ShownKind, shownKind } from "../preprocess/encoder.js";
import { takeColumns } from "../preprocess/inputs.js";
import { type IntervalValues, intervalsOf } from "../preprocess/interval.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import {
  predictionNames,
  type Target,
  type Truth,
  targetNames,
  truthOf,
  unscaleTarget,
} from "../preprocess/target.js";
import { placeOfRow } from "../tables/column.js";
import { allRows, checkFrame, checkRows, checkRowsOf, type Frame } from "../tables/frame.js";
import { checkModel, type TabularModel } from "./tabularModel.js";

/** Predictions for rows of a table, in order. */
export type PredictedRows =
  | {
      readonly task: "regression";
      /** What is predicted: the targets, or quantiles of one, such as `price_0.9`. */
      readonly targets: readonly string[];
      /** rows × targets, in the targets' units; quantiles ascending. */
      readonly values: Float64Array;
      /** Of each target, or from the lowest to the highest quantile of one, where the model has intervals. */
      readonly interval?: IntervalValues;
    }
  | {
      readonly task: "classification";
      readonly classes: readonly string[];
      /** Places in `classes`: of the likeliest, or as the model's threshold has it. */
      readonly labels: Int32Array;
      /** rows × classes. */
      readonly probabilities: Float64Array;
    };

/** What a model predicts for rows, and what was new to it in them. */
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

/** Throws InputError for a backend, a model or a table that is none. */
export function checkAsked(backend: unknown, model: unknown, frame: unknown): void {
  checkBackend(backend);
  checkModel(model);
  checkFrame(frame);
}

/**
 * Predictions for `rows` of the table (default: all), which needs the columns the model was trained on, the target not
 * among them. Throws InputError for columns it lacks, for cells that do not fit and for rows that overflow float32.
 */
export function predictTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows?: Int32Array,
): Predictions {
  checkAsked(backend, model, frame);
  const asked = rows ?? allRows(frame);
  checkRows(asked);
  checkRowsOf(frame, asked, "to predict");
  return withOutputs(backend, model, (outputs) => predictRows(outputs, model, frame, asked));
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
  return parts.length === 1 ? parts[0] : together(parts);
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
    const { interval } = target;
    return {
      task: "regression",
      targets: predictionNames(target),
      values: unscaleTarget(target, outputs),
      ...(interval && { interval: intervalsOf(target, interval, outputs) }),
    };
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

/**
 * The scores that training goes by, on `rows` of a table (default: those that have every target); `testTable` has every metric. Throws
 * InputError when there is none, and as `predictTable` does.
 */
export function scoreTable(backend: Backend, model: TabularModel, frame: Frame, rows?: Int32Array): Scores {
  checkAsked(backend, model, frame);
  const asked = rows ?? rowsWithTarget(frame, targetNames(model.target));
  checkRows(asked);
  checkRowsOf(frame, asked, "to score");
  const truth = labelled(model.target, frame, asked);
  const outputs = withOutputs(backend, model, (of) => computeRows(of, model.encoder, frame, asked));
  return scoreOutputs(model.target, truth, outputs);
}

/** What is true of some rows, what was predicted for them, and how well. */
export interface TestedTable {
  /** Every metric, null where it is not defined; `estimateScores` has intervals. */
  readonly scores: TableScores<number | null>;
  readonly truth: Truth;
  readonly predicted: Predictions;
}

/** Predictions for labelled rows of a table (default: those that have every target), and every metric of them. Throws as `scoreTable` does. */
export function testTable(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  rows?: Int32Array,
): TestedTable {
  checkAsked(backend, model, frame);
  const asked = rows ?? rowsWithTarget(frame, targetNames(model.target));
  checkRows(asked);
  checkRowsOf(frame, asked, "to score");
  const truth = labelled(model.target, frame, asked);
  const predicted = predictTable(backend, model, frame, asked);
  return { scores: measured(measureTested(model, { truth, predicted })), truth, predicted };
}

/** The metrics of a model's predictions, ready to be measured. */
export function measureTested(
  { target }: TabularModel,
  { truth, predicted }: { readonly truth: Truth; readonly predicted: PredictedRows },
): Measure {
  return predicted.task === "classification"
    ? measureTarget(target, truth, predicted.probabilities, { labels: predicted.labels })
    : measureTarget(target, truth, predicted.values, { interval: predicted.interval });
}

/** What is true of the rows. Throws InputError where there are none. */
function labelled(target: Target, frame: Frame, rows: Int32Array): Truth {
  if (rows.length > 0) return truthOf(target, frame, rows);
  const { source } = frame.origin;
  throw new InputError({
    code: "no-labelled-rows",
    found: `No row of ${source} has a value of the target ${targetNames(target).join(", ")}, so there is nothing to score`,
    where: { source },
  });
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
