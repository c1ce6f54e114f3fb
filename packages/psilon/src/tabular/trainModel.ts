import { type BackendOptions, createBackend } from "../backend/backend.js";
import { InputError } from "../errors.js";
import { type NetworkSpec, networkKinds } from "../networks/spec.js";
import { derive } from "../random/derive.js";
import { createRandom } from "../random/random.js";
import { shuffle } from "../random/shuffle.js";
import type { TrainingSpec } from "../training/spec.js";
import { assemble } from "./assemble.js";
import { baselineScores, type Places } from "./baselineScores.js";
import type { TrainingJob } from "./job.js";
import type { TabularModel, ValidationRecord } from "./model.js";
import { checkOptions, type TrainOptions } from "./options.js";
import { lossFor } from "./outputs.js";
import { dataAt, type Prepared, prepare } from "./prepare.js";
import { oneCycle, type PresetPlan, presets, type Selection } from "./presets.js";
import { runInProcess } from "./runner.js";
import { inferSchema, rowsWithTarget, type Schema } from "./schema.js";
import { bestTrial, type Trial, trials } from "./search.js";
import { holdout, kFolds } from "./splits.js";
import type { Table } from "./table.js";
import { classLabels, fitTarget } from "./target.js";

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
  const schema = inferSchema(table, {
    target,
    ...(options.task && { task: options.task }),
    ...(options.columns && { overrides: options.columns }),
  });
  const rows = options.rows ?? rowsWithTarget(table, [target].flat());
  const splits = chooseSplits(selection, rows.length, seed, labelsOf(table, schema, rows));
  const learnFrom = selection.kind === "holdout" ? splits[0].train : null;
  const prepared = prepare(table, schema, rows, options, learnFrom);

  const backend: BackendOptions = {
    provider: options.backend ?? "auto",
    ...(options.relaxedSimd === undefined ? {} : { relaxedSimd: options.relaxedSimd }),
  };
  const everything = Int32Array.from(rows, (_, place) => place);
  const jobFor = (split: number | "refit", lambda: number): TrainingJob => {
    const train = split === "refit" ? everything : splits[split].train;
    return {
      network: networkSpec(prepared, plan, options),
      training: trainingSpec(prepared, plan, options, train.length, lambda, derive(seed, "network", split)),
      train: dataAt(prepared, train),
      validation: split === "refit" ? null : dataAt(prepared, splits[split].test),
      backend,
    };
  };

  const { lambda = "auto" } = options;
  const lambdas = lambda === "auto" ? plan.lambdas : [lambda];
  const searchJobs = lambdas.flatMap((value) => splits.map((_, split) => jobFor(split, value)));
  const total = searchJobs.length + (selection.kind === "refit" ? 1 : 0);
  const results = await run(searchJobs, {
    signal,
    onProgress: (done) => onProgress?.({ stage: "search", done, total }),
  });
  const grid = trials(prepared, lambdas, splits, results);
  const best = bestTrial(grid);
  if (!best) {
    const problem = results.find((result) => result?.problem)?.problem;
    throw new InputError(problem ?? "Training was stopped before anything was learned.");
  }

  // An ensemble is what the search trained; otherwise one network, trained on all rows unless it was interrupted.
  let chosen = selection.kind === "ensemble" ? best.results : best.results.slice(0, 1);
  const refitJob = selection.kind === "refit" ? jobFor("refit", best.lambda) : null;
  if (refitJob && !signal?.aborted) {
    const [refit] = await run([refitJob], {
      signal,
      onProgress: (done) => onProgress?.({ stage: "refit", done: searchJobs.length + done, total }),
    });
    // A refit that was cut short is worth less than the search's finished network.
    if (refit && (refit.outcome === "finished" || refit.outcome === "early")) chosen = [refit];
  }

  const job = refitJob ?? jobFor(0, best.lambda);
  const { members, figures } = assemble(chosen, options.prune ?? 0);
  const validation = best.scores && validationRecord(prepared, splits, best.scores, seed);
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
      backend: (await createBackend(backend)).product.description,
      interrupted: signal?.aborted === true,
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
    case "holdout": {
      const { train, test } = holdout(n, selection.fraction, random, labels);
      if (train.length <= selection.trainRows) return [{ train, test }];
      const order = shuffle(train.slice(), random);
      const rest = order.slice(selection.trainRows);
      return [{ train: order.slice(0, selection.trainRows), test: Int32Array.from([...test, ...rest]) }];
    }
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
    // A refit has no rows to watch, so the search must not profit from watching either.
    patience: plan.selection.kind === "refit" ? null : epochs,
    pruning: prune > 0 ? { sparsity: prune, stage: PRUNING_STAGE } : null,
    seed,
  };
}
