// Table of contents.
export { Arena, Tensor } from "./backend/arena.js";
export { type Backend, type BackendOptions, createBackend } from "./backend/backend.js";
export { InputError } from "./errors.js";
export { fold } from "./networks/fold.js";
export type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./networks/folded.js";
export { createNetwork, type Network } from "./networks/network.js";
export { type NetworkKind, type NetworkSpec, networkKinds } from "./networks/spec.js";
export { createOptimizer, type Optimizer, type OptimizerSpec } from "./optimizers/optimizer.js";
export { learningRate, type Schedule } from "./optimizers/schedule.js";
export { createPenalty, type Penalty, type PenaltyKind } from "./penalties/penalty.js";
export { createRandom, type Random, restoreRandom } from "./random/random.js";
export type { Cell, Table } from "./tabular/table.js";
export { evaluateLoss, type LossKind } from "./training/loss.js";
export type { PruningSpec, TrainingData, TrainingSpec } from "./training/spec.js";
export { type Outcome, type TrainHooks, train } from "./training/train.js";
export { type Checkpoint, createTrainer, type EpochEvent, type Trainer } from "./training/trainer.js";
export { type WeightKind, weightKinds } from "./weights/kinds.js";
