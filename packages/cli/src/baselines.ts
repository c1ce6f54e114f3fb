import {
  type BaselineRunner,
  baselineScores,
  byValues,
  type Frame,
  prepare,
  type TabularModel,
  type TestedBaselines,
} from "psilon";

/** Rows of a table. */
export interface Part {
  readonly frame: Frame;
  readonly rows: Int32Array;
}

/** What the model must beat on `test`: a constant and a linear model, both fitted on `train`. */
export function scoreBaselines(
  model: TabularModel,
  train: Part,
  test: Part,
  running: { readonly run: BaselineRunner; readonly signal: AbortSignal },
): Promise<TestedBaselines> {
  const { target, encoder } = model;
  const preprocessing = { target, encoder: byValues(encoder) };
  const [learned, tested] = [train, test].map(({ frame, rows }) => prepare(preprocessing, frame, rows));
  return baselineScores(learned, tested, model.record.seed, running);
}
