import {
  type BaselineRunner,
  baselineScores,
  byValues,
  type Frame,
  prepare,
  type TabularModel,
  type TestedBaselines,
  type WeightOptions,
} from "psilon";

/** Rows of a table. */
export interface Part {
  readonly frame: Frame;
  readonly rows: Int32Array;
  /** What its rows count in training, where not all alike. */
  readonly weights?: WeightOptions;
}

/** What the model must beat on `test`: a constant and a linear model, both fitted on `train`, where rows weigh as they do for the model. */
export function scoreBaselines(
  model: TabularModel,
  train: Part,
  test: Part,
  running: { readonly run: BaselineRunner; readonly signal: AbortSignal },
): Promise<TestedBaselines> {
  const { target, encoder } = model;
  const preprocessing = { target, encoder: byValues(encoder) };
  const { classWeights, sampleWeights }: WeightOptions = train.weights ?? {};
  const learned = prepare(preprocessing, train.frame, train.rows, { classWeights, sampleWeights });
  const tested = prepare(preprocessing, test.frame, test.rows);
  return baselineScores(learned, tested, model.record.seed, running);
}
