import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { createBackend, crossValidate, InputError } from "psilon";
import { whole } from "../arguments.js";
import { commandLine } from "../commandLine.js";
import { readProblem } from "../data/readProblem.js";
import type { Io } from "../io.js";
import { createWorkers } from "../jobs.js";
import { addObjectiveOptions } from "../objectiveOptions.js";
import { createProgress } from "../progress.js";
import { addThresholdOptions } from "../rareClasses.js";
import { type Evaluation, evaluationText } from "../render/evaluation.js";
import { evaluateResults } from "../runs/evaluateResults.js";
import { addRecordOptions, type RecordFlags } from "../runs/recordOptions.js";
import { beginRun, type Run } from "../runs/run.js";
import { readFrame } from "../tables/readFrame.js";
import { calibrationOf, perClassOf } from "../testedRows.js";
import { addStoppingOptions, addTrainingOptions, type TrainingFlags } from "../trainingFlags.js";
import { aimAt, trainOptions, trainReadOptions } from "../trainingOptions.js";

interface Flags extends TrainingFlags, RecordFlags {
  readonly splits?: string;
  readonly folds?: number;
  readonly repeats?: number;
  readonly perClass?: true;
  readonly calibration?: true;
}

export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command("evaluate <data>")
    .description("Train on the train part of every split and report the scores on the test parts.")
    .option("--splits <file>", 'test rows, counted from 0, as JSON: {"test": [[0, 7], [3, 4]]}')
    .option(
      "--folds <k>",
      "folds to split the rows into instead (default: 5); with --time-column, parts to test after training on all before",
      whole("--folds", 2, 1000),
    )
    .option("--repeats <n>", "draw the folds anew so many times (default: 1)", whole("--repeats", 1, 1000))
    .option("--per-class", "also precision, recall and F1 of every class, and the confusion matrix")
    .option(
      "--calibration",
      "also how far predictions can be taken at their word: probabilities beside shares, numbers beside means",
    )
    .addHelpText(
      "before",
      `Examples:
  psilon evaluate sample:penguins --target species --folds 5
  psilon evaluate sample:penguins --target species --per-class --calibration
  psilon evaluate orders.csv --target returned --groups customer --repeats 3
  psilon evaluate sales.csv --target amount --time-column day
  psilon evaluate houses.csv --target price --splits splits.json --preset best --json
`,
    )
    .action((data: string, flags: Flags, own: Command) => evaluate(data, flags, commandLine(own), io));
  addRecordOptions(addStoppingOptions(addThresholdOptions(addObjectiveOptions(addTrainingOptions(command)))));
}

async function evaluate(data: string, flags: Flags, line: string, io: Io): Promise<void> {
  const drawn = flags.folds !== undefined ? "folds" : flags.repeats !== undefined ? "repeats" : undefined;
  if (flags.splits !== undefined && drawn) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The options --splits and --${drawn} both say how to split`,
      remedy: "give only one of them",
    });
  }
  if (flags.splits !== undefined && flags.sample !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --splits counts the rows of the whole table, of which --sample draws some",
      remedy: "leave one of them out",
    });
  }
  if (flags.calibration && flags.quantile) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --calibration compares predictions with means, and quantiles are none",
      remedy: "leave it out; the coverage among the scores tells what share of rows they hold",
    });
  }
  const started = performance.now();
  const options = trainOptions(flags);
  // Now, so that a missing BLAS is found before the table is read.
  await createBackend({ provider: flags.backend });
  const testRows = flags.splits === undefined ? undefined : await readTestRows(flags.splits);
  const workers = createWorkers(flags.threads);
  const progress = createProgress(io);
  let run: Run | undefined;
  try {
    const frame = await readFrame(data, io, trainReadOptions(flags, options, progress, io));
    const aim = aimAt(frame, flags, options);
    if (flags.perClass && aim.schema.task === "regression") {
      const names = aim.target.map((name) => `"${name}"`).join(", ");
      throw new InputError({
        code: "wrong-task",
        found: `The option --per-class tells classes apart, but ${names} is to be predicted as a number`,
        remedy: "leave it out, or ask for classes with --task classification",
      });
    }
    run = await beginRun({ command: "evaluate", flags, target: aim.target, line, io }, frame, null);
    const { groups, timeColumn } = aim.options;
    const result = await crossValidate(frame, aim.target, {
      ...aim.options,
      folds: flags.folds,
      repeats: flags.repeats,
      testRows,
      predictions: flags.perClass || flags.calibration,
      run: workers.run,
      runBaselines: workers.runBaselines,
      signal: io.signal,
      onProgress: ({ split, splits, done }) =>
        progress.update(`Split ${split + 1} of ${splits}`, done * splits, splits),
    });
    await run.end(evaluateResults(result));
    const { task, splits, metrics, baselines } = result;
    const records = splits.map(({ model }) => model.record);
    const tested = splits.flatMap((split) => split.tested ?? []);
    progress.stop();
    const evaluation: Evaluation = {
      task,
      data: frame.origin.source,
      target: aim.target,
      network: flags.network,
      preset: flags.preset,
      splits: splits.length,
      ...(flags.repeats !== undefined && { repeats: flags.repeats }),
      ...(groups !== undefined && { groups }),
      ...(timeColumn !== undefined && { timeColumn }),
      metrics,
      baselines,
      lambdas: records.map(({ lambda }) => lambda),
      bounds: records.map(({ bounds }) => bounds[0].value),
      sparsities: records.map(({ sparsity }) => sparsity),
      ...(flags.perClass && { perClass: perClassOf(tested) }),
      ...(flags.calibration && { calibration: calibrationOf(tested) }),
      seconds: (performance.now() - started) / 1000,
      run: run.id,
    };
    io.stdout.write(flags.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation));
  } catch (error) {
    await run?.fail(error);
    throw error;
  } finally {
    progress.stop();
    await workers.close();
  }
}

async function readTestRows(path: string): Promise<readonly (readonly number[])[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw readProblem("file of splits", path, error);
  });
  let parsed: { readonly test?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError({
      code: "wrong-format",
      found: `The file of splits "${path}" is not JSON`,
      where: { source: path },
      remedy: 'it should look like {"test": [[0, 7], [3, 4]]}',
    });
  }
  const test = parsed?.test;
  if (!Array.isArray(test)) {
    throw new InputError({
      code: "wrong-format",
      found: `The file of splits "${path}" has no list named "test"`,
      where: { source: path },
      remedy: 'it should look like {"test": [[0, 7], [3, 4]]}',
    });
  }
  return test;
}
