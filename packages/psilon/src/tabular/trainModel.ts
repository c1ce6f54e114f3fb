import { InputError } from "../errors.js";
import { type NetworkSpec, networkKinds } from "../networks/spec.js";
import { derive } from "../random/derive.js";
import { createRandom } from "../random/random.js";
import type { TrainingData, TrainingSpec } from "../training/spec.js";
import { assemble } from "./assemble.js";
import { baselineScores, type Places } from "./baselineScores.js";
import type { TrainingJob } from "./job.js";
import type { TabularModel, ValidationRecord } from "./model.js";
import { backendOptions, checkOptions, type Progress, type TrainOptions } from "./options.js";
import { lossFor } from "./outputs.js";
import { dataAt, type Prepared, prepare } from "./prepare.js";
import { oneCycle, type PresetPlan, presets, type Selection } from "./presets.js";
import { runInProcess } from "./runner.js";
import type { Schema } from "./schema.js";
import { bestTrial, type Trial, trials } from "./search.js";
import { holdout, kFolds } from "./splits.js";
import type { Table } from "./table.js";
import { classLabels, fitTarget } from "./target.js";
import { schemaOfRows, trainRows } from "./trainRows.js";

/** Share of the epochs that the pruning stage takes when a sparsity is asked for. */
const PRUNING_STAGE = 0.4;

/**
 * Trains a model that predicts `target` (one column, or several numeric ones) from the table's other columns: infers
 * what the columns hold, encodes them, finds λ by the preset's rule, each value from a fresh start, and trains the
 * final network or ensemble.
 *
 * The encoder and the target's scaling are learned from the rows the final model trains on. Throws InputError for
 * tables and options that cannot be trained on, and when every network diverged.
 */
export async function trainModel(
  table: Table,
  target: string | readonly string[],
  options: TrainOptions = {},
): Promise<TabularModel> {
  const started = performance.now();
  checkOptions(options);
  const { network = "net", preset = "balanced", seed = 0, run = runInProcess, signal, onProgress } = options;
  const plan = presets[preset];
  const { selection } = plan;
  const targets = [target].flat();
  const rows = trainRows(table, targets, options.rows, options.sampleWeights);
  const schema = schemaOfRows(table, rows, {
    target: targets,
    ...(options.task && { task: options.task }),
    ...(options.columns && { overrides: options.columns }),
  });
  const splits = chooseSplits(selection, rows.length, seed, labelsOf(table, schema, rows));
  const learnFrom = selection.kind === "holdout" ? splits[0].train : null;
  const prepared = prepare(table, schema, rows, options, learnFrom);

  const jobOn = (
    train: TrainingData,
    validation: TrainingData | null,
    lambda: number,
    split: number | "refit",
  ): TrainingJob => ({
    network: networkSpec(prepared, plan, options),
    training: trainingSpec(prepared, plan, options, train.rows, lambda, derive(seed, "network", split)),
    train,
    validation,
    backend: backendOptions(options),
  });

  const { lambda = "auto" } = options;
  const lambdas = lambda === "auto" ? plan.lambdas : [lambda];
  // Every λ reads the same arrays: as many copies as λs and splits could fill the memory.
  const parts = splits.map(({ train, test }) => [dataAt(prepared, train), dataAt(prepared, test)] as const);
  const searched = selection.kind === "ensemble" ? splits.slice(0, selection.searchFolds) : splits;
  const foldJob = (split: number, value: number) => jobOn(parts[split][0], parts[split][1], value, split);
  const searchJobs = lambdas.flatMap((value) => searched.map((_, split) => foldJob(split, value)));
  // What comes after the search: the ensemble's other folds, or the one network on all rows.
  const later = selection.kind === "refit" ? 1 : splits.length - searched.length;
  const total = searchJobs.length + later;
  const report = (stage: Progress["stage"], before: number) => (done: number) =>
    onProgress?.({ stage, done: before + done, total });
  const results = await run(searchJobs, { signal, onProgress: report("search", 0) });
  const grid = trials(prepared, lambdas, searched, results);
  let best = bestTrial(grid);
  if (!best) {
    throw new InputError(
      results.some((result) => result?.outcome === "not-finite")
        ? `Training diverged with λ = ${lambdas.join(", ")}: the loss or a weight became infinite or not a number. Check the columns for extreme values, or take a smaller width or depth.`
        : "Training was stopped before anything was learned.",
    );
  }
  let job = searchJobs[grid.indexOf(best) * searched.length];
  let interrupted = results.some((result) => result === null || result.outcome === "aborted");
  let scored = searched;
  if (selection.kind === "ensemble" && later > 0 && !signal?.aborted) {
    const { lambda: value } = best;
    const jobs = splits.slice(searched.length).map((_, i) => foldJob(searched.length + i, value));
    const rest = await run(jobs, { signal, onProgress: report("refit", searchJobs.length) });
    interrupted ||= rest.some((result) => result === null || result.outcome === "aborted");
    const [completed] = trials(prepared, [value], splits, [...best.results, ...rest]);
    // A fold that is missing or diverged leaves the others an ensemble, scored as far as the search went.
    best = completed.scores ? completed : { ...best, results: completed.results };
    if (completed.scores) scored = splits;
  }

  // An ensemble is what the search trained; otherwise one network, trained on all rows unless it was interrupted.
  let chosen = selection.kind === "ensemble" ? best.results : best.results.slice(0, 1);
  if (selection.kind === "refit" && !signal?.aborted) {
    const everything = Int32Array.from(rows, (_, place) => place);
    const refitJob = jobOn(dataAt(prepared, everything), null, best.lambda, "refit");
    const [refit] = await run([refitJob], { signal, onProgress: report("refit", searchJobs.length) });
    // A refit that was cut short or diverged is worth less than the search's finished network.
    if (refit && (refit.outcome === "finished" || refit.outcome === "early")) {
      chosen = [refit];
      job = refitJob;
    }
    interrupted ||= refit === null || refit.outcome === "aborted";
  }

  const { members, figures } = assemble(chosen, options.prune ?? 0);
  const validation = best.scores && validationRecord(prepared, scored, best.scores, seed);
  return {
    schema,
    encoder: prepared.encoder,
    target: prepared.target,
    members,
    record: {
      network,
      preset,
      width: job.network.width,
      depth: job.network.depth,
      epochs: job.training.epochs,
      batchSize: job.training.batchSize,
      seed,
      lambda: best.lambda,
      lambdaGrid: grid.map(summary),
      rows: selection.kind === "ensemble" ? rows.length : job.train.rows,
      validation,
      ...figures,
      seconds: (performance.now() - started) / 1000,
      backend: chosen[0].backend,
      interrupted,
    },
  };
}

