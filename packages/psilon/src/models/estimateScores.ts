import { predictConstant } from "../fit/baselines/constant.js";
import { type Estimate, type EstimateOptions, estimated } from "../fit/measures/bootstrap.js";
import { measured, type TableScores } from "../fit/measures/measure.js";
import { measureTarget } from "../fit/measures/targetMeasure.js";
import { type Truth, targetNames } from "../preprocess/target.js";
import { measureTested, type PredictedRows } from "./predictTable.js";
import { checkModel, type TabularModel } from "./tabularModel.js";
import { checkTested, checkTruth } from "./tested.js";

/**
 * Every metric of what `testTable` found, each with its 95 % interval by 1,000 bootstrap resamples of the rows: see `Estimate`. It is about
 * this model on rows like these, drawn independently; of few rows it is too narrow. Throws InputError for what is
 * no such thing of this model, and for options out of range.
 */
export async function estimateScores(
  model: TabularModel,
  tested: { readonly truth: Truth; readonly predicted: PredictedRows },
  options: EstimateOptions = {},
): Promise<TableScores<Estimate>> {
  checkModel(model);
  checkTested(model.target, tested);
  return estimated(measureTested(model, tested), options);
}

/**
 * Every metric of predicting the same for all of these rows, without having looked at them: the mean of the rows the model was trained on,
 * their quantiles, or their classes' shares. Null for a model that does not know them, of a psilon before this was recorded.
 */
export function constantTestScores(model: TabularModel, truth: Truth): TableScores<number | null> | null {
  checkModel(model);
  const { target, record } = model;
  checkTruth(target, truth);
  if (!record.constant) return null;
  const rows = truth.length / targetNames(target).length;
  const predicted = predictConstant(Float64Array.from(record.constant), rows);
  return measured(measureTarget(target, truth, predicted));
}
