import { anObject, checkArgument } from "../arguments.js";
import { networkBound } from "../bounds/globalBounds.js";
import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import { InputError } from "../errors.js";
import { meanFigure, networkCondition, networkSparsity } from "../folded/figures.js";
import type { FoldedNetwork } from "../folded/folded.js";
import { checkEncodings, encodingIn } from "../preprocess/encodings.js";
import type { Task } from "../preprocess/kinds.js";
import { checkMonotone } from "../preprocess/monotone.js";
import { dataAt, prepare, truthAt } from "../preprocess/prepare.js";
import { fitPreprocessing } from "../preprocess/preprocessing.js";
import { rowsToLearnFrom, targetsOf } from "../preprocess/trainRows.js";
import { checkFrame, type Frame } from "../tables/frame.js";
import { rowSplitter } from "../tables/rowSplitter.js";
import { pick, splitCopies } from "../tables/splits.js";
import { type Choices, type ComparableSetting, type Grid, makeGrid } from "./grid.js";
import type { CurvePoint, TrainingJob, TrainingResult } from "./job.js";
import { type Summary, summarize } from "./metrics/summary.js";
import { backendOptions, type FitOptions, targetOptions } from "./options.js";
import { scoreOutputs, summarizeScores } from "./outputs.js";
import { shapesFor } from "./plan.js";
import { presets } from "./presets.js";
import { runInProcess } from "./runner.js";
import { networkSpec, trainingSpec } from "./specs.js";

/** How the members of a comparison fared, each with one network a fold, all with the same folds, seeds and epochs. */
export interface Comparison {
  readonly task: Task;
  readonly folds: number;
  readonly entries: readonly ComparisonEntry[];
  readonly refused: Grid["refused"];
}

/** How one member of a comparison fared. */
export interface ComparisonEntry {
  readonly choices: Choices;
  /** Folds whose network diverged; the figures below are those of the others, and null without any. */
  readonly diverged: number;
  /** By metric, on the folds' held-out rows in the target's units. */
  readonly scores: Readonly<Record<string, Summary>> | null;
  /** At the end of training: the tightest bound in scaled units, the share of weights that are 0, κ of the weights. */
  readonly bound: Summary | null;
  readonly sparsity: Summary | null;
  readonly condition: Summary | null;
  /** What one network's training took, on average. */
  readonly seconds: number;
  /** Means over the folds. */
  readonly curve: readonly CurvePoint[];
}

/** Points of each curve. */
const POINTS = 25;

/**
 * Trains every combination of the values in `over` on k folds of the table, with equal budgets, and scores each on the
 * held-out rows. λ is not searched for: it is an option or one of the values. Columns and scaling are learned from each
 * fold's train part alone.
 *
 * `folds`: k, default 5. Throws InputError for tables and options that cannot be trained on, and when no combination makes
 * sense; an aborted `signal` ends it with the signal's reason.
 */
