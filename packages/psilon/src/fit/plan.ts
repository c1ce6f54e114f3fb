import { derive } from "../engine/random/derive.js";
import { createRandom } from "../engine/random/random.js";
import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import type { Encoding } from "../preprocess/bins.js";
import type { Encoder } from "../preprocess/encoder.js";
import { checkEncodings, encodingIn } from "../preprocess/encodings.js";
import { noIntervals, rankFor } from "../preprocess/interval.js";
import { columnsOf, type Schema, type Task } from "../preprocess/kinds.js";
import { checkMonotone } from "../preprocess/monotone.js";
import { allData, type Prepared, prepare } from "../preprocess/prepare.js";
import { fitPreprocessing } from "../preprocess/preprocessing.js";
import type { Target } from "../preprocess/target.js";
import { rowsToLearnFrom, targetsOf } from "../preprocess/trainRows.js";
import { checkFrame, type Frame } from "../tables/frame.js";
import { rowSplitter } from "../tables/rowSplitter.js";
import { pick, splitCopies } from "../tables/splits.js";
import type { Places } from "./baselineScores.js";
import { workFor } from "./budget.js";
import type { Candidate, NetworkShape, Way } from "./candidate.js";
import { type CertifiedObjective, checkObjective, regionsLookedAt } from "./certifiedShare.js";
import { checkOptions } from "./checkOptions.js";
import type { TrainingJob } from "./job.js";
import { type LayerKinds, layerKinds } from "./layerKinds.js";
import { backendOptions, type FitOptions, pruningRule, targetOptions } from "./options.js";
import { type PresetPlan, presets, type Search, type Selection } from "./presets.js";
import { networkSpec, trainingSpec } from "./specs.js";
import { checkHeldOut, type ThresholdAim, thresholdAim } from "./thresholdAim.js";
import { together } from "./together.js";
import { createViews, type View, type Views } from "./views.js";
import { worstWays } from "./worstWays.js";

/** All that is settled before the first network is trained. */
export interface Plan {
  readonly schema: Schema;
  readonly target: Target;
  readonly selection: Selection;
  readonly search: Search;
  readonly encodings: readonly Encoding[];
  readonly shapes: readonly NetworkShape[];
  /** Ascending. */
  readonly lambdas: readonly number[];
  /** What candidates are chosen by, where not by the loss. */
  readonly objective?: CertifiedObjective | undefined;
  /** What a threshold is chosen for, once outputs of held-out rows are known. */
  readonly threshold: ThresholdAim | undefined;
  /** The ways to train that an objective is tried with beside every λ, with these λ. */
  worstWaysFor(lambdas: readonly number[]): readonly Way[];
  /** Whether networks on all rows are to know when their like ended. */
  readonly isPatient: boolean;
  /** On how many splits candidates are tried. */
  readonly splits: number;
  readonly views: Views;
  /** The network that a candidate trains on one split of a view, in a share of the steps. */
  jobFor(view: View, split: number, candidate: Candidate, share?: number): TrainingJob;
  /** About how much work such a network is, of the shape in which candidates are searched (`workFor`). */
  refitWork(): number;
  /** One of those that a candidate trains on all rows; only for a share of its epochs, where it is given. */
  refitFor(view: View, candidate: Candidate, nth: number, lasting?: number): TrainingJob;
}

