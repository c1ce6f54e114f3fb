import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { checkTest, createBackend, InputError, summarizeMetrics, testTable, trainModel } from "psilon";
import { whole } from "../arguments.js";
import { scoreBaselines } from "../baselines.js";
import { readProblem } from "../data/readProblem.js";
import type { Io } from "../io.js";
import { createWorkers } from "../jobs.js";
import { addObjectiveOptions } from "../objectiveOptions.js";
import { createProgress } from "../progress.js";
import { addThresholdOptions } from "../rareClasses.js";
import { type Evaluation, evaluationText } from "../render/evaluation.js";
import { foldRows, givenRows } from "../splits.js";
import { readFrame } from "../tables/readFrame.js";
import { calibrationOf, perClassOf, type TestedRows } from "../testedRows.js";
import { addTrainingOptions, type TrainingFlags } from "../trainingFlags.js";
import { aimAt, trainOptions, trainReadOptions } from "../trainingOptions.js";

interface Flags extends TrainingFlags {
  readonly splits?: string;
  readonly folds?: number;
  readonly perClass?: true;
  readonly calibration?: true;
}

const FOLDS = 5;

export function addEvaluate(program: Command, io: Io): void {
  const command = program
    .command("evaluate <data>")
    .description("Train on the train part of every split and report the scores on the test parts.")
    .option("--splits <file>", 'test rows, counted from 0, as JSON: {"test": [[0, 7], [3, 4]]}')
    .option(
      "--folds <k>",
      `folds to split the rows into instead (default: ${FOLDS})`,
      whole("--folds", 2, 1000),
    )
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
  psilon evaluate houses.csv --target price --splits splits.json --preset best --json
`,
    )
    .action((data: string, flags: Flags) => evaluate(data, flags, io));
  addThresholdOptions(addObjectiveOptions(addTrainingOptions(command)));
}

async function evaluate(data: string, flags: Flags, io: Io): Promise<void> {
  if (flags.splits !== undefined && flags.folds !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The options --splits and --folds both say how to split",
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
  const backend = await createBackend({ provider: flags.backend });
  const testRows = flags.splits === undefined ? null : await readTestRows(flags.splits);
  const workers = createWorkers(flags.threads);
  const progress = createProgress(io);
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
    const splits = testRows ? givenRows(frame, aim, testRows) : foldRows(frame, aim, flags.folds ?? FOLDS);
    // Of all splits before the first is trained, so that nothing is trained in vain.
    for (const { train, test } of splits) {
      checkTest(frame, aim.target, { ...aim.options, rows: train }, { frame, rows: test });
    }
    const runs = [];
    const tested: TestedRows[] = [];
    for (const [index, split] of splits.entries()) {
      const model = await trainModel(frame, aim.target, {
        ...aim.options,
        rows: split.train,
        test: { frame, rows: split.test },
        run: workers.run,
        runBaselines: workers.runBaselines,
        signal: io.signal,
        onProgress: ({ done, total }) =>
          progress.update(`Split ${index + 1} of ${splits.length}`, index + done / total, splits.length),
      });
      const [train, test] = [split.train, split.test].map((rows) => ({ frame, rows }));
      const running = { run: workers.runBaselines, signal: io.signal };
      const looked = testTable(backend, model, frame, split.test);
      const { linear, constant } = await scoreBaselines(
        model,
        { ...train, weights: aim.options },
        test,
        running,
      );
      // Means over a part of the splits would pass for those over all.
      io.signal.throwIfAborted();
      runs.push({ model, scores: looked.scores.metrics, constant, linear });
      if (flags.perClass || flags.calibration) tested.push(looked);
    }
    progress.stop();
    const evaluation: Evaluation = {
      task: runs[0].model.target.task,
      data: frame.origin.source,
      target: aim.target,
      network: flags.network,
      preset: flags.preset,
      splits: splits.length,
      metrics: summarizeMetrics(runs.map(({ scores }) => scores)),
      baselines: {
        linear: summarizeMetrics(runs.flatMap(({ linear }) => linear ?? [])),
        constant: summarizeMetrics(runs.map(({ constant }) => constant)),
      },
      lambdas: runs.map(({ model }) => model.record.lambda),
      bounds: runs.map(({ model }) => model.record.bounds[0].value),
      sparsities: runs.map(({ model }) => model.record.sparsity),
      ...(flags.perClass && { perClass: perClassOf(tested) }),
      ...(flags.calibration && { calibration: calibrationOf(tested) }),
      seconds: (performance.now() - started) / 1000,
    };
    io.stdout.write(flags.json ? `${JSON.stringify(evaluation)}\n` : evaluationText(evaluation));
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
