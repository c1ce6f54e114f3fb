import { type Command, Option } from "commander";
import {
  createBackend,
  type Frame,
  type PruneOptions,
  predictTable,
  pruneModel,
  rowsWithTarget,
  saveModel,
  scoreTable,
  type TabularModel,
  targetNames,
} from "psilon";
import { addRequired, jsonOption, number, pruningOption, scopeOption, whole } from "../arguments.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { createWorkers, defaultThreads } from "../jobs.js";
import { keepModel } from "../keepModel.js";
import { openOutput } from "../output.js";
import { createProgress } from "../progress.js";
import { addWeightOptions, sampleWeightsIn, type WeightFlags, withWeights } from "../rareClasses.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { type PruningSummary, pruningText, type Weighed } from "../render/pruning.js";
import { shortestTime } from "../shortestTime.js";
import { readFrame } from "../tables/readFrame.js";

interface Flags extends ReadingFlags, WeightFlags {
  readonly sparsity: number;
  readonly pruning?: NonNullable<PruneOptions["pruning"]>;
  readonly scope?: NonNullable<PruneOptions["scope"]>;
  readonly out: string;
  readonly seed?: number;
  readonly threads: number;
  readonly json?: true;
}

export function addPrune(program: Command, io: Io): void {
  const command = program
    .command("prune <model> <data>")
    .description("Train on towards exact zeros and remove the units that are then dead.");
  const sparsity = new Option("--sparsity <s>", "share of the weights to be exactly 0").argParser(
    number("--sparsity", "a number above 0 and below 1", (value) => value > 0 && value < 1),
  );
  addRequired(command, sparsity).addOption(pruningOption()).addOption(scopeOption());
  addRequired(command, new Option("--out <file>", "where to save the pruned model"))
    .option(
      "--seed <n>",
      "makes every random choice (default: the model's)",
      number("--seed", "a whole number"),
    )
    .option("--threads <n>", "networks to train at a time", whole("--threads", 1, 1024), defaultThreads())
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon prune model.safetensors houses.csv --sparsity 0.9 --out small.safetensors
  psilon prune model.safetensors houses.csv --sparsity 0.9 --pruning path-magnitude --out small.safetensors
`,
    )
    .action((model: string, data: string, flags: Flags) => prune(model, data, flags, io));
  addWeightOptions(addReadingOptions(command));
}

async function prune(path: string, data: string, flags: Flags, io: Io): Promise<void> {
  const model = await readModel(path);
  // The model may be replaced by its pruned self.
  const output = await openOutput("--out", flags.out, [data]);
  const workers = createWorkers(flags.threads);
  const progress = createProgress(io);
  try {
    const frame = await readFrame(data, io, withWeights(readOptionsFor(model.schema, flags, io), flags));
    const pruned = await pruneModel(model, frame, flags.sparsity, {
      ...(flags.seed !== undefined && { seed: flags.seed }),
      classWeights: flags.classWeights,
      sampleWeights:
        flags.sampleWeights === undefined
          ? undefined
          : sampleWeightsIn(frame, flags.sampleWeights, targetNames(model.target)),
      pruning: flags.pruning,
      scope: flags.scope,
      run: workers.run,
      signal: io.signal,
      onProgress: ({ done, total }) => progress.update("Pruning", done, total),
    });
    progress.stop();
    if ("interval" in model.target)
      io.stderr.write(
        "note: The pruned model has no intervals, since nobody knows how far off it predicts rows that it has not seen.\n",
      );
    const bytes = saveModel(pruned);
    await keepModel(bytes, output.write);
    const summary: PruningSummary = {
      before: await weigh(model, saveModel(model).length, frame),
      after: await weigh(pruned, bytes.length, frame),
      model: pruned,
      out: output.path,
    };
    io.stdout.write(flags.json ? `${JSON.stringify(pruningJson(summary))}\n` : pruningText(summary));
  } finally {
    progress.stop();
    await workers.close();
  }
}

/** What a model costs and what it is worth on a table. */
async function weigh(model: TabularModel, bytes: number, frame: Frame): Promise<Weighed> {
  const backend = await createBackend();
  const { target } = model;
  const rows = rowsWithTarget(frame, targetNames(target));
  return {
    inputs: model.members.reduce((sum, { inputs }) => sum + inputs.length, 0),
    units: model.members.reduce(
      (sum, { network }) => sum + network.layers.slice(0, -1).reduce((units, layer) => units + layer.rows, 0),
      0,
    ),
    parameters: model.record.parameters,
    bytes,
    milliseconds: shortestTime(() => predictTable(backend, model, frame, rows)),
    bound: model.record.bounds[0].value,
    scores: scoreTable(backend, model, frame, rows),
  };
}

function pruningJson({ before, after, model, out }: PruningSummary): object {
  const { sparsity, nearSparsity, pruning, bounds, seconds } = model.record;
  return { before, after, sparsity, nearSparsity, pruning, bounds, seconds, out };
}
