// Table of contents of "psilon/engine": networks, what trains and prunes them, and what computes.

// Training one network

export type { Checkpoint } from "./training/checkpoint.js";
export type { CodedInputs } from "./training/codedInputs.js";
export {
  evaluateLoss,
  type LossKind,
  type LossOutputs,
  type QuantileLoss,
  type SmoothedLoss,
} from "./training/loss.js";
export type { StopSignal } from "./training/pauses.js";
export type {
  Inputs,
  PruningSpec,
  RowBoxes,
  TrainingData,
  TrainingSpec,
  WorstSpec,
} from "./training/spec.js";
export { type Outcome, type TrainHooks, train } from "./training/train.js";
export {
  createTrainer,
  type Ending,
  type EpochEvent,
  type Trainer,
} from "./training/trainer.js";

// Networks

export type { Activation, ActivationSpec } from "./layers/activation.js";
export type { AttentionSpec } from "./layers/attention.js";
export type { AveragePoolSpec } from "./layers/averagePool.js";
export type { BatchNormSpec } from "./layers/batchNorm.js";
export type { BoundLayer, Signal, Source } from "./layers/boundLayer.js";
export type { CaseGroup } from "./layers/boxInput.js";
export type { ChannelsSpec } from "./layers/channels.js";
export type { ConvolutionSpec } from "./layers/convolution.js";
export type { DenseSpec } from "./layers/dense.js";
export type { DropoutSpec } from "./layers/dropout.js";
export type { FlattenSpec } from "./layers/flatten.js";
export type { FourierPositionsSpec } from "./layers/fourierPositions.js";
export type { GlobalAveragePoolSpec } from "./layers/globalAveragePool.js";
export type { GroupSortSpec } from "./layers/groupSort.js";
export type { Entries, InputSource } from "./layers/inputLinear.js";
export type {
  Binding,
  Bound,
  Kept,
  KeptParameter,
  KeptState,
  LayerKind,
  ShapedSource,
} from "./layers/kind.js";
export { type LayerName, type LayerSpec, layerKinds } from "./layers/kinds.js";
export type { Layer, MemberLayer } from "./layers/layer.js";
export type { LayerNormSpec } from "./layers/layerNorm.js";
export type { LearnedPositionsSpec } from "./layers/learnedPositions.js";
export type { MaxPoolSpec } from "./layers/maxPool.js";
export type { OrderStatisticSpec } from "./layers/orderStatistic.js";
export type { OrthogonalConvolutionSpec } from "./layers/orthogonalConvolution.js";
export type { PatchesSpec } from "./layers/patches.js";
export type { PoolingSpec } from "./layers/pooling.js";
export type { Shape } from "./layers/shape.js";
export type { SpaceToDepthSpec } from "./layers/spaceToDepth.js";
export type { WeightedSpec } from "./layers/weighted.js";
export { createNetwork } from "./networks/create.js";
export type { Network } from "./networks/network.js";
export {
  createSequential,
  type Residual,
  type SequentialLayer,
  type SequentialNetwork,
  type SequentialSpec,
  shapesOf,
} from "./networks/sequential.js";
export { restoreSequential, type SequentialValues, valuesOf } from "./networks/sequentialValues.js";
export { type Direction, type NetworkKind, type NetworkSpec, networkKinds } from "./networks/spec.js";
export { type WeightKind, weightKinds } from "./weights/kinds.js";

// Penalties, optimizers, pruning

export { type Adam, type AdamOptions, adam } from "./optimizers/adam.js";
export { chain, type Decay, type OptimizerSpec, type Transform } from "./optimizers/chain.js";
export { type ClipByNorm, clipByNorm } from "./optimizers/clipByNorm.js";
export {
  adamW,
  type CoupledDecay,
  coupledDecay,
  type ProximalDecay,
  proximalThreeHalves,
  softThreshold,
  type WeightDecay,
  weightDecay,
} from "./optimizers/comparators.js";
export { decayed } from "./optimizers/decayed.js";
export {
  type DecoupledDecay,
  type DecoupledDecayOptions,
  decoupledDecay,
  fromAdamWLambda,
  fromPaperLambda,
  pAdam,
  pSGD,
} from "./optimizers/decoupledDecay.js";
export { createOptimizer, type Optimizer } from "./optimizers/optimizer.js";
export { learningRate, type Schedule } from "./optimizers/schedule.js";
export { type Sgd, sgd } from "./optimizers/sgd.js";
export { applyPathNormProximal } from "./penalties/applyPathNormProximal.js";
export { createPenalty } from "./penalties/create.js";
export { pathNormProximal } from "./penalties/pathNormProximal.js";
export type { GradientPenalty, Penalty, PenaltyKind, ProximalPenalty } from "./penalties/penalty.js";
export { pruneNetwork } from "./pruning/pruneNetwork.js";
export type { PruningState } from "./pruning/pruning.js";
export {
  type PruningRule,
  type PruningRuleName,
  pruningRules,
  type ShareRule,
  wholeRules,
} from "./pruning/rule.js";
export type { Moments, Parameter, StepRule } from "./weights/parameter.js";
export { conditionNumber, singularValues } from "./weights/singularValues.js";
export { exactSparsity, nearSparsity, shareBelow } from "./weights/sparsity.js";
export type { Matrix, Projection, Weight } from "./weights/weight.js";

// The backend: where tensors live and what computes

export type { Arena, Memory, Tensor } from "./backend/arena.js";
export { type Backend, type BackendOptions, createBackend, supportsRelaxedSimd } from "./backend/backend.js";
export { type Blas, type BlasSearch, findBlas } from "./backend/blas.js";
export { blasProduct } from "./backend/blasProduct.js";
export type { Kernels } from "./backend/kernels.js";
export type { Layout, MatrixProduct } from "./backend/matrixProduct.js";
export { measureProduct } from "./backend/measureProduct.js";
export type { KernelExports } from "./backend/modules/kernelExports.js";
export type { NativeFunction } from "./backend/platform/nativeLibrary.js";

// Random numbers

export { derive } from "./random/derive.js";
export { createRandom, type Random, type RandomState } from "./random/random.js";
