import { networkKinds } from "../engine/networks/spec.js";
import { adam } from "../engine/optimizers/adam.js";
import { type CompleteRule, wholeRules } from "../engine/pruning/rule.js";
import { derive } from "../engine/random/derive.js";
import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { checkOptions } from "../fit/checkOptions.js";
import type { TrainingJob } from "../fit/job.js";
import { summarize } from "../fit/metrics/summary.js";
import { backendOptions, type FitOptions, pruningRule } from "../fit/options.js";
import { oneCycle, presets } from "../fit/presets.js";
import { runInProcess } from "../fit/runner.js";
import { networkSparsity } from "../folded/figures.js";
import { checkNames } from "../names.js";
import { takeColumns } from "../preprocess/inputs.js";
import { monotoneDirections } from "../preprocess/monotone.js";
import { dataAt, prepare } from "../preprocess/prepare.js";
import { lossFor, type Target, targetNames } from "../preprocess/target.js";
import { trainRows } from "../preprocess/trainRows.js";
import { checkFrame, type Frame } from "../tables/frame.js";
import { assemble } from "./assemble.js";
import { checkModel, type Member, type TabularModel } from "./tabularModel.js";

/** Pruning trains on for this share of the model's own epochs, at this share of its peak rate. */
const EPOCHS = 0.4;
const RATE = 1 / 3;
/** What stands for the training of a network that was trained elsewhere. */
const IMPORTED = { epochs: 100, batchSize: 64 };

/**
 * What `trainModel` takes and pruning heeds as well. Sample weights are not stored in a model, so they are given again; classes weigh what they
 * did in training, unless it is said.
 */
export type PruneOptions = Pick<
  FitOptions,
  | "seed"
  | "epochs"
  | "backend"
  | "relaxedSimd"
  | "classWeights"
  | "sampleWeights"
  | "rows"
  | "run"
  | "signal"
  | "onProgress"
  | "pruning"
  | "scope"
>;

const pruneOptionNames: readonly (keyof PruneOptions)[] = [
  "seed",
  "epochs",
  "backend",
  "relaxedSimd",
  "classWeights",
  "sampleWeights",
  "rows",
  "run",
  "signal",
  "onProgress",
  "pruning",
  "scope",
];

/**
 * The model with `sparsity` of its weights exactly 0 and dead units removed: by the rule `pruning`, as a default the L1 projection's
 * blend (section 5 of the mathematics, arXiv:2404.19112) where all weights are L1-normalized and else magnitude, while training
 * on, starting from the model's weights, on the rows of `table` that have a target. Throws InputError for a model that the
 * rule cannot prune and for a sparsity out of range, or no larger than the share of zeros that the model has: they stay.
 */
