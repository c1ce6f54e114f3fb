import { type BaselineScores, baselineScores } from "../fit/baselineScores.js";
import type { BaselineRunner } from "../fit/runner.js";
import { byValues } from "../preprocess/encoder.js";
import { prepare } from "../preprocess/prepare.js";
import type { Frame } from "../tables/frame.js";
import type { TabularModel } from "./tabularModel.js";

/** Rows of a table. */
export interface TablePart {
  readonly frame: Frame;
  readonly rows: Int32Array;
}

/** What the model must beat on `test`: a constant and a linear model, both fitted on `train`. */
export function scoreBaselines(
  { target, encoder, record }: TabularModel,
  train: TablePart,
  test: TablePart,
  running: {
    readonly run?: BaselineRunner | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<BaselineScores> {
  const preprocessing = { target, encoder: byValues(encoder) };
  const [learned, tested] = [train, test].map(({ frame, rows }) => prepare(preprocessing, frame, rows));
  return baselineScores(learned, tested, record.seed, running);
}
