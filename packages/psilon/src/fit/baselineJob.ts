import { createRandom } from "../engine/random/random.js";
import type { TrainingData } from "../engine/training/spec.js";
import { type Breathe, createBreathe } from "./baselines/breathe.js";
import { predictLinear } from "./baselines/linear.js";
import { fitLogistic, predictLogistic } from "./baselines/logistic.js";
import { fitRidge } from "./baselines/ridge.js";
import type { JobHooks } from "./job.js";

/** A linear model to fit and to predict with. Plain data, so that it can be sent to a worker. */
export interface BaselineJob {
  readonly baseline: "ridge" | "logistic";
  readonly train: TrainingData;
  /** Of the rows to predict, rows × inputs. */
  readonly inputs: Float32Array;
  /** To be told apart by logistic regression. */
  readonly classes: number;
  readonly seed: number;
}

/** What came of a baseline's job; plain data as well. */
export interface BaselineResult {
  /** rows × outputs in scaled units, or rows × classes; null when the job was stopped. */
  readonly predictions: Float64Array | null;
}

/** Fits a linear model and predicts, unless the signal comes first. */
export async function runBaselineJob(job: BaselineJob, { signal }: JobHooks = {}): Promise<BaselineResult> {
  try {
    return { predictions: await fitAndPredict(job, createBreathe(signal)) };
  } catch (error) {
    if (signal?.aborted) return { predictions: null };
    throw error;
  }
}

async function fitAndPredict(
  { baseline, train, inputs, classes, seed }: BaselineJob,
  breathe: Breathe,
): Promise<Float64Array> {
  const { weights, ...rows } = train;
  const data = { ...rows, ...(weights && { weights }) };
  if (baseline === "ridge") return predictLinear(await fitRidge(data, breathe), inputs);
  const labels = Int32Array.from(train.targets);
  return predictLogistic(
    await fitLogistic({ ...data, labels }, classes, createRandom(seed), breathe),
    inputs,
  );
}
