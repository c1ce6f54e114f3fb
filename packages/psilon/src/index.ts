// Table of contents of "psilon": models of tables, their training, predictions and certificates. Bounds of networks are in
// "psilon/bounds", networks and their training in "psilon/engine".

// Certificates of predictions, in the units of tables

export { type CertifiedShare, certifiedAccuracy, rightRows } from "./certify/accuracy.js";
export { certifyMonotone, type MonotoneFinding } from "./certify/certifyMonotone.js";
export {
  type CertifyOptions,
  certifyTable,
  type Prediction,
  type RowCertificate,
} from "./certify/certifyTable.js";
export type { Move, Moves } from "./certify/moves.js";
export { checkQuestion, type RowQuestion } from "./certify/question.js";
export { certifiedRadii, type RadiusOptions, type RowRadius } from "./certify/radii.js";

// Estimators and models for tables

export { type BaselineJob, type BaselineResult, runBaselineJob } from "./tabular/baselineJob.js";
export { type BaselineScores, baselineScores, type Places } from "./tabular/baselineScores.js";
export type { CertifiedObjective } from "./tabular/certifiedShare.js";
export { checkTest } from "./tabular/checkTest.js";
export type { ColumnValues } from "./tabular/column.js";
export { type Comparison, type ComparisonEntry, compare } from "./tabular/compare.js";
export { replaceDecimalCommas } from "./tabular/decimalCommas.js";
export {
  type EncodedColumn,
  type EncodedInput,
  type Encoder,
  encodedInputs,
  fitEncoder,
} from "./tabular/encoder.js";
export { type Estimator, PsilonClassifier, PsilonRegressor, type TableInput } from "./tabular/estimators.js";
export { type Choices, type ComparableSetting, comparableSettings, type Grid } from "./tabular/grid.js";
export {
  type ColumnReport,
  inspectModel,
  type LayerReport,
  type ModelReport,
} from "./tabular/inspectModel.js";
export {
  type CurvePoint,
  type JobHooks,
  runTrainingJob,
  type TrainingJob,
  type TrainingResult,
} from "./tabular/job.js";
export type { Summary } from "./tabular/metrics.js";
export { loadModel, saveModel } from "./tabular/modelFile.js";
export type { MonotoneColumns } from "./tabular/monotone.js";
export {
  checkOptions,
  type OptimizerName,
  optimizerNames,
  type Progress,
  type TrainOptions,
} from "./tabular/options.js";
export { type Scores, summarizeScores, type Truth, targetNames } from "./tabular/outputs.js";
export { type Predictions, predictTable, scoreTable } from "./tabular/predictTable.js";
export { type Prepared, prepareWith, type WeightOptions } from "./tabular/prepare.js";
export { type Preset, type PresetPlan, presets, type Selection } from "./tabular/presets.js";
export { type PruneOptions, pruneModel } from "./tabular/pruneModel.js";
export type { RecordedBound } from "./tabular/recordedBounds.js";
export type { ClassWeights } from "./tabular/rowWeights.js";
export type { BaselineRunner, JobRunner, Runner, RunnerHooks } from "./tabular/runner.js";
export {
  type ColumnSchema,
  columnsOf,
  inferSchema,
  type KindOverride,
  overrideKinds,
  rowsWithTarget,
  type Schema,
  type SchemaOptions,
  type Task,
} from "./tabular/schema.js";
export { holdout, kFolds, type Split, splitsFromTestRows } from "./tabular/splits.js";
export type { ColumnMoments } from "./tabular/statistics.js";
export { type Cell, type Columns, type Row, type Table, tableFrom } from "./tabular/table.js";
export type {
  Member,
  PruningRecord,
  TabularModel,
  TrainingRecord,
  ValidationRecord,
} from "./tabular/tabularModel.js";
export {
  type ClassTarget,
  classLabels,
  fitTarget,
  type RegressionTarget,
  type Target,
} from "./tabular/target.js";
export { trainModel } from "./tabular/trainModel.js";

// What computes predictions, and errors

export { type Backend, type BackendOptions, createBackend } from "./backend/backend.js";
export { InputError } from "./errors.js";
