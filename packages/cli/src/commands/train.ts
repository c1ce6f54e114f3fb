import type { Command } from "commander";
import {
  type BaselineRunner,
  createBackend,
  encodingOf,
  type Frame,
  guaranteeOf,
  holdoutRows,
  InputError,
  rowsOfKnownClasses,
  rowsWithTarget,
  saveModel,
  scoreBaselines,
  type TablePart,
  type TestedTable,
  targetNames,
  testTable,
  trainModel,
  type Warning,
  warningsOf,
} from "psilon";
import { number } from "../arguments.js";
import { type CheckpointFlags, journalOf } from "../checkpoints/journalOf.js";
import { commandLine } from "../commandLine.js";
import type { Io } from "../io.js";
import { createWorkers } from "../jobs.js";
import { keepModel } from "../keepModel.js";
import { addObjectiveOptions } from "../objectiveOptions.js";
import { openOutput } from "../output.js";
import { openPlot } from "../plot.js";
import { createProgress } from "../progress.js";
import { pruningGain } from "../pruningGain.js";
import { addThresholdOptions } from "../rareClasses.js";
import { readOptionsFor } from "../readingOptions.js";
import { waysToTrain } from "../render/certifiedTraining.js";
import { guaranteeJson } from "../render/guarantee.js";
import { whyLeftOut } from "../render/leftOut.js";
import { type TrainingSummary, trainingText } from "../render/training.js";
import { trainingCharts } from "../render/trainingCharts.js";
import { addRecordOptions, type RecordFlags } from "../runs/recordOptions.js";
import { beginRun, type Run } from "../runs/run.js";
import { trainResults } from "../runs/trainResults.js";
import { isSameSource } from "../sources.js";
import { readFrame } from "../tables/readFrame.js";
import { addStoppingOptions, addTrainingOptions, type TrainingFlags } from "../trainingFlags.js";
import { type Aim, aimAt, trainOptions, trainReadOptions } from "../trainingOptions.js";
import { copiesNote, noteOf } from "../warnings.js";

interface Flags extends TrainingFlags, RecordFlags, CheckpointFlags {
  readonly test?: string;
  readonly holdout?: number;
  readonly out: string;
  readonly plot?: string;
}

const HOLDOUT = 0.2;

const NO_THRESHOLD =
  "No threshold was chosen, since training ended before all held-out rows were predicted; the model labels rows as of the likelier class.";

const NO_INTERVAL = "There are no intervals, since training ended before all held-out rows were predicted.";

export function addTrain(program: Command, io: Io): void {
  const command = program
    .command("train <data>")
    .description("Train a model, test it and save it.")
    .option("--test <data>", "a table to test on")
    .option(
      "--holdout <fraction>",
      `share of the rows to test on instead (default: ${HOLDOUT}; 0 trains on all rows)`,
      number("--holdout", "a number of at least 0 and below 1", (value) => value >= 0 && value < 1),
    )
    .option("--out <file>", "where to save the model", "model.safetensors")
    .option("--plot <file.svg>", "draw how training went; the Vega-Lite chart stays beside it, as .vl.json")
    .option(
      "--checkpoint <folder>",
      "keep there how far training has come, now and then, until it is done; not with --time-limit",
    )
    .option(
      "--resume",
      "go on from what --checkpoint has kept, with the same options; the model is the same to the bit with --backend wasm",
    )
    .addHelpText(
      "before",
      `Examples:
  psilon train sample:penguins --target species
  psilon train sample:cars --target Miles_per_Gallon --preset fast
  psilon train houses.csv --target price --test houses-2025.csv --prune 0.9 --out price.safetensors
  psilon train data.csv --target y --column zip=categorical --column id=ignore
  psilon train data.csv --target y --encode bins
  psilon train data.csv --target y --time-limit 5m --plot curves.svg
  psilon train data.csv --target y --checkpoint kept --resume
`,
    )
    .action((data: string, flags: Flags, own: Command) => train(data, flags, commandLine(own), io));
  addRecordOptions(addStoppingOptions(addThresholdOptions(addObjectiveOptions(addTrainingOptions(command)))));
}

