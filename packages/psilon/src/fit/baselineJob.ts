import { createRandom } from "../engine/random/random.js";
import type { Inputs, TrainingData } from "../engine/training/spec.js";
import { takeInputs, takeRows, writtenOut } from "../preprocess/inputs.js";
import { type Breathe, createBreathe } from "./baselines/breathe.js";
import { weightedQuantiles } from "./baselines/constant.js";
import { predictLinear } from "./baselines/linear.js";
import { fitLogistic, predictLogistic } from "./baselines/logistic.js";
import { fitRidge } from "./baselines/ridge.js";
import type { JobHooks } from "./job.js";

/** A linear model to fit and to predict with. Plain data, so that it can be sent to a worker. */
export interface BaselineJob {
  readonly baseline: "ridge" | "logistic";
  readonly train: TrainingData<Inputs>;
  /** Of the rows to predict. */
  readonly inputs: Inputs;
  /** To be told apart by logistic regression. */
  readonly classes: number;
  /** Of quantiles that ridge regression is to predict, each by adding that of its residuals. */
  readonly levels?: readonly number[];
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

/** Numbers of the rows that are fitted on: of more, which would take gigabytes and minutes, as many rows as have these, evenly chosen. */
const MOST_NUMBERS = 2e7;

/** Rows that are written out at a time to be predicted. */
const TOGETHER = 4096;

async function fitAndPredict(
  { baseline, train, inputs, classes, levels, seed }: BaselineJob,
  breathe: Breathe,
): Promise<Float64Array> {
  const width = widthOf(train.inputs, train.rows);
  const data = writtenRows(train, width, Math.ceil((train.rows * width) / MOST_NUMBERS));
  if (baseline === "ridge") {
    const model = await fitRidge(data, breathe);
    if (!levels) return predicted(inputs, width, (part) => predictLinear(model, part));
    const residuals = predictLinear(model, data.inputs).map((value, i) => data.targets[i] - value);
    const offsets = weightedQuantiles(residuals, levels, data.weights);
    return predicted(inputs, width, (part) => {
      const values = predictLinear(model, part);
      return Float64Array.from(
        { length: values.length * levels.length },
        (_, i) => values[Math.floor(i / levels.length)] + offsets[i % levels.length],
      );
    });
  }
  const labels = Int32Array.from(data.targets);
  const model = await fitLogistic({ ...data, labels }, classes, createRandom(seed), breathe);
  return predicted(inputs, width, (part) => predictLogistic(model, part));
}

const widthOf = (inputs: Inputs, rows: number): number =>
  inputs instanceof Float32Array ? inputs.length / rows : inputs.width;

/** Every `step`-th row, written out. */
function writtenRows({ rows, inputs, targets, weights }: TrainingData<Inputs>, width: number, step: number) {
  const places = Int32Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
  const some = step === 1 ? inputs : takeInputs(inputs, width, places);
  return {
    rows: places.length,
    inputs: writtenOut(some),
    targets: step === 1 ? targets : takeRows(targets, targets.length / rows, places),
    ...(weights && { weights: step === 1 ? weights : takeRows(weights, 1, places) }),
  };
}

/** Of all rows, written out part by part. */
function predicted(
  inputs: Inputs,
  width: number,
  predict: (part: Float32Array) => Float64Array,
): Float64Array {
  const rows = inputs instanceof Float32Array ? inputs.length / width : inputs.rows;
  if (rows <= TOGETHER) return predict(writtenOut(inputs));
  let all: Float64Array | null = null;
  for (let first = 0; first < rows; first += TOGETHER) {
    const places = Int32Array.from({ length: Math.min(TOGETHER, rows - first) }, (_, i) => first + i);
    const part = predict(writtenOut(takeInputs(inputs, width, places)));
    all ??= new Float64Array((part.length / places.length) * rows);
    all.set(part, (part.length / places.length) * first);
  }
  return all ?? new Float64Array();
}
