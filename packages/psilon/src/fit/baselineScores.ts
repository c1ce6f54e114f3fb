import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { allData, dataAt, type Prepared, truthAt } from "../preprocess/prepare.js";
import { type Target, type Truth, unscaleTarget } from "../preprocess/target.js";
import type { BaselineJob } from "./baselineJob.js";
import { classFrequencies, predictConstant, weightedMeans } from "./baselines/constant.js";
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

/** The means of the train parts' targets, or the shares of their classes, scored on all test parts together. */
export function constantScores(target: Target, parts: readonly Part[]): Scores {
  return score(
    target,
    parts,
    parts.map(({ train: { targets, weights }, test }) => {
      const constant =
        target.task === "regression"
          ? weightedMeans(targets, target.names.length, weights ?? undefined)
          : classFrequencies(targets, target.classes.length, weights ?? undefined);
      return predictConstant(constant, test.rows);
    }),
  );
}

/** Ridge or logistic regression, likewise; null when the signal came before all were fitted. */
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
      seed,
    }),
  );
  const results = await run(jobs, hooks);
  const predictions = results.flatMap((result) => result?.predictions ?? []);
  return predictions.length === parts.length ? score(target, parts, predictions) : null;
}

/** Of predictions for each part's test rows, in scaled units or as probabilities. */
function score(target: Target, parts: readonly Part[], predictions: readonly Float64Array[]): Scores {
  const truth = together(parts.map(({ test }) => test.truth));
  const all = together(predictions);
  return target.task === "regression"
    ? scoreValues(target.names.length, truth, unscaleTarget(target, all))
    : scoreProbabilities(truth, all, target.classes.length);
}