/** Throws InputError for options, tables and rows that cannot be trained on. */
export function makePlan(frame: Frame, target: string | readonly string[], options: FitOptions): Plan {
  checkFrame(frame);
  checkOptions(options);
  const { preset = "balanced", seed = 0, lambda = "auto", encode } = options;
  const presetPlan = presets[preset];
  const { selection, search, lambdas } = presetPlan;
  const { schema, rows, labels } = rowsToLearnFrom(frame, targetsOf(target), options);
  const threshold = thresholdAim(options, schema, labels);
  const splits = splitCopies(rows, labels, (some, own) => {
    const isCounted = options.objective !== undefined && some.length < FOLDS_FOR_COUNTS;
    const isRare = threshold !== undefined && threshold.rows < FOLDS_FOR_THRESHOLDS;
    return chooseSplits(selection, frame, some, own, options, isCounted || isRare);
  });
  if (labels) checkLearned(splits, labels, schema, options);
  if (threshold && labels)
    checkHeldOut(threshold, schema, together(splits.map(({ test }) => pick(labels, test))));
  const learnFrom = selection.kind === "holdout" ? pick(rows, splits[0].train) : rows;
  if (encode) checkEncodings(encode, schema);
  const encodings = typeof encode === "string" ? [encode] : presetPlan.encodings;
  const fitted = fitPreprocessing(frame, learnFrom, schema, {
    ...targetOptions(options),
    encodingOf: encodingsBy(options)(encodings.length > 1 ? "both" : encodings[0]),
  });
  checkMonotone(options.monotone ?? {}, schema, fitted.target);
  if (options.interval !== undefined) checkInterval(options.interval, fitted.target, splits);
  if (options.test) prepare(fitted, options.test.frame, options.test.rows);
  const { objective } = options;
  if (objective) checkObjective(objective, fitted.encoder, fitted.target);
  const kinds = layerKinds(options.network ?? "net", options.parametrization);
  const views = createViews(fitted, frame, rows, splits, encodingsBy(options), options, objective);
  if (objective) {
    const { prepared, placed } = views.whole(encodings[0]);
    // Rows that can become more than can be looked at are to be told before the first step.
    for (const _ of regionsLookedAt(prepared, placed, splits, objective));
  }
  return {
    schema,
    target: fitted.target,
    selection,
    search,
    encodings: isUndecided(fitted.encoder, options) ? encodings : encodings.slice(0, 1),
    shapes: shapesFor(presetPlan, fitted.target.task, options, rows.length),
    lambdas: lambda === "auto" ? lambdas[fitted.target.task] : [lambda],
    objective,
    threshold,
    // Boxes go through one network as it stands, not through members that share one.
    worstWaysFor: (some) =>
      options.members === undefined ? worstWays(some, kinds, mayBePlain(kinds, options)) : [],
    isPatient: options.patience !== undefined,
    splits: splits.length,
    views,
    jobFor({ prepared, parts }, split, candidate, share = 1) {
      const { train, test } = parts[split];
      const trial = job(prepared, train, test, candidate, derive(seed, "network", split), share);
      return options.validationCurve && share === 1 ? { ...trial, isWatched: true } : trial;
    },
    refitWork() {
      const { prepared } = views.sample(encodings[encodings.length - 1]);
      const [shape] = shapesFor(presetPlan, fitted.target.task, options, rows.length);
      const candidate = { ...shape, lambda: 0 };
      const { epochs } = trainingSpec(prepared, presetPlan, options, rows.length, candidate, seed);
      return workFor(networkSpec(prepared, shape, options), epochs, rows.length);
    },
    refitFor({ prepared }, candidate, nth, lasting) {
      const refit = job(
        prepared,
        allData(prepared),
        null,
        candidate,
        derive(seed, "network", "refit", nth),
        1,
      );
      return lasting === undefined
        ? refit
        : { ...refit, stopAfter: Math.max(1, Math.round(lasting * refit.training.epochs)) };
    },
  };

  function job(
    prepared: Prepared,
    train: TrainingData<Inputs>,
    validation: TrainingData<Inputs> | null,
    candidate: Candidate,
    seedOfNetwork: number,
    share: number,
  ): TrainingJob {
    const { worst, plain } = candidate;
    const own = plain ? { ...options, parametrization: "plain" as const } : options;
    const training = trainingSpec(prepared, presetPlan, own, train.rows, candidate, seedOfNetwork);
    return {
      network: networkSpec(prepared, candidate, own),
      training: { ...training, epochs: Math.ceil(training.epochs * share), ...(worst && { worst }) },
      train,
      validation,
      backend: backendOptions(options),
    };
  }
}

