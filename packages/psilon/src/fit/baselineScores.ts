import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { allData, dataAt, type Prepared, truthAt } from "../preprocess/prepare.js";
import { type RegressionTarget, type Target, type Truth, unscaleTarget } from "../preprocess/target.js";
import type { BaselineJob } from "./baselineJob.js";
import { classFrequencies, predictConstant, weightedMeans, weightedQuantiles } from "./baselines/constant.js";
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

/** Both baselines, fitted on some rows and scored on others that were prepared alike. */
export async function baselineScores(
  train: Prepared,
  test: Prepared,
  seed: number,
  running: RunnerHooks & { readonly run?: BaselineRunner | undefined } = {},
): Promise<BaselineScores> {
  const parts: Part[] = [{ train: allData(train), test: { ...allData(test), truth: test.truth } }];
  return {
    constant: constantScores(train.target, parts),
    linear: await linearScores(train.target, parts, seed, running),
  };
}

/**
 * The means of the train parts' targets, their quantiles where these are predicted, or the shares of their classes, scored on all test parts
 * together.
 */
export function constantScores(target: Target, parts: readonly Part[]): Scores {
  return score(
    target,
    parts,
    parts.map(({ train, test }) => predictConstant(constantOf(target, train), test.rows)),
  );
}

/** In the user's units, or probabilities. */
function constantOf(target: Target, { targets, weights: given }: TrainingData<Inputs>): Float64Array {
  const weights = given ?? undefined;
  if (target.task === "classification") return classFrequencies(targets, target.classes.length, weights);
  const { names, link, levels } = target;
  if (levels) return inUnits(target, weightedQuantiles(targets, levels, weights));
  // The mean of logarithms is not that of the values.
  return link
    ? weightedMeans(inUnits(target, targets), names.length, weights)
    : inUnits(target, weightedMeans(targets, names.length, weights));
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
  { run = runBaselinesInProcess, ...hooks }: RunnerHooks & { readonly run?: BaselineRunner | undefined },
): Promise<Scores | null> {
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
  return score(
    target,
    parts,
    target.task === "regression" ? predictions.map((values) => inUnits(target, values)) : predictions,
  );
}

/** Of predictions for each part's test rows, in the user's units or as probabilities. */
function score(target: Target, parts: readonly Part[], predictions: readonly Float64Array[]): Scores {
  const truth = together(parts.map(({ test }) => test.truth));
  const all = together(predictions);
  return target.task === "regression"
    ? scoreValues(target, truth, all)
    : scoreProbabilities(truth, all, target.classes.length);
}
