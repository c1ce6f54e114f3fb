import { type EncodedColumn, type Encoder, inputsOf, sourceOf } from "../preprocess/encoder.js";
import type { Column } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";

/** The encoder's columns with the table's that they are made from, and the first of their inputs. */
export interface Placed {
  readonly column: EncodedColumn;
  readonly source: Column;
  readonly place: number;
}

/** Looked up once for all rows. */
export function placeColumns(encoder: Encoder, frame: Frame): Placed[] {
  const find = columnFinder(frame);
  let place = 0;
  return encoder.columns.map((column) => {
    const placed = { column, source: find(sourceOf(column)), place };
    place += inputsOf(column);
    return placed;
  });
}
