// Table of contents of "psilon/fit": the search for a good network of a table, as jobs, and what it is compared with.

export { type BaselineJob, type BaselineResult, runBaselineJob } from "./baselineJob.js";
export { type BaselineScores, baselineScores, type Places, type TestedBaselines } from "./baselineScores.js";
export type { TimeLimitRecord } from "./budget.js";
export type { Candidate, NetworkShape, Way } from "./candidate.js";
export type { CertifiedObjective } from "./certifiedShare.js";
export { checkOptions } from "./checkOptions.js";
export { checkTest } from "./checkTest.js";
export { type Comparison, type ComparisonEntry, compare } from "./compare.js";
export {
  type Choices,
  type ComparableSetting,
  comparableSettings,
  type Grid,
  settingsWithoutMeaning,
} from "./grid.js";
export {
  type CurvePoint,
  type HistoryPoint,
  type JobCheckpoint,
  type JobHooks,
  runTrainingJob,
  type TrainingJob,
  type TrainingJobHooks,
  type TrainingResult,
} from "./job.js";
export type { Estimate, EstimateOptions, Interval } from "./measures/bootstrap.js";
export type { ClassMetric, ClassScores, OneClassMetric } from "./measures/classScores.js";
export type { TableScores } from "./measures/measure.js";
export type { NumberMetric, NumberScores } from "./measures/numberScores.js";
export {
  type CalibrationBin,
  type ClassCalibration,
  classCalibration,
  type NumberCalibration,
  numberCalibration,
} from "./metrics/calibration.js";
export type { ClassFigures } from "./metrics/classCounts.js";
export { type ClassReport, classReport } from "./metrics/classReport.js";
export { type Summary, summarizeMetrics } from "./metrics/summary.js";
export {
  type FitOptions,
  type OptimizerName,
  optimizerNames,
  type Progress,
} from "./options.js";
export { type Scores, summarizeScores } from "./outputs.js";
export { type Folds, type Preset, type PresetPlan, presets, type Search, type Selection } from "./presets.js";
export type { BaselineRunner, JobRunner, Runner, RunnerHooks } from "./runner.js";
export type { Calibration, TemperatureRecord } from "./temperature.js";
export type { ThresholdRecord, ThresholdRule } from "./threshold.js";
export type { Tolerance } from "./tolerance.js";
