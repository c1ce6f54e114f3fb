// Table of contents.
export { Arena, Tensor } from "./backend/arena.js";
export { type Backend, type BackendOptions, createBackend } from "./backend/backend.js";
export { InputError } from "./errors.js";
export { fold } from "./networks/fold.js";
export type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./networks/folded.js";
export { createNetwork, type Network } from "./networks/network.js";
export { createPredictor, type Predictor } from "./networks/predictor.js";
export { type NetworkKind, type NetworkSpec, networkKinds } from "./networks/spec.js";
export { createOptimizer, type Optimizer, type OptimizerSpec } from "./optimizers/optimizer.js";
export { learningRate, type Schedule } from "./optimizers/schedule.js";
export { createPenalty, type Penalty, type PenaltyKind } from "./penalties/penalty.js";
export { createRandom, type Random, restoreRandom } from "./random/random.js";
export { PsilonClassifier, PsilonRegressor, type TableInput } from "./tabular/estimators.js";
export {
  type ColumnReport,
  inspectModel,
  type LayerReport,
  type ModelReport,
} from "./tabular/inspectModel.js";
export { type JobHooks, runTrainingJob, type TrainingJob, type TrainingResult } from "./tabular/job.js";
export type { Member, TabularModel, TrainingRecord } from "./tabular/model.js";
export { loadModel, saveModel } from "./tabular/modelFile.js";
export type { Progress, TrainOptions } from "./tabular/options.js";
export type { Scores } from "./tabular/outputs.js";
export { type Predictions, predictTable, scoreTable } from "./tabular/predictTable.js";
export { type Preset, presets } from "./tabular/presets.js";
export { pruneModel } from "./tabular/pruneModel.js";
export { type JobRunner, type RunnerHooks, runInProcess } from "./tabular/runner.js";
export type { Cell, Table } from "./tabular/table.js";
export { tableFrom } from "./tabular/table.js";
export { trainModel } from "./tabular/trainModel.js";
export { evaluateLoss, type LossKind } from "./training/loss.js";
export type { PruningSpec, TrainingData, TrainingSpec } from "./training/spec.js";
export { type Outcome, type TrainHooks, train } from "./training/train.js";
export { type Checkpoint, createTrainer, type EpochEvent, type Trainer } from "./training/trainer.js";
export { type WeightKind, weightKinds } from "./weights/kinds.js";
