// Table of contents of "psilon": models of tables, their training, predictions and certificates. Bounds of networks are in
// "psilon/bounds", networks and their training in "psilon/engine", trained networks as plain matrices in "psilon/folded".

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

export { type BaselineJob, type BaselineResult, runBaselineJob } from "./fit/baselineJob.js";
export { type BaselineScores, baselineScores, type Places } from "./fit/baselineScores.js";
export type { CertifiedObjective } from "./fit/certifiedShare.js";
export { checkTest } from "./fit/checkTest.js";
export { type Comparison, type ComparisonEntry, compare } from "./fit/compare.js";
export { type Choices, type ComparableSetting, comparableSettings, type Grid } from "./fit/grid.js";
export {
  type CurvePoint,
  type JobHooks,
  runTrainingJob,
  type TrainingJob,
  type TrainingResult,
} from "./fit/job.js";
export type { Summary } from "./fit/metrics.js";
export {
  checkOptions,
  type OptimizerName,
  optimizerNames,
  type Progress,
  type TrainOptions,
} from "./fit/options.js";
export { type Scores, summarizeScores, type Truth, targetNames } from "./fit/outputs.js";
export { type Preset, type PresetPlan, presets, type Selection } from "./fit/presets.js";
export type { BaselineRunner, JobRunner, Runner, RunnerHooks } from "./fit/runner.js";
export { type Estimator, PsilonClassifier, PsilonRegressor, type TableInput } from "./models/estimators.js";
export {
  type ColumnReport,
  inspectModel,
  type LayerReport,
  type ModelReport,
} from "./models/inspectModel.js";
export { loadModel, saveModel } from "./models/modelFile.js";
export { type Predictions, predictTable, scoreTable } from "./models/predictTable.js";
export { type PruneOptions, pruneModel } from "./models/pruneModel.js";
export type { RecordedBound } from "./models/recordedBounds.js";
export type {
  Member,
  PruningRecord,
  TabularModel,
  TrainingRecord,
  ValidationRecord,
} from "./models/tabularModel.js";
export { trainModel } from "./models/trainModel.js";
export type { ColumnValues } from "./preprocess/column.js";
export {
  type EncodedColumn,
  type EncodedInput,
  type Encoder,
  encodedInputs,
  fitEncoder,
} from "./preprocess/encoder.js";
export type { MonotoneColumns } from "./preprocess/monotone.js";
export { type Prepared, prepareWith, type WeightOptions } from "./preprocess/prepare.js";
export type { ClassWeights } from "./preprocess/rowWeights.js";
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
} from "./preprocess/schema.js";
export type { ColumnMoments } from "./preprocess/statistics.js";
export {
  type ClassTarget,
  classLabels,
  fitTarget,
  type RegressionTarget,
  type Target,
} from "./preprocess/target.js";
export { replaceDecimalCommas } from "./tables/decimalCommas.js";
export { holdout, kFolds, type Split, splitsFromTestRows } from "./tables/splits.js";
export { type Cell, type Columns, type Row, type Table, tableFrom } from "./tables/table.js";

// What computes predictions, and errors

export { type Backend, type BackendOptions, createBackend } from "./engine/backend/backend.js";
export { InputError, type Problem, type ProblemCode, problemCodes } from "./errors.js";
