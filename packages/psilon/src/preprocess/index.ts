// Table of contents of "psilon/preprocess": what columns are, and how they become a network's inputs and its outputs predictions.

export { type Bins, type Encoding, encodings } from "./bins.js";
export { type DatePart, dateParts } from "./dateParts.js";
export {
  byValues,
  type EncodedColumn,
  type EncodedInput,
  type Encoder,
  encodedInputs,
  encodingOf,
  type ShownKind,
} from "./encoder.js";
export type { Encodings } from "./encodings.js";
export type { EncoderOptions } from "./fitEncoder.js";
export { fitTarget } from "./fitTarget.js";
export type { HeldOutErrors, PredictionInterval } from "./heldOut.js";
export { writtenOut } from "./inputs.js";
export type { IntervalValues } from "./interval.js";
export {
  type ColumnSchema,
  type ColumnValues,
  columnsOf,
  type KindOverride,
  overrideKinds,
  type Schema,
  type Task,
} from "./kinds.js";
export type { MonotoneColumns } from "./monotone.js";
export { type Prepared, prepare, type WeightOptions } from "./prepare.js";
export { fitPreprocessing, type Preprocessing } from "./preprocessing.js";
export type { ClassWeights } from "./rowWeights.js";
export { inferSchema, rowsWithTarget, type SchemaOptions } from "./schema.js";
export {
  type ClassTarget,
  classLabels,
  type DecisionThreshold,
  predictionNames,
  type RegressionTarget,
  rowsOfKnownClasses,
  type Target,
  type Truth,
  targetNames,
  truthOf,
} from "./target.js";
export type { TargetOptions } from "./targetScaling.js";
export { columnsToLearn, type LearningOptions } from "./trainRows.js";
