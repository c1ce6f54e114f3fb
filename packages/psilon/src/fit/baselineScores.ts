import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { allData, dataAt, type Prepared, truthAt } from "../preprocess/prepare.js";
import { type RegressionTarget, type Target, type Truth, unscaleTarget } from "../preprocess/target.js";
import type { BaselineJob } from "./baselineJob.js";
import { classFrequencies, predictConstant, weightedMeans, weightedQuantiles } from "./baselines/constant.js";
import { measured, type TableScores } from "./measures/measure.js";
import { measureTarget } from "./measures/targetMeasure.js";
import { type Scores, scoreProbabilities, scoreValues } from "./outputs.js";
import { type BaselineRunner, type RunnerHooks, runBaselinesInProcess } from "./runner.js";
import { together } from "./together.js";

/** What a model must beat: a constant, and ridge or logistic regression on the same encoded inputs. */
export interface BaselineScores {
  readonly constant: Scores;
  /** Null when it was stopped before it was fitted. */
  readonly linear: Scores | null;
}

/** One split of prepared rows, as places. */
export interface Places {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Rows to fit on, and others to predict. */
export interface Part {
  readonly train: TrainingData<Inputs>;
  readonly test: TrainingData<Inputs> & { readonly truth: Truth };
}

/** The parts that splits make of prepared rows. */
export const partsAt = (prepared: Prepared, splits: readonly Places[]): Part[] =>
  splits.map(({ train, test }) => ({
    train: dataAt(prepared, train),
    test: { ...dataAt(prepared, test), truth: truthAt(prepared, test) },
  }));

/** Every metric of what a model must beat on test rows, as `TableScores` has those of all of them; null where they are not defined. */
export interface TestedBaselines {
  readonly constant: TableScores<number | null>["metrics"];
  /** Null when it was stopped before it was fitted. */
  readonly linear: TableScores<number | null>["metrics"] | null;
}

/** Both baselines, fitted on some rows and tested on others that were prepared alike. */
export async function baselineScores(
  train: Prepared,
  test: Prepared,
  seed: number,
  running: RunnerHooks & { readonly run?: BaselineRunner | undefined } = {},
): Promise<TestedBaselines> {
  const { target } = train;
  const parts: Part[] = [{ train: allData(train), test: { ...allData(test), truth: test.truth } }];
  const metrics = (predictions: Float64Array) =>
    measured(measureTarget(target, test.truth, predictions)).metrics;
  const linear = await linearPredictions(target, parts, seed, running);
  return { constant: metrics(constantPredictions(target, parts)), linear: linear && metrics(linear) };
}

/**
 * What to predict when nothing is known but what is true of some rows, all counted alike: the means of their targets or their quantiles, in
 * the targets' units, or the shares of their classes.
 */
export function constantPrediction(target: Target, truth: Truth): Float64Array {
  if (target.task === "classification") return classFrequencies(truth, target.classes.length);
  const { names, levels } = target;
  return levels ? weightedQuantiles(truth, levels) : weightedMeans(truth, names.length);
}

/**
 * The means of the train parts' targets, their quantiles where these are predicted, or the shares of their classes, scored on all test parts
 * together.
 */
export function constantScores(target: Target, parts: readonly Part[]): Scores {
  return score(target, parts, constantPredictions(target, parts));
}

/** For all test parts together, in the user's units or as probabilities. */
function constantPredictions(target: Target, parts: readonly Part[]): Float64Array {
  return together(parts.map(({ train, test }) => predictConstant(constantOf(target, train), test.rows)));
}

/** In the user's units, or probabilities; of all rows alike, as they are scored, whatever they weigh in training. */
function constantOf(target: Target, { targets }: TrainingData<Inputs>): Float64Array {
  if (target.task === "classification") return classFrequencies(targets, target.classes.length);
  const { names, link, levels } = target;
  if (levels) return inUnits(target, weightedQuantiles(targets, levels));
  // The mean of logarithms is not that of the values.
  return link
    ? weightedMeans(inUnits(target, targets), names.length)
    : inUnits(target, weightedMeans(targets, names.length));
}

/** The inverse of `scaleTarget`, of counts too, which are learned as they are. */
function inUnits(target: RegressionTarget, values: ArrayLike<number>): Float64Array {
  return target.loss === "poisson"
    ? Float64Array.from(values, (value, i) => value * Math.exp(target.centers[i % target.names.length]))
    : unscaleTarget(target, values);
}

/** Ridge (for quantiles with those of its residuals added) or logistic regression, likewise; null when the signal came before all were fitted. */
export async function linearScores(
  target: Target,
  parts: readonly Part[],
  seed: number,
  running: RunnerHooks & { readonly run?: BaselineRunner | undefined },
): Promise<Scores | null> {
  const predictions = await linearPredictions(target, parts, seed, running);
  return predictions && score(target, parts, predictions);
}

/** As `constantPredictions`. */
async function linearPredictions(
  target: Target,
  parts: readonly Part[],
  seed: number,
  { run = runBaselinesInProcess, ...hooks }: RunnerHooks & { readonly run?: BaselineRunner | undefined },
): Promise<Float64Array | null> {
  const jobs = parts.map(
    ({ train, test }): BaselineJob => ({
      baseline: target.task === "regression" ? "ridge" : "logistic",
      train,
      inputs: test.inputs,
      classes: target.task === "regression" ? 0 : target.classes.length,
      ...(target.task === "regression" && target.levels && { levels: target.levels }),
      seed,
    }),
  );
  const results = await run(jobs, hooks);
  const predictions = results.flatMap((result) => result?.predictions ?? []);
  if (predictions.length < parts.length) return null;
  return together(
    target.task === "regression" ? predictions.map((values) => inUnits(target, values)) : predictions,
  );
}

/** Of predictions for all parts' test rows. */
function score(target: Target, parts: readonly Part[], predictions: Float64Array): Scores {
  const truth = together(parts.map(({ test }) => test.truth));
  return target.task === "regression"
    ? scoreValues(target, truth, predictions)
    : scoreProbabilities(truth, predictions, target.classes.length);
}
