import { aFunction, anObject, checkArgument, checkValues, trueOrFalse } from "../arguments.js";
import { createBackend } from "../engine/backend/backend.js";
import { InputError } from "../errors.js";
import type { TestedBaselines } from "../fit/baselineScores.js";
import { optionNames } from "../fit/checkOptions.js";
import { checkTest } from "../fit/checkTest.js";
import { type Summary, summarizeMetrics } from "../fit/metrics/summary.js";
import { backendOptions, type FitOptions } from "../fit/options.js";
import { checkNames } from "../names.js";
import type { Task } from "../preprocess/kinds.js";
import type { Frame } from "../tables/frame.js";
import type { Split } from "../tables/splits.js";
import { evaluationSplits, type SplitOptions } from "./evaluationSplits.js";
import { type OutOfFold, outOfFold } from "./outOfFold.js";
import { type TestedTable, testTable } from "./predictTable.js";
import { scoreBaselines } from "./scoreBaselines.js";
import type { TabularModel } from "./tabularModel.js";
import { trainModel } from "./trainModel.js";

/** What `trainModel` takes, and how rows are split. */
export interface CrossValidationOptions
  extends Omit<FitOptions, "test" | "onProgress">,
    Pick<SplitOptions, "folds" | "repeats" | "testRows"> {
  /** Whether the result has what was predicted for every test row. Default false. */
  readonly predictions?: boolean | undefined;
  /** Hears how far it has come. */
  readonly onProgress?: ((progress: CrossValidationProgress) => void) | undefined;
}

/** How far a cross-validation has come. */
export interface CrossValidationProgress {
  /** Counted from 0, of so many. */
  readonly split: number;
  readonly splits: number;
  /** The share of all that is done, in [0, 1]. */
  readonly done: number;
}

/** What a way of training came to on rows that it did not see. */
export interface CrossValidation {
  readonly task: Task;
  readonly splits: readonly TestedSplit[];
  /** By metric, null where it is not defined in some split. Drawn anew, the same rows are split: the standard error is that of one time of drawing. */
  readonly metrics: Readonly<Record<string, Summary | null>>;
  readonly baselines: {
    readonly linear: Readonly<Record<string, Summary | null>>;
    readonly constant: Readonly<Record<string, Summary | null>>;
  };
  /** Null unless it was asked for. */
  readonly predictions: OutOfFold | null;
}

/** A model trained on one part of the rows, its scores on another, and those of a constant and a linear model. */
export interface TestedSplit extends Split, TestedBaselines {
  readonly model: TabularModel;
  /** Every metric, null where it is not defined for these rows. */
  readonly scores: TestedTable["scores"]["metrics"];
  /** Null unless predictions were asked for. */
  readonly tested: Pick<TestedTable, "truth" | "predicted"> | null;
}

const ownOptions = ["folds", "repeats", "testRows", "predictions"] satisfies (keyof CrossValidationOptions)[];

/** Throws InputError for a table to test on, as a program without types may give one. */
function checkNoTest(options: object): void {
  if ((options as { readonly test?: unknown }).test === undefined) return;
  throw new InputError({
    code: "conflicting-arguments",
    found: "Cross-validation tests on parts of the table that it trains on, and takes no other one as `test`",
    remedy: "leave it out, or say by `testRows` which rows each split is tested on",
  });
}

/**
 * Trains on the train part of every split and scores on its test part: of k folds, of folds of whole groups, of windows in time, or of splits
 * that are given (`evaluationSplits`). All is learned anew for every split, λ and what columns hold among it; inside a train part rows are
 * held out by the same groups and times.
 *
 * Throws InputError for whatever `evaluationSplits` and `trainModel` refuse, before the first step; a `signal` that is aborted ends it with the
 * signal's reason, since means over a part of the splits would pass for those over all.
 */
export async function crossValidate(
  frame: Frame,
  target: string | readonly string[],
  options: CrossValidationOptions = {},
): Promise<CrossValidation> {
  checkArgument("argument of options", options, anObject);
  checkNames(options, [...ownOptions, ...optionNames]);
  checkValues(options, { predictions: trueOrFalse, onProgress: aFunction });
  checkNoTest(options);
  const { folds, repeats, testRows, predictions = false, onProgress, ...training } = options;
  const { run, runBaselines, signal } = training;
  const splits = evaluationSplits(frame, target, { ...training, folds, repeats, testRows });
  for (const { train, test } of splits) {
    checkTest(frame, target, { ...training, rows: train }, { frame, rows: test });
  }
  const backend = await createBackend(backendOptions(training));
  const tested: TestedSplit[] = [];
  for (const [split, { train, test }] of splits.entries()) {
    const model = await trainModel(frame, target, {
      ...training,
      run,
      rows: train,
      test: { frame, rows: test },
      onProgress: ({ done, total }) =>
        onProgress?.({ split, splits: splits.length, done: (split + done / total) / splits.length }),
    });
    const looked = testTable(backend, model, frame, test);
    const running = { run: runBaselines, signal };
    const learned = { frame, rows: train, weights: training };
    const baselines = await scoreBaselines(model, learned, { frame, rows: test }, running);
    signal?.throwIfAborted();
    const { metrics: scores } = looked.scores;
    tested.push({ train, test, model, scores, ...baselines, tested: predictions ? looked : null });
  }
  const summary = (of: (split: TestedSplit) => TestedSplit["scores"] | null) =>
    Object.fromEntries(
      Object.entries(summarizeMetrics(tested.flatMap((split) => of(split) ?? []))).map(([metric, all]) => [
        metric,
        all?.stderr ? { ...all, stderr: all.stderr * Math.sqrt(repeats ?? 1) } : all,
      ]),
    );
  return {
    task: tested[0].model.target.task,
    splits: tested,
    metrics: summary(({ scores }) => scores),
    baselines: { linear: summary(({ linear }) => linear), constant: summary(({ constant }) => constant) },
    predictions: predictions ? outOfFold(tested) : null,
  };
}