async function train(data: string, flags: Flags, line: string, io: Io): Promise<void> {
  if (flags.test !== undefined && flags.holdout !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The options --test and --holdout both say what to test on",
      remedy: "give only one of them",
    });
  }
  if (flags.test !== undefined) await checkSources(data, flags.test);
  const options = trainOptions(flags);
  // Now, so that a missing BLAS or an unwritable file is found before minutes of training.
  const backend = await createBackend({ provider: flags.backend });
  const read = [data, ...(flags.test === undefined ? [] : [flags.test])];
  const output = await openOutput("--out", flags.out, read);
  const plot = flags.plot === undefined ? null : await openPlot(flags.plot, read);
  const journal = journalOf(flags);
  const workers = createWorkers(flags.threads, journal);
  const progress = createProgress(io);
  let run: Run | undefined;
  let isDone = false;
  try {
    const frame = await readFrame(data, io, trainReadOptions(flags, options, progress, io));
    progress.stop();
    const aim = aimAt(frame, flags, options);
    const { train: trainPart, test } = await chooseParts(frame, aim, flags, io);
    const isHeeded = ({ code }: Warning) =>
      code === "imbalanced-classes" && (options.classWeights ?? options.threshold) !== undefined;
    for (const warning of warningsOf(frame, aim.schema)) {
      if (!isHeeded(warning)) io.stderr.write(`note: ${noteOf(warning)}\n`);
    }
    const split = test?.frame === frame ? { train: trainPart.rows, test: test.rows } : null;
    const copies = split && copiesNote(frame, aim, split);
    if (copies) io.stderr.write(`note: ${copies}\n`);
    const testFrame = test && test.frame !== frame ? test.frame : null;
    journal?.begin(frame, testFrame);
    run = await beginRun({ command: "train", flags, target: aim.target, line, io }, frame, testFrame);
    const runBaselines: BaselineRunner = (jobs, hooks) => {
      progress.update("Fitting a linear model to compare with", 0, jobs.length);
      return workers.runBaselines(jobs, hooks);
    };
    const model = await trainModel(frame, aim.target, {
      ...aim.options,
      validationCurve: plot !== null,
      rows: trainPart.rows,
      test: test ?? undefined,
      run: workers.run,
      runBaselines,
      // What comes after may fail, or take too long for whoever waits.
      onModel: (trained) => keepModel(saveModel(trained), output.writeDraft),
      signal: io.signal,
      onProgress: ({ stage, done, total }) =>
        progress.update(
          stage === "scale"
            ? "Choosing the target's scale"
            : stage === "search" && flags.lambda === "auto"
              ? "Searching λ"
              : "Training the model",
          done,
          total,
        ),
    });
    const bytes = saveModel(model);
    await keepModel(bytes, output.write);
    if (options.threshold && !("threshold" in model.target)) io.stderr.write(`note: ${NO_THRESHOLD}\n`);
    if (options.interval !== undefined && !("interval" in model.target))
      io.stderr.write(`note: ${NO_INTERVAL}\n`);
    const { history } = model.record;
    if (history) await plot?.draw(trainingCharts(model, history, frame.origin.source));
    const running = { run: runBaselines, signal: io.signal };
    const tested = test && testTable(backend, model, test.frame, test.rows);
    const weighted = { ...trainPart, weights: aim.options };
    const baselines = test && (await scoreBaselines(model, weighted, test, running));
    progress.stop();
    const guarantee =
      test && (await guaranteeOf(backend, model, test.frame, { rows: test.rows, signal: io.signal }));
    for (const note of journal?.notes() ?? []) io.stderr.write(`note: ${note}\n`);
    for (const note of tested?.predicted.notes ?? []) io.stderr.write(`note: ${note}\n`);
    const scores = tested && baselines && { ...withMetrics(tested.scores), ...baselines };
    await run.end(trainResults(model, scores, output.path, bytes));
    const summary: TrainingSummary = {
      data: frame.origin.source,
      trainRows: trainPart.rows.length,
      model,
      weights: aim.weights,
      gain: pruningGain(backend, model),
      test: scores && { rows: test.rows.length, ...scores },
      guarantee,
      run: run.id,
      out: output.path,
      ...(plot && { plot: plot.path }),
    };
    io.stdout.write(flags.json ? `${JSON.stringify(trainingJson(summary))}\n` : trainingText(summary));
    isDone = !io.signal.aborted;
  } catch (error) {
    await run?.fail(error);
    throw error;
  } finally {
    progress.stop();
    await workers.close();
    journal?.close(isDone);
  }
}

