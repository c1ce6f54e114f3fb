import { type NetworkSpec, networkKinds } from "../engine/networks/spec.js";
import { adam } from "../engine/optimizers/adam.js";
import type { OptimizerSpec } from "../engine/optimizers/chain.js";
import { pAdam, pSGD } from "../engine/optimizers/decoupledDecay.js";
import { sgd } from "../engine/optimizers/sgd.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import type { TrainingSpec } from "../engine/training/spec.js";
import type { Encoding } from "../preprocess/bins.js";
import type { Schema } from "../preprocess/kinds.js";
import { checkMonotone, monotoneDirections } from "../preprocess/monotone.js";
import { allData, type Prepared, prepare } from "../preprocess/prepare.js";
import { fitPreprocessing } from "../preprocess/preprocessing.js";
import { lossFor } from "../preprocess/target.js";
import { rowsToLearnFrom, targetsOf } from "../preprocess/trainRows.js";
import type { Frame } from "../tables/frame.js";
import { holdout, kFolds, pick, splitCopies } from "../tables/splits.js";
import { type Part, type Places, partsAt } from "./baselineScores.js";
import { type CertifiedObjective, checkObjective } from "./certifiedShare.js";
import type { TrainingJob } from "./job.js";
import { layerKinds } from "./layerKinds.js";
import { backendOptions, checkOptions, type FitOptions, pruningRule, targetOptions } from "./options.js";
import { oneCycle, type PresetPlan, presets, type Selection } from "./presets.js";

/** Share of the epochs that the pruning stage takes when a sparsity is asked for. */
const PRUNING_STAGE = 0.4;

/** All that is settled before the first network is trained. */
export interface Plan {
  readonly schema: Schema;
  readonly prepared: Prepared;
  readonly selection: Selection;
  readonly lambdas: readonly number[];
  /** What λ is chosen by, where not by the loss. */
  readonly objective?: CertifiedObjective | undefined;
  readonly splits: readonly Places[];
  /** Their rows, which every λ and every baseline reads where they are: as many copies could fill the memory. */
  readonly parts: readonly Part[];
  /** The splits on which every λ is tried: the first few of an ensemble's folds, otherwise all. */
  readonly searched: readonly Places[];
  /** The network of one split, or the one trained on all rows, at λ. */
  jobFor(split: number | "refit", lambda: number): TrainingJob;
}

/** Throws InputError for options, tables and rows that cannot be trained on. */
export function makePlan(frame: Frame, target: string | readonly string[], options: FitOptions): Plan {
  checkOptions(options);
  const { preset = "balanced", seed = 0, lambda = "auto" } = options;
  const presetPlan = presets[preset];
  const { selection } = presetPlan;
  const { schema, rows, labels } = rowsToLearnFrom(frame, targetsOf(target), options);
  const splits = splitCopies(rows, labels, (n, own) => chooseSplits(selection, n, seed, own));
  const learnFrom = selection.kind === "holdout" ? pick(rows, splits[0].train) : rows;
  const preprocessing = fitPreprocessing(frame, learnFrom, schema, {
    ...targetOptions(options),
    encodingOf: encodingOf(options),
  });
  const prepared = prepare(preprocessing, frame, rows, options);
  if (options.objective) checkObjective(options.objective, prepared.target);
  checkMonotone(options.monotone ?? {}, schema, prepared.target);
  if (options.test) prepare(preprocessing, options.test.frame, options.test.rows);
  const parts = partsAt(prepared, splits);
  return {
    schema,
    prepared,
    selection,
    lambdas: lambda === "auto" ? presetPlan.lambdas : [lambda],
    objective: options.objective,
    splits,
    parts,
    searched: selection.kind === "ensemble" ? splits.slice(0, selection.searchFolds) : splits,
    jobFor(split, value) {
      const isRefit = split === "refit";
      const train = isRefit ? allData(prepared) : parts[split].train;
      const validation = isRefit ? null : parts[split].test;
      return {
        network: networkSpec(prepared, presetPlan, options),
        training: trainingSpec(
          prepared,
          presetPlan,
          options,
          train.rows,
          value,
          derive(seed, "network", split),
        ),
        train,
        validation,
        backend: backendOptions(options),
      };
    },
  };
}

const encodingOf =
  ({ encode = {} }: FitOptions) =>
  (name: string): Encoding =>
    typeof encode === "string" ? encode : Object.hasOwn(encode, name) ? encode[name] : "value";

function chooseSplits(
  selection: Selection,
  n: number,
  seed: number,
  labels: Int32Array | undefined,
): readonly Places[] {
  const random = createRandom(derive(seed, "splits"));
  switch (selection.kind) {
    case "ensemble":
      return kFolds(n, Math.min(selection.folds, n), random, labels);
    case "refit":
      return n < selection.foldsBelow
        ? kFolds(n, Math.min(selection.folds, n), random, labels)
        : [holdout(n, selection.fraction, random, labels)];
    case "holdout":
      return [holdout(n, Math.max(selection.fraction, 1 - selection.trainRows / n), random, labels)];
  }
}

export function networkSpec(prepared: Prepared, plan: PresetPlan, options: FitOptions): NetworkSpec {
  const monotone = monotoneDirections(options.monotone ?? {}, prepared.encoder);
  return {
    ...layerKinds(options.network ?? "net", options.parametrization),
    inputs: prepared.inputCount,
    width: options.width ?? plan.width,
    depth: options.depth ?? plan.depth,
    outputs: lossFor(prepared.target).outputs,
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
  lambda: number,
  seed: number,
): TrainingSpec {
  const pace = plan.pace(trainRows, prepared.target.task);
  const epochs = options.epochs ?? pace.epochs;
  const rule = pruningRule(options);
  const isMonotone = Object.keys(options.monotone ?? {}).length > 0;
  return {
    loss: lossFor(prepared.target, options.labelSmoothing).loss,
    penalty: networkKinds[options.network ?? "net"].penalty,
    lambda,
    optimizer: optimizerSpec(options),
    schedule: oneCycle(plan.peakRate),
    rateMoves: plan.rateMoves,
    epochs,
    batchSize: pace.batchSize,
    initialization: isMonotone ? plan.monotoneInitialization : plan.initialization,
    // The one-cycle rate ends in rest, and early weights would be those that λ has not shrunk yet.
    patience: null,
    pruning: rule && { ...rule, stage: PRUNING_STAGE },
    seed,
  };
}
