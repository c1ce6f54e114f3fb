import { type NetworkSpec, networkKinds } from "../engine/networks/spec.js";
import { adam } from "../engine/optimizers/adam.js";
import type { OptimizerSpec } from "../engine/optimizers/chain.js";
import { pAdam, pSGD } from "../engine/optimizers/decoupledDecay.js";
import { sgd } from "../engine/optimizers/sgd.js";
import type { TrainingSpec } from "../engine/training/spec.js";
import { monotoneDirections } from "../preprocess/monotone.js";
import type { Prepared } from "../preprocess/prepare.js";
import { lossFor } from "../preprocess/target.js";
import type { Candidate, NetworkShape } from "./candidate.js";
import { layerKinds } from "./layerKinds.js";
import { type FitOptions, pruningRule } from "./options.js";
import { oneCycle, type PresetPlan } from "./presets.js";

/** Share of the epochs that the pruning stage takes when a sparsity is asked for. */
const PRUNING_STAGE = 0.4;

export function networkSpec(
  prepared: Prepared,
  { width, depth }: NetworkShape,
  options: FitOptions,
): NetworkSpec {
  const monotone = monotoneDirections(options.monotone ?? {}, prepared.encoder);
  return {
    ...layerKinds(options.network ?? "net", options.parametrization),
    inputs: prepared.inputCount,
    width,
    depth,
    outputs: lossFor(prepared.target).outputs,
    ...(options.members !== undefined && { members: options.members }),
    ...(monotone.some((direction) => direction !== 0) && { monotone }),
  };
}

/** Defaults of the decay: on three shared tables 35 to 47 % zeros at no cost in the score (docs/weight-decay.md). */
const DECAY = { p: 0.8, lambda: 0.01 };

function optimizerSpec({ optimizer = "adam", p = DECAY.p, decay = DECAY.lambda }: FitOptions): OptimizerSpec {
  switch (optimizer) {
    case "adam":
      return adam();
    case "padam":
      return pAdam({ p, lambda: decay });
    case "sgd":
      return sgd();
    case "psgd":
      return pSGD({ p, lambda: decay });
  }
}

export function trainingSpec(
  prepared: Prepared,
  plan: PresetPlan,
  options: FitOptions,
  trainRows: number,
  { lambda, batchSize }: Pick<Candidate, "lambda" | "batchSize">,
  seed: number,
): TrainingSpec {
  const pace = plan.pace(trainRows, prepared.target.task, options.batchSize ?? batchSize);
  const epochs = options.epochs ?? pace.epochs;
  const rule = pruningRule(options);
  const isMonotone = Object.keys(options.monotone ?? {}).length > 0;
  return {
    loss: lossFor(prepared.target, options.labelSmoothing).loss,
    penalty: networkKinds[options.network ?? "net"].penalty,
    lambda,
    optimizer: optimizerSpec(options),
    schedule: oneCycle(options.learningRate ?? plan.peakRate[prepared.target.task]),
    rateMoves: plan.rateMoves,
    epochs,
    batchSize: pace.batchSize,
    initialization: isMonotone ? plan.monotoneInitialization : plan.initialization,
    // The one-cycle rate ends in rest, and early weights would be those that λ has not shrunk yet: only who asks stops early.
    patience: options.patience ?? null,
    pruning: rule && { ...rule, stage: PRUNING_STAGE },
    seed,
  };
}
