// Table of contents, from tables down to matrix products.

// Certificates of predictions, in the units of tables

export { type CertifiedShare, certifiedAccuracy, rightRows } from "./certify/accuracy.js";
export { certifyMonotone, type MonotoneFinding } from "./certify/certifyMonotone.js";
export {
  type CertifyOptions,
  certifyTable,
  type Prediction,
  type RowCertificate,
  toleranceOf,
} from "./certify/certifyTable.js";
export { checkMoves, type Move, type Moves } from "./certify/moves.js";
export { certifiedRadii, type RadiusOptions, type RowRadius } from "./certify/radii.js";

// Estimators and models for tables

export { suggest } from "./names.js";
export { type BaselineJob, type BaselineResult, runBaselineJob } from "./tabular/baselineJob.js";
export { type BaselineScores, baselineScores } from "./tabular/baselineScores.js";
export type { CertifiedObjective } from "./tabular/certifiedShare.js";
export { checkTest } from "./tabular/checkTest.js";
export { type Comparison, type ComparisonEntry, compare } from "./tabular/compare.js";
export { type EncodedInput, type Encoder, encodedInputs, fitEncoder } from "./tabular/encoder.js";
export { PsilonClassifier, PsilonRegressor, type TableInput } from "./tabular/estimators.js";
export { type Choices, type ComparableSetting, comparableSettings } from "./tabular/grid.js";
export {
  type ColumnReport,
  inspectModel,
  type LayerReport,
  type ModelReport,
} from "./tabular/inspectModel.js";
export { type JobHooks, runTrainingJob, type TrainingJob, type TrainingResult } from "./tabular/job.js";
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
export { type Scores, summarizeScores, targetNames } from "./tabular/outputs.js";
export { isMissing } from "./tabular/parse.js";
export { type Predictions, predictTable, scoreTable } from "./tabular/predictTable.js";
export { type Prepared, prepareWith } from "./tabular/prepare.js";
export { type Preset, presets } from "./tabular/presets.js";
export { type PruneOptions, pruneModel } from "./tabular/pruneModel.js";
export type { RecordedBound } from "./tabular/recordedBounds.js";
export type { BaselineRunner, JobRunner, Runner, RunnerHooks } from "./tabular/runner.js";
export {
  type ColumnSchema,
  columnsOf,
  inferSchema,
  type KindOverride,
  rowsWithTarget,
  type Schema,
  type SchemaOptions,
  type Task,
} from "./tabular/schema.js";
export { holdout, kFolds, type Split, splitsFromTestRows } from "./tabular/splits.js";
export { type Cell, type Table, tableFrom } from "./tabular/table.js";
export type { Member, TabularModel, TrainingRecord } from "./tabular/tabularModel.js";
export { classLabels, fitTarget, type Target } from "./tabular/target.js";
export { trainModel } from "./tabular/trainModel.js";

// Training one network

export { evaluateLoss, type LossKind } from "./training/loss.js";
export type { PruningSpec, TrainingData, TrainingSpec } from "./training/spec.js";
export { type Outcome, type TrainHooks, train } from "./training/train.js";
export {
  type Checkpoint,
  createTrainer,
  type Ending,
  type EpochEvent,
  type Trainer,
} from "./training/trainer.js";

// Networks

export { fold } from "./networks/fold.js";
export type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./networks/folded.js";
export { createNetwork, type Network } from "./networks/network.js";
export { createPredictor, type Predictor } from "./networks/predictor.js";
export { type Direction, type NetworkKind, type NetworkSpec, networkKinds } from "./networks/spec.js";
export { storedBytes } from "./networks/storedBytes.js";
export { type WeightKind, weightKinds } from "./weights/kinds.js";

// Bounds

export { analyse } from "./bounds/analyse.js";
export type { Analysis } from "./bounds/analysis.js";
export {
  type BoundedModel,
  boundedModel,
  type ModelPart,
  type NetworkMean,
  networkMean,
} from "./bounds/boundedModel.js";
export { type Box, boxAround, boxBetween } from "./bounds/box.js";
export type { Enough } from "./bounds/branchAndBound.js";
export type {
  Certificate,
  GlobalMethod,
  Guarantee,
  LocalMethod,
  OutputRow,
  Sample,
} from "./bounds/certificate.js";
export {
  type Decision,
  decide,
  type Effort,
  float32Region,
  isCertified,
  type Reached,
  type Region,
} from "./bounds/decide.js";
export { changeDemands, classDemands, type Demand, predictedAt } from "./bounds/demand.js";
export { type ExactBound, exactChange, exactMaximum } from "./bounds/exact.js";
export {
  globalBounds,
  type PathBound,
  pathBounds,
  sensitivityOf,
  spectralBound,
} from "./bounds/globalBounds.js";
export { type LayerFactors, layerFactors, spectralFactors } from "./bounds/layerFactors.js";
export { changeOver, maximumOver, rangeOver } from "./bounds/overBox.js";
export type { PathMethod } from "./bounds/passes.js";
export { predictionError } from "./bounds/predictionError.js";
export { certifiedRadius } from "./bounds/radius.js";
export { type SearchOptions, searchChange, searchMaximum } from "./bounds/witnessSearch.js";

// Penalties, optimizers, pruning

export { adam } from "./optimizers/adam.js";
export { chain, type OptimizerSpec, type Transform } from "./optimizers/chain.js";
export { clipByNorm } from "./optimizers/clipByNorm.js";
export {
  adamW,
  coupledDecay,
  proximalThreeHalves,
  softThreshold,
  weightDecay,
} from "./optimizers/comparators.js";
export { decayed } from "./optimizers/decayed.js";
export {
  decoupledDecay,
  fromAdamWLambda,
  fromPaperLambda,
  pAdam,
  pSGD,
} from "./optimizers/decoupledDecay.js";
export { createOptimizer, type Optimizer } from "./optimizers/optimizer.js";
export type { Schedule } from "./optimizers/schedule.js";
export { sgd } from "./optimizers/sgd.js";
export { applyPathNormProximal } from "./penalties/applyPathNormProximal.js";
export { pathNormProximal } from "./penalties/pathNormProximal.js";
export {
  createPenalty,
  type GradientPenalty,
  type Penalty,
  type PenaltyKind,
  type ProximalPenalty,
} from "./penalties/penalty.js";
export { pruneNetwork } from "./pruning/pruneNetwork.js";
export { type Reduction, type ReductionReport, removeDeadUnits } from "./pruning/removeDeadUnits.js";
export { type PruningRule, type PruningRuleName, pruningRules } from "./pruning/rule.js";
export { conditionNumber, singularValues } from "./weights/singularValues.js";
export { exactSparsity, nearSparsity, shareBelow } from "./weights/sparsity.js";

// The backend: where tensors live and what computes

export type { Arena, Tensor } from "./backend/arena.js";
export { type Backend, type BackendOptions, createBackend, supportsRelaxedSimd } from "./backend/backend.js";
export { type Blas, type BlasSearch, findBlas } from "./backend/blas.js";
export { blasProduct } from "./backend/blasProduct.js";
export type { Layout, MatrixProduct } from "./backend/matrixProduct.js";
export { measureProduct } from "./backend/measureProduct.js";

// Random numbers and errors

export { InputError } from "./errors.js";
export { derive } from "./random/derive.js";
export { createRandom, type Random } from "./random/random.js";
