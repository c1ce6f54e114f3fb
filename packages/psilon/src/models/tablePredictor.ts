import { type Backend, checkBackend } from "../engine/backend/backend.js";
import { allRows, checkFrame, type Frame } from "../tables/frame.js";
import {
  computeRows,
  type NewCells,
  notesOn,
  type PredictedRows,
  placeModel,
  predicted,
  ROWS_TOGETHER,
} from "./predictTable.js";
import { checkModel, type TabularModel } from "./tabularModel.js";

/** Predicts a table that comes part by part, as one too large for memory does. */
export interface TablePredictor {
  /**
   * How many rows a part should have, or a multiple of it, but for the last one: then each row's prediction is the very one that
   * `predictTable` has for it in the whole table.
   */
  readonly partRows: number;
  /** Predictions for the rows of the next part. Throws as `predictTable` does. */
  predict(part: Frame): PredictedRows;
  /** Sentences about cells that were new to the model in the parts so far. */
  notes(): readonly string[];
}

/** Places the model's networks in the backend's arena, where they stay until it is released. */
export function createTablePredictor(backend: Backend, model: TabularModel): TablePredictor {
  checkBackend(backend);
  checkModel(model);
  const outputsOf = placeModel(backend, model);
  const found: NewCells = { unseen: new Map(), imputed: new Map() };
  let isFirst = true;
  return {
    partRows: ROWS_TOGETHER,
    predict(part) {
      checkFrame(part);
      const rows = allRows(part);
      const amongMore = !isFirst || rows.length > 1;
      isFirst = false;
      const outputs = computeRows(outputsOf, model.encoder, part, rows, { found, amongMore });
      return predicted(model, outputs, part, rows);
    },
    notes: () => notesOn(found, model.encoder),
  };
}