/** Throws InputError where the test rows would be those that are learned from, or could not be read beside them. */
async function checkSources(data: string, test: string): Promise<void> {
  if (data === "-" && test === "-") {
    throw new InputError({
      code: "named-twice",
      found: "Standard input (-) can be read only once",
      remedy: "name a file for the data or for --test",
    });
  }
  if (await isSameSource(data, test)) {
    throw new InputError({
      code: "named-twice",
      found: `The option --test names the table that is learned from, "${test}", on which no score tells anything`,
      value: test,
      remedy: "name another, or leave it out to test on a part of the rows",
    });
  }
}

async function chooseParts(
  frame: Frame,
  aim: Aim,
  { test: testData, holdout = HOLDOUT, ...flags }: Flags,
  io: Io,
): Promise<{ readonly train: TablePart; readonly test: TablePart | null }> {
  const usable = (of: Frame): TablePart => ({
    frame: of,
    rows: rowsOfKnownClasses(aim.schema, of, rowsWithTarget(of, aim.target)),
  });
  if (testData !== undefined) {
    const test = await readFrame(testData, io, readOptionsFor(aim.schema, flags, io));
    const rows = rowsWithTarget(test, aim.target);
    if (rows.length > 0) return { train: usable(frame), test: { frame: test, rows } };
    const { source } = test.origin;
    throw new InputError({
      code: "no-labelled-rows",
      found: `No row of ${source} has a value to predict (${aim.target.join(", ")})`,
      where: { source },
    });
  }
  if (holdout === 0) return { train: usable(frame), test: null };
  const { train, test } = holdoutRows(frame, aim.target, aim.options, holdout);
  return { train: { frame, rows: train }, test: { frame, rows: test } };
}

/** Of all rows together as the model's, beside those of each class or target. */
function withMetrics({ task: _, metrics, ...each }: TestedTable["scores"]) {
  return { model: metrics, ...each };
}

function trainingJson(summary: TrainingSummary): object {
  const { data, model, weights, gain, test, guarantee, run, out, plot } = summary;
  const { schema, encoder, target, record, members } = model;
  const encodings = new Map(
    encoder.columns.flatMap((column) =>
      column.kind === "numeric" ? [[column.date?.column ?? column.name, encodingOf(column)]] : [],
    ),
  );
  return {
    task: target.task,
    target: targetNames(target),
    data,
    ...(target.task === "classification" && { classes: target.classes }),
    columns: schema.columns.map((column) => ({
      name: column.name,
      role: column.role,
      kind: column.kind,
      missing: column.missing,
      reason: column.role === "ignored" ? whyLeftOut(model, column, weights) : column.reason,
      encoding: encodings.get(column.name),
    })),
    members: members.length,
    ...record,
    ...(record.objective && { training: waysToTrain(model) }),
    ...(gain && { gain }),
    rows: { ...schema.rows, train: record.rows, test: test?.rows ?? 0 },
    test,
    guarantee: guaranteeJson(guarantee),
    run,
    out,
    plot,
  };
}
