import { InputError } from "../errors.js";
import { networkKinds } from "../networks/spec.js";
import { derive } from "../random/derive.js";
import { assemble } from "./assemble.js";
import type { TrainingJob } from "./job.js";
import type { Member, TabularModel } from "./model.js";
import { checkOptions, type TrainOptions } from "./options.js";
import { lossFor } from "./outputs.js";
import { dataAt, type Prepared, prepareWith } from "./prepare.js";
import { oneCycle, presets } from "./presets.js";
import { runInProcess } from "./runner.js";
import { rowsWithTarget } from "./schema.js";
import type { Table } from "./table.js";
import { takeColumns } from "./takeColumns.js";

/** Pruning trains on for this share of the model's own epochs, at this share of its peak rate. */
const EPOCHS = 0.4;
const RATE = 1 / 3;

/**
 * The model with `sparsity` of its weights exactly 0 and dead units removed: the L1 projection's blend (section 5 of the
 * mathematics, arXiv:2404.19112) while training on, starting from the model's weights, on the rows of `table` that have
 * a target. Throws InputError for a model without L1-normalized weights and for a sparsity out of range.
 */
export async function pruneModel(
  model: TabularModel,
  table: Table,
  sparsity: number,
  options: Pick<TrainOptions, "seed" | "epochs" | "backend" | "rows" | "run" | "signal" | "onProgress"> = {},
): Promise<TabularModel> {
  const started = performance.now();
  const { record, target } = model;
  checkOptions({ ...options, network: record.network, prune: sparsity });
  if (!(sparsity > 0))
    throw new InputError("The sparsity to prune to is above 0 and below 1, but 0 was given.");
  const { seed = record.seed, run = runInProcess, signal, onProgress } = options;
  const targets = target.task === "regression" ? target.names : [target.name];
  const rows = options.rows ?? rowsWithTarget(table, targets);
  const prepared = prepareWith(model.encoder, target, table, rows);
  const jobs = model.members.map((member, m) =>
    jobFor(model, member, prepared, sparsity, derive(seed, "prune", m), options),
  );
  const results = await run(jobs, {
    signal,
    onProgress: (done) => onProgress?.({ stage: "refit", done, total: jobs.length }),
  });
  const trained = results.map((result, m) => {
    if (!result || result.outcome === "aborted")
      throw new InputError("Pruning was stopped before its end; the model is unchanged.");
    if (result.problem) throw new InputError(result.problem);
    return { ...result, inputs: model.members[m].inputs };
  });
  const { members, figures } = assemble(trained, sparsity);
  return {
    ...model,
    members,
    record: {
      ...record,
      ...figures,
      // What was measured on held-out rows before pruning no longer describes this model.
      validation: null,
      rows: rows.length,
      seconds: (performance.now() - started) / 1000,
    },
  };
}

function jobFor(
  model: TabularModel,
  { network, inputs }: Member,
  prepared: Prepared,
  sparsity: number,
  seed: number,
  options: Pick<TrainOptions, "epochs" | "backend">,
): TrainingJob {
  const { record } = model;
  const kind = networkKinds[record.network];
  const { loss, outputs } = lossFor(prepared.target);
  const data = dataAt(
    prepared,
    Int32Array.from(prepared.rows, (_, place) => place),
  );
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
      hidden: kind.hidden,
      output: kind.output,
    },
    training: {
      loss,
      penalty: kind.penalty,
      lambda: record.lambda,
      optimizer: { name: "adam" },
      schedule: oneCycle(presets[record.preset].peakRate * RATE),
      rateMoves: "per-step",
      epochs: options.epochs ?? Math.max(1, Math.ceil(record.epochs * EPOCHS)),
      batchSize: record.batchSize,
      initialization: "paper",
      patience: null,
      pruning: { sparsity, stage: 1 },
      seed,
    },
    train: { ...data, inputs: takeColumns(data.inputs, prepared.inputCount, inputs) },
    validation: null,
    start: network,
    backend: { provider: options.backend ?? "auto" },
  };
}