export async function compare(
  frame: Frame,
  target: string | readonly string[],
  over: Readonly<Partial<Record<ComparableSetting, readonly (string | number)[]>>>,
  options: FitOptions & { readonly folds?: number } = {},
): Promise<Comparison> {
  checkFrame(frame);
  checkArgument("argument of options", options, anObject);
  const { folds = 5, ...training } = options;
  const { seed = 0, preset = "balanced", run = runInProcess, signal, onProgress } = training;
  const [heldOut, purpose] =
    training.threshold !== undefined
      ? ["threshold", "choose a threshold on"]
      : training.interval !== undefined
        ? ["interval", "learn an interval from"]
        : [];
  if (heldOut) {
    throw new InputError({
      code: "unsuitable",
      found: `A comparison scores networks on all the rows that they were not trained on, which leaves none to ${purpose}`,
      remedy: `leave the ${heldOut} out`,
    });
  }
  const early =
    training.patience !== undefined ? "patience" : training.timeLimit !== undefined ? "a time limit" : null;
  if (early) {
    throw new InputError({
      code: "unsuitable",
      found: `A comparison trains everything for as many epochs, and ${early} would end each training at its own`,
      remedy: "leave it out",
    });
  }
  const grid = makeGrid(over, training);
  const { schema, rows, labels } = rowsToLearnFrom(frame, targetsOf(target), options);
  const random = createRandom(derive(seed, "splits"));
  const splits = splitCopies(rows, labels, (some, own) =>
    rowSplitter(frame, some, own, options, random).folds(folds),
  );
  const { encode = {} } = options;
  checkEncodings(encode, schema);
  const parts = splits.map(({ train, test }) => {
    const preprocessing = fitPreprocessing(frame, pick(rows, train), schema, {
      ...targetOptions(options),
      encodingOf: encodingIn(encode),
    });
    const prepared = prepare(preprocessing, frame, rows, options);
    const truth = truthAt(prepared, test);
    return { prepared, train: dataAt(prepared, train), test: dataAt(prepared, test), truth };
  });
  checkMonotone(options.monotone ?? {}, schema, parts[0].prepared.target);
  // A row more or less in a fold may not change its number of epochs.
  const pacedBy = Math.min(...parts.map(({ train }) => train.rows));
  const jobs = grid.members.flatMap(({ options: own }) =>
    parts.map(({ prepared, train, test }, fold): TrainingJob => {
      const lambda = typeof own.lambda === "number" ? own.lambda : DEFAULT_LAMBDA;
      // The same seed for all members: they start from the same directions and see the same batches.
      const seedOfFold = derive(seed, "network", fold);
      return {
        network: networkSpec(
          prepared,
          shapesFor(presets[preset], prepared.target.task, own, pacedBy)[0],
          own,
        ),
        training: trainingSpec(prepared, presets[preset], own, pacedBy, { lambda }, seedOfFold),
        train,
        validation: test,
        curvePoints: POINTS,
        backend: backendOptions(own),
      };
    }),
  );
  const results = await run(jobs, {
    signal,
    onProgress: (done) => onProgress?.({ stage: "search", done, total: jobs.length }),
  });
  // Means over a part of the networks would pass for those over all.
  signal?.throwIfAborted();
  const entries = grid.members.map(({ choices }, m): ComparisonEntry => {
    const own = results.slice(m * folds, (m + 1) * folds) as readonly TrainingResult[];
    const sound = parts.flatMap((part, fold) =>
      own[fold].outcome === "not-finite" ? [] : [{ ...part, result: own[fold] }],
    );
    const summary = (of: (networks: readonly FoldedNetwork[]) => number) =>
      sound.length === 0 ? null : summarize(sound.map(({ result }) => of(result.networks)));
    return {
      choices,
      diverged: folds - sound.length,
      scores:
        sound.length === 0
          ? null
          : summarizeScores(
              sound.map(({ prepared, truth, result }) =>
                scoreOutputs(prepared.target, truth, result.validationOutputs ?? []),
              ),
            ),
      bound: summary(networkBound),
      sparsity: summary((networks) => meanFigure(networks, networkSparsity)),
      condition: summary((networks) => meanFigure(networks, networkCondition)),
      seconds: summarize(own.map(({ seconds }) => seconds)).mean,
      curve: meanCurve(sound.map(({ result }) => result.curve)),
    };
  });
  return { task: parts[0].prepared.target.task, folds, entries, refused: grid.refused };
}

/** λ where none is given: small, so that what is compared shows. */
const DEFAULT_LAMBDA = 1e-4;

function meanCurve(curves: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  if (curves.length === 0) return [];
  return curves[0].map(({ epoch }, i) => {
    const mean = (of: (point: CurvePoint) => number) =>
      curves.reduce((sum, curve) => sum + of(curve[i]) / curves.length, 0);
    return {
      epoch,
      loss: mean(({ loss }) => loss),
      validation: mean(({ validation }) => validation),
      bound: mean(({ bound }) => bound),
      sparsity: mean(({ sparsity }) => sparsity),
      condition: mean(({ condition }) => condition),
    };
  });
}
