import { dataAt, type Prepared, truthAt } from "../preprocess/prepare.js";
import { unscaleTarget } from "../preprocess/target.js";
import type { BaselineJob } from "./baselineJob.js";
import { classFrequencies, predictConstant, weightedMeans } from "./baselines/constant.js";
import { type Scores, scoreProbabilities, scoreValues } from "./outputs.js";
import { type BaselineRunner, type RunnerHooks, runBaselinesInProcess } from "./runner.js";

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

/** Both baselines, fitted on every split's train part and scored on all test parts together. */
export async function baselineScores(
  prepared: Prepared,
  splits: readonly Places[],
  seed: number,
  running: RunnerHooks & { readonly run?: BaselineRunner | undefined } = {},
): Promise<BaselineScores> {
  return {
    constant: constantScores(prepared, splits),
    linear: await linearScores(prepared, splits, seed, running),
  };
}

/** The means of the train parts' targets, or the shares of their classes. */
export function constantScores(prepared: Prepared, splits: readonly Places[]): Scores {
  const { target } = prepared;
  return score(
    prepared,
    splits,
    splits.map(({ train, test }) => {
      const { targets, weights } = dataAt(prepared, train);
      const constant =
        target.task === "regression"
          ? weightedMeans(targets, target.names.length, weights ?? undefined)
          : classFrequencies(targets, target.classes.length, weights ?? undefined);
      return predictConstant(constant, test.length);
    }),
  );
}

/** Ridge or logistic regression; null when the signal came before all were fitted. */
export async function linearScores(
  prepared: Prepared,
  splits: readonly Places[],
  seed: number,
  { run = runBaselinesInProcess, ...hooks }: RunnerHooks & { readonly run?: BaselineRunner | undefined },
): Promise<Scores | null> {
  const { target } = prepared;
  const jobs = splits.map(
    ({ train, test }): BaselineJob => ({
      baseline: target.task === "regression" ? "ridge" : "logistic",
      train: dataAt(prepared, train),
      inputs: dataAt(prepared, test).inputs,
      classes: target.task === "regression" ? 0 : target.classes.length,
      seed,
    }),
  );
  const results = await run(jobs, hooks);
  const predictions = results.flatMap((result) => result?.predictions ?? []);
  return predictions.length === splits.length ? score(prepared, splits, predictions) : null;
}

/** Of predictions for each split's test part, in scaled units or as probabilities. */
function score(prepared: Prepared, splits: readonly Places[], predictions: readonly Float64Array[]): Scores {
  const { target } = prepared;
  const truth = truthAt(prepared, Int32Array.from(splits.flatMap(({ test }) => Array.from(test))));
  const all = predictions.flatMap((part) => Array.from(part));
  return target.task === "regression"
    ? scoreValues(target.names.length, truth, unscaleTarget(target, all))
    : scoreProbabilities(truth, all, target.classes.length);
}