export async function pruneModel(
  model: TabularModel,
  frame: Frame,
  sparsity: number,
  options: PruneOptions = {},
): Promise<TabularModel> {
  const started = performance.now();
  checkModel(model);
  checkFrame(frame);
  const { record, target } = model;
  checkNames(options, pruneOptionNames);
  const asked = {
    ...options,
    network: record.network,
    parametrization: record.parametrization.hidden,
    prune: sparsity,
  };
  checkOptions(asked);
  const rule = pruningRule(asked);
  if (!rule) {
    throw new InputError({
      code: "out-of-range",
      found: "The sparsity to prune to is above 0 and below 1, but 0 was given",
      value: "0",
    });
  }
  const zeros = summarize(model.members.map(({ network }) => networkSparsity(network))).mean;
  if (!wholeRules.includes(rule.rule) && sparsity <= zeros) {
    throw new InputError({
      code: "nothing-to-prune",
      found: `${(100 * zeros).toFixed(1)} % of the model's weights are 0 already, and zeros stay, so a sparsity of ${sparsity} asks for nothing`,
      value: String(sparsity),
      remedy: "ask for a larger one",
    });
  }
  const { seed = record.seed, run = runInProcess, signal, onProgress } = options;
  const rows = trainRows(frame, targetNames(target), options.rows, options.sampleWeights);
  if (rows.length === 0) {
    const { source } = frame.origin;
    throw new InputError({
      code: "no-labelled-rows",
      found: `No row of ${source} has a value of the target ${targetNames(target).join(", ")}, so there is nothing to train on`,
      where: { source },
    });
  }
  const { classWeights = record.classWeights, sampleWeights } = options;
  const prepared = prepare(model, frame, rows, { classWeights, sampleWeights });
  const data = dataAt(
    prepared,
    Int32Array.from(rows, (_, place) => place),
  );
  const together = record.members ?? 1;
  const groups = Array.from({ length: model.members.length / together }, (_, g) =>
    model.members.slice(g * together, (g + 1) * together),
  );
  const jobs = groups.map((group, g) => {
    const inputs = takeColumns(data.inputs, prepared.inputCount, group[0].inputs);
    return jobFor(model, group, { ...data, inputs }, rule, derive(seed, "prune", g), options);
  });
  const results = await run(jobs, {
    signal,
    onProgress: (done) => onProgress?.({ stage: "refit", done, total: jobs.length }),
  });
  const trained = results.map((result, g) => {
    if (!result || result.outcome === "aborted") {
      throw new InputError({
        code: "stopped",
        found: "Pruning was stopped before its end; the model is unchanged",
      });
    }
    if (result.outcome === "not-finite") {
      throw new InputError({
        code: "diverged",
        found: `Training diverged while pruning to ${sparsity}, which leaves the model unchanged: the loss or a weight became infinite or not a number`,
        remedy: "check the columns for extreme values, or ask for fewer zeros",
      });
    }
    return { ...result, inputs: groups[g][0].inputs };
  });
  const { members, figures } = assemble(trained, rule);
  return {
    ...model,
    target: withoutErrors(target),
    members,
    record: {
      ...record,
      ...figures,
      // What was measured on held-out rows before pruning no longer describes this model.
      validation: null,
      rows: rows.length,
      backend: results[0]?.backend ?? record.backend,
      seconds: (performance.now() - started) / 1000,
    },
  };
}

/** What held-out rows were off by does not describe another model. */
function withoutErrors(target: Target): Target {
  if (target.task === "classification") return target;
  const { heldOut, interval, ...others } = target;
  return others;
}

function jobFor(
  model: TabularModel,
  group: readonly Member[],
  train: TrainingData<Inputs>,
  rule: CompleteRule,
  seed: number,
  options: PruneOptions,
): TrainingJob {
  const { record } = model;
  const { epochs, batchSize } = record.imported ? IMPORTED : record;
  const { learningRate = presets[record.preset].peakRate[model.target.task] } = record.control ?? {};
  const [{ network, inputs }] = group;
  const directions = monotoneDirections(record.monotone ?? {}, model.encoder);
  const monotone = Array.from(inputs, (input) => directions[input]);
  const { loss, outputs } = lossFor(model.target, record.labelSmoothing);
  const { layers } = network;
  const hidden = layers.slice(0, -1).map((layer) => layer.rows);
  return {
    network: {
      architecture: network.architecture,
      inputs: inputs.length,
      width: hidden[0] ?? 1,
      depth: network.architecture === "resnet" ? layers.length - 2 : hidden.length,
      ...(network.architecture === "mlp" && { widths: hidden }),
      outputs,
      ...(record.members !== undefined && { members: record.members }),
      ...record.parametrization,
      ...(monotone.some((direction) => direction !== 0) && { monotone }),
    },
    training: {
      loss,
      penalty: networkKinds[record.network].penalty,
      lambda: record.lambda,
      optimizer: adam(),
      schedule: oneCycle(learningRate * RATE),
      rateMoves: "per-step",
      epochs: options.epochs ?? Math.max(1, Math.ceil(epochs * EPOCHS)),
      batchSize,
      initialization: "paper",
      patience: null,
      pruning: { ...rule, stage: 1 },
      seed,
    },
    train,
    validation: null,
    start: group.map((member) => member.network),
    backend: backendOptions(options),
  };
}
