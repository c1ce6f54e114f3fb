import { anObject, checkArgument, isObject, type Kind } from "../arguments.js";
import type { Inputs, RowBoxes, TrainingData } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { nameOfRow } from "../tables/column.js";
import { checkFrame, checkRows, type Frame } from "../tables/frame.js";
import { encode } from "./encode.js";
import type { Encoder } from "./encoder.js";
import { takeInputs, takeRows } from "./inputs.js";
import type { Preprocessing } from "./preprocessing.js";
import { type ClassWeights, checkWeights, classWeights, rowWeights } from "./rowWeights.js";
import { classLabels, scaleTarget, type Target, type Truth, targetValues } from "./target.js";

/** Some rows of a table as numbers. A place is an index into `rows`. */
export interface Prepared {
  readonly encoder: Encoder;
  readonly target: Target;
  readonly rows: Int32Array;
  readonly inputs: Inputs;
  readonly inputCount: number;
  /** What the loss reads: scaled values, or labels. */
  readonly targets: Float32Array;
  /** What scores are computed from. */
  readonly truth: Truth;
  /** One weight per row, or null for all ones; the mean is 1. */
  readonly weights: Float32Array | null;
  /** Where the rows may be, if they are to be trained on the worst of it. */
  readonly boxes?: RowBoxes;
}

/** What weighs rows. */
export interface WeightOptions {
  readonly classWeights?: ClassWeights | undefined;
  /** One weight per row of the frame. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
}

const aPreprocessing: Kind = {
  name: "an encoder with its target",
  is: (value) => isObject(value) && "encoder" in value && "target" in value,
  remedy: "fitPreprocessing learns them from rows",
};

/** Encodes `rows`, with their targets, by what was learned before, from these or other rows. */
export function prepare(
  fitted: Pick<Preprocessing, "encoder" | "target">,
  frame: Frame,
  rows: Int32Array,
  options: WeightOptions = {},
): Prepared {
  checkArgument("preprocessing", fitted, aPreprocessing);
  checkFrame(frame);
  checkRows(rows);
  checkArgument("argument of options", options, anObject);
  checkWeights(options);
  const { encoder, target } = fitted;
  const encoded = encode(encoder, frame, rows);
  const shared = { encoder, target, rows, inputs: encoded.inputs, inputCount: encoded.width };
  if (target.task === "classification") {
    const labels = classLabels(target, frame, rows);
    const weights = weigh(frame, target, rows, labels, options);
    return { ...shared, targets: Float32Array.from(labels), truth: labels, weights };
  }
  const values = targetValues(target, frame, rows, true);
  const weights = weigh(frame, target, rows, null, options);
  return { ...shared, targets: scaleTarget(target, values), truth: values, weights };
}

function weigh(
  frame: Frame,
  target: Target,
  rows: Int32Array,
  labels: Int32Array | null,
  options: WeightOptions,
): Float32Array | null {
  const { sampleWeights } = options;
  if (options.classWeights !== undefined && target.task !== "classification") {
    throw new InputError({
      code: "wrong-task",
      found: "Class weights were given, but the target is a number",
      remedy: "use sample weights instead",
    });
  }
  if (sampleWeights !== undefined && sampleWeights.length !== frame.rowCount) {
    throw new InputError({
      code: "wrong-shape",
      found: `There are ${sampleWeights.length} sample weights for the ${frame.rowCount} rows of ${frame.origin.source}`,
      remedy: "give one per row",
    });
  }
  if (sampleWeights === undefined && options.classWeights === undefined) return null;
  return rowWeights(rows.length, {
    ...(sampleWeights && { sampleWeights: Array.from(rows, (row) => sampleWeights[row]) }),
    rowName: (i) => nameOfRow(frame.origin, rows[i]),
    ...(labels &&
      options.classWeights && {
        byClass: classWeights(options.classWeights, "classes" in target ? target.classes : [], labels),
        labels,
      }),
  });
}

/** All rows as the engine reads them. */
export const allData = ({ inputs, targets, weights, rows, boxes }: Prepared): TrainingData<Inputs> => ({
  rows: rows.length,
  inputs,
  targets,
  weights: weights && withMeanOne(weights),
  ...(boxes && { boxes }),
});

/** Those of the rows that are at `places`. */
export function preparedAt(prepared: Prepared, places: Int32Array): Prepared {
  const { inputs, inputCount, targets, weights, rows } = prepared;
  return {
    ...prepared,
    rows: takeRows(rows, 1, places),
    inputs: takeInputs(inputs, inputCount, places),
    targets: takeRows(targets, targets.length / rows.length, places),
    truth: truthAt(prepared, places),
    weights: weights && takeRows(weights, 1, places),
  };
}

/** The rows at `places` as the engine reads them. */
export function dataAt(prepared: Prepared, places: Int32Array): TrainingData<Inputs> {
  const { inputs, inputCount, targets, weights, rows, boxes } = prepared;
  const targetCount = targets.length / rows.length;
  return {
    rows: places.length,
    inputs: takeInputs(inputs, inputCount, places),
    targets: takeRows(targets, targetCount, places),
    weights: weights && withMeanOne(takeRows(weights, 1, places)),
    ...(boxes && {
      boxes: {
        lower: takeInputs(boxes.lower, inputCount, places),
        upper: takeInputs(boxes.upper, inputCount, places),
        groups: boxes.groups,
      },
    }),
  };
}

/** A part's weights have a mean of their own, and λ and the learning rate are to mean the same in every part. */
function withMeanOne(weights: Float32Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return mean > 0 ? weights.map((weight) => weight / mean) : weights;
}

/** The true values or labels at `places`. */
export function truthAt(prepared: Prepared, places: Int32Array): Truth {
  const { truth, rows } = prepared;
  return takeRows(truth, truth.length / rows.length, places);
}