function summary({ lambda, scores, bound }: Trial): TabularModel["record"]["lambdaGrid"][number] {
  return { lambda, scores, bound: Number.isFinite(bound) ? bound : null };
}

function validationRecord(
  prepared: Prepared,
  splits: readonly Places[],
  model: ValidationRecord["model"],
  seed: number,
): ValidationRecord {
  return {
    kind: splits.length > 1 ? "folds" : "holdout",
    rows: splits.reduce((sum, { test }) => sum + test.length, 0),
    model,
    ...baselineScores(prepared, splits, derive(seed, "baselines")),
  };
}

/** The rows' labels, by which splits are stratified; undefined for regression. */
function labelsOf(table: Table, schema: Schema, rows: Int32Array): Int32Array | undefined {
  if (schema.task !== "classification") return undefined;
  const target = fitTarget(table, rows, schema);
  return target.task === "classification" ? classLabels(target, table, rows) : undefined;
}

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

function networkSpec(prepared: Prepared, plan: PresetPlan, options: TrainOptions): NetworkSpec {
  const { architecture, hidden, output } = networkKinds[options.network ?? "net"];
  return {
    architecture,
    inputs: prepared.inputCount,
    width: options.width ?? plan.width,
    depth: options.depth ?? plan.depth,
    outputs: lossFor(prepared.target).outputs,
    hidden,
    output,
  };
}

function trainingSpec(
  prepared: Prepared,
  plan: PresetPlan,
  options: TrainOptions,
  trainRows: number,
  lambda: number,
  seed: number,
): TrainingSpec {
  const pace = plan.pace(trainRows);
  const epochs = options.epochs ?? pace.epochs;
  const { prune = 0 } = options;
  return {
    loss: lossFor(prepared.target).loss,
    penalty: networkKinds[options.network ?? "net"].penalty,
    lambda,
    optimizer: { name: "adam" },
    schedule: oneCycle(plan.peakRate),
    rateMoves: plan.rateMoves,
    epochs,
    batchSize: pace.batchSize,
    initialization: plan.initialization,
    // The one-cycle rate ends in rest, and early weights would be those that λ has not shrunk yet.
    patience: null,
    pruning: prune > 0 ? { sparsity: prune, stage: PRUNING_STAGE } : null,
    seed,
  };
}