/** Throws InputError where groups or times leave a class without a row in some train part. */
function checkLearned(
  splits: readonly Places[],
  labels: Int32Array,
  schema: Schema,
  { groups, timeColumn }: FitOptions,
): void {
  const column = groups ?? timeColumn;
  if (column === undefined) return;
  const [{ name, ...target }] = columnsOf(schema, "target");
  const categories = target.kind === "categorical" ? target.categories : [];
  for (const { train } of splits) {
    const learned = new Set(pick(labels, train));
    const missing = categories.findIndex((_, label) => !learned.has(label));
    if (missing < 0) continue;
    throw new InputError({
      code: "untrained-class",
      found: `Where rows are held out by the column "${column}" to choose λ, none of the class "${categories[missing]}" is left to learn from`,
      where: { column: name },
      value: categories[missing],
      remedy: `leave "${column}" out, or the class`,
    });
  }
}

/** Weights that were asked for stay, and those to be pruned keep what their rule is for. */
const mayBePlain = ({ hidden }: LayerKinds, options: FitOptions): boolean =>
  options.parametrization === undefined && hidden !== "plain" && !pruningRule(options);

/** Throws InputError where there will be no such intervals: of classes, and of too few rows that are held out. */
function checkInterval(coverage: number, target: Target, splits: readonly Places[]): void {
  if (target.task === "classification") throw noIntervals(target);
  rankFor(
    splits.reduce((sum, { test }) => sum + test.length, 0),
    coverage,
  );
}

/** How each column is encoded by an encoding: as it was asked, or by that. */
const encodingsBy =
  ({ encode }: FitOptions) =>
  (encoding: Encoding) =>
    encodingIn(typeof encode === "object" ? encode : {}, encoding);

/** Whether encodings make a difference to any column. */
const isUndecided = ({ columns }: Encoder, options: FitOptions): boolean =>
  columns.some(
    (column) =>
      column.kind === "numeric" &&
      column.bins?.withValue &&
      encodingsBy(options)("value")(column.name) === "value",
  );

/** In an epoch, for steps of many rows to be taken. */
const FEWEST_STEPS = 12;

/** The preset's for so many rows, or the one that was asked for. */
export function shapesFor(
  { shapes }: PresetPlan,
  task: Task,
  { width, depth, members, batchSize }: FitOptions,
  rows: number,
): readonly [NetworkShape, ...NetworkShape[]] {
  const [first, ...others] = shapes[task];
  if (width === undefined && depth === undefined) {
    const possible = others.filter(({ batchSize: own = 0 }) =>
      batchSize === undefined ? FEWEST_STEPS * own <= rows : own === 0,
    );
    // Members that share no layer are no shared ensemble.
    return [first, ...(members === undefined ? possible : possible.filter((shape) => shape.depth > 0))];
  }
  return [{ width: width ?? first.width, depth: depth ?? first.depth }];
}

/** Below so many rows all are held out once where they are counted: of a fifth, shares differ by chance more than ways to train do. */
const FOLDS_FOR_COUNTS = 2000;

/** With fewer rows of the positive class all are held out once for a threshold: a recall of 0.9 is known of 40 to ±0.05, of 200 to ±0.02. */
const FOLDS_FOR_THRESHOLDS = 200;

/**
 * `countsAll`: whether held-out rows are counted, not their losses averaged, and so few that all are to be. In time the last rows alone are held
 * out: windows that expand would try candidates on few rows.
 */
function chooseSplits(
  selection: Selection,
  frame: Frame,
  rows: Int32Array,
  labels: Int32Array | undefined,
  options: FitOptions,
  countsAll: boolean,
): readonly Places[] {
  const { seed = 0, timeColumn } = options;
  const splitter = rowSplitter(frame, rows, labels, options, createRandom(derive(seed, "splits")));
  const n = rows.length;
  switch (selection.kind) {
    case "refit": {
      const { count, tried } = selection.folds(countsAll ? 0 : n, labels ? "classification" : "regression");
      return count > 1 && splitter.most > 1 && timeColumn === undefined
        ? splitter.folds(Math.min(count, splitter.most)).slice(0, tried)
        : [splitter.holdout(selection.fraction)];
    }
    case "holdout":
      return [splitter.holdout(Math.max(selection.fraction, 1 - selection.trainRows / n))];
  }
}
