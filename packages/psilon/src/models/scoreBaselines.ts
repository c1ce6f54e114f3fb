import {
  aFunction,
  anObject,
  aSignal,
  checkArgument,
  checkValues,
  isObject,
  type Kind,
} from "../arguments.js";
import type { StopSignal } from "../engine/training/pauses.js";
import { baselineScores, type TestedBaselines } from "../fit/baselineScores.js";
import type { BaselineRunner } from "../fit/runner.js";
import { checkGiven } from "../names.js";
import { byValues } from "../preprocess/encoder.js";
import { prepare, type WeightOptions } from "../preprocess/prepare.js";
import type { Frame } from "../tables/frame.js";
import { checkModel, type TabularModel } from "./tabularModel.js";

/** Rows of a table. */
export interface TablePart {
  readonly frame: Frame;
  readonly rows: Int32Array;
  /** What its rows count in training, where not all alike. */
  readonly weights?: WeightOptions;
}

/** Frame and rows are looked at where they are prepared. */
const aPart: Kind = {
  name: "an object of a frame and its rows",
  is: (value) => isObject(value) && "frame" in value && "rows" in value,
};

/** What the model must beat on `test`: a constant and a linear model, both fitted on `train`, where rows weigh as they do for the model. */
export async function scoreBaselines(
  model: TabularModel,
  train: TablePart,
  test: TablePart,
  running: {
    readonly run?: BaselineRunner | undefined;
    readonly signal?: StopSignal | undefined;
  } = {},
): Promise<TestedBaselines> {
  checkModel(model);
  checkArgument("part to learn from", train, aPart);
  checkArgument("part to test on", test, aPart);
  checkValues(train, { weights: anObject });
  checkGiven(running, { run: aFunction, signal: aSignal });
  const { target, encoder, record } = model;
  const preprocessing = { target, encoder: byValues(encoder) };
  const { classWeights, sampleWeights }: WeightOptions = train.weights ?? {};
  const learned = prepare(preprocessing, train.frame, train.rows, { classWeights, sampleWeights });
  const tested = prepare(preprocessing, test.frame, test.rows);
  return baselineScores(learned, tested, record.seed, running);
}
