// Table of contents of "psilon/models": models of tables, their files, predictions, scores, and what they are made of.

export type { BinReport, ColumnReport } from "./columnReports.js";
export {
  type CrossValidation,
  type CrossValidationOptions,
  type CrossValidationProgress,
  crossValidate,
  type TestedSplit,
} from "./crossValidate.js";
export { constantTestScores, estimateScores } from "./estimateScores.js";
export type { Estimator, EstimatorOptions, TableInput } from "./estimator.js";
export { type PredictOptions, PsilonClassifier, PsilonRegressor } from "./estimators.js";
export { evaluationSplits, holdoutRows, type SplitOptions } from "./evaluationSplits.js";
export type { Curve, TrainingHistory, TriedNetwork } from "./history.js";
export type { ImportedColumn } from "./importedColumns.js";
export { type ImportOptions, importOnnx } from "./importOnnx.js";
export { inspectModel, type LayerReport, type ModelReport } from "./inspectModel.js";
export { loadModel, saveModel } from "./modelFile.js";
export type { OutOfFold } from "./outOfFold.js";
export {
  type PartialDependence,
  type PartialDependenceOptions,
  partialDependence,
} from "./partialDependence.js";
export {
  type ColumnImportance,
  type ImportanceOptions,
  type PermutationImportance,
  permutationImportance,
} from "./permutationImportance.js";
export {
  type PredictedRows,
  type Predictions,
  predictTable,
  scoreTable,
  type TestedTable,
  testTable,
} from "./predictTable.js";
export { type PruneOptions, pruneModel } from "./pruneModel.js";
export type { RecordedBound } from "./recordedBounds.js";
export { scoreBaselines, type TablePart } from "./scoreBaselines.js";
export { createTablePredictor, type TablePredictor } from "./tablePredictor.js";
export type {
  ControlRecord,
  ImportRecord,
  Member,
  PruningRecord,
  RecordedPart,
  TabularModel,
  TrainingRecord,
  ValidationRecord,
} from "./tabularModel.js";
export { type TrainOptions, trainModel } from "./trainModel.js";
export { withInterval } from "./withInterval.js";
