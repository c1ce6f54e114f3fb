import { aFunction, aSignal, type Kind, rowNumbers, texts, trueOrFalse } from "../arguments.js";
import type { BoundedModel } from "../bounds/boundedModel.js";
import { isCertified } from "../bounds/decide.js";
import { largestRadius } from "../bounds/radius.js";
import { createPause, type Pause, type StopSignal } from "../engine/training/pauses.js";
import { aTolerance, type Tolerance } from "../fit/tolerance.js";
import { boundedTabular } from "../models/boundedTabular.js";
import type { TabularModel } from "../models/tabularModel.js";
import type { Moves } from "../moves/moves.js";
import { type Placed, placeColumns } from "../moves/placed.js";
import { regionsOf } from "../moves/region.js";
import { checkGiven } from "../names.js";
import { cellNumbers } from "../preprocess/cellNumbers.js";
import { encode } from "../preprocess/encode.js";
import { writtenOut } from "../preprocess/inputs.js";
import { allRows, checkFrame, checkRowsOf, type Frame } from "../tables/frame.js";
import { demandsOf } from "./demands.js";
import { checkQuestion } from "./question.js";

/** How far a row's numbers may move for sure without the prediction moving by more than the tolerance, or changing its class. */
export interface RowRadius {
  /** The number a person would give the row. */
  readonly row: number;
  /**
   * All numbers at once, in standard deviations of each; a certified lower bound of what is possible, Infinity for any distance. Null where
   * the row's own prediction lies within rounding of another class, or its rounding is no smaller than the tolerance.
   */
  readonly together: number | null;
  /** Each number alone, in its own unit, an ordered category in levels, as above; empty unless asked for. */
  readonly alone: Readonly<Record<string, number | null>>;
}

/** Of which rows radii are wanted, and for which change of the prediction. */
export interface RadiusOptions {
  readonly tolerance?: Tolerance | undefined;
  /** Columns that stay as they are. */
  readonly fixed?: readonly string[] | undefined;
  /** Whether to find each column's own radius as well. */
  readonly alone?: boolean | undefined;
  readonly rows?: Int32Array | undefined;
  /** Hears after each row how many of them are done. */
  readonly onRow?: ((done: number, total: number) => void) | undefined;
  /** Ends the work; the rows done are returned, without the one in progress. */
  readonly signal?: StopSignal | undefined;
}

const optionKinds = {
  tolerance: aTolerance,
  fixed: texts,
  alone: trueOrFalse,
  rows: rowNumbers,
  onRow: aFunction,
  signal: aSignal,
} satisfies Record<keyof RadiusOptions, Kind>;

/**
 * The certified radius of every row, by bisection over certified boxes: each was proven as a box of its own. Categories, booleans and
 * missing cells stay. Throws InputError as `certifyTable` does.
 */
export async function certifiedRadii(
  model: TabularModel,
  frame: Frame,
  options: RadiusOptions = {},
): Promise<RowRadius[]> {
  checkFrame(frame);
  checkGiven(options, optionKinds);
  const { fixed = [], alone = false, onRow, signal } = options;
  const tolerance = checkQuestion(model, { moves: { fixed }, tolerance: options.tolerance });
  const rows = options.rows ?? allRows(frame);
  checkRowsOf(frame, rows, "to certify");
  const { inputs: coded, width: inputs } = encode(model.encoder, frame, rows);
  const values = writtenOut(coded);
  const bounded = boundedTabular(model);
  const placed = placeColumns(model.encoder, frame);
  const radii: RowRadius[] = [];
  const pause = createPause(signal);
  const effort = { tolerance, fixed, alone, pause };
  for (const [i, row] of rows.entries()) {
    const encoded = values.subarray(i * inputs, (i + 1) * inputs);
    const radius = await radiusOf(bounded, model, placed, row, encoded, effort);
    if (radius === null) break;
    radii.push(radius);
    onRow?.(i + 1, rows.length);
    if (await pause()) break;
  }
  return radii;
}

interface Effort {
  readonly tolerance: Tolerance;
  readonly fixed: readonly string[];
  readonly alone: boolean;
  readonly pause: Pause;
}

/** Null where a pause says that the work is to end. */
async function radiusOf(
  bounded: BoundedModel,
  model: TabularModel,
  placed: readonly Placed[],
  row: number,
  encoded: Float32Array,
  { tolerance, fixed, alone, pause }: Effort,
): Promise<RowRadius | null> {
  const { demands } = demandsOf(bounded, model.target, encoded, tolerance);
  const largest = (moves: (radius: number) => Moves) =>
    largestRadius((radius) => {
      const regions = regionsOf(placed, row, encoded, moves(radius));
      return isCertified(
        bounded,
        regions.map(({ box }) => box),
        demands,
      );
    });
  const own: [string, number | null][] = [];
  for (const { column, source } of alone ? placed : []) {
    if (column.kind !== "numeric" || !column.varies || fixed.includes(column.name)) continue;
    if (await pause()) return null;
    const radius = largest((r) => ({ move: { [column.name]: { by: r * column.std } } }));
    const by = radius === null ? null : radius * column.std;
    const [x] = cellNumbers(column, source, Int32Array.of(row));
    // What moves by whole steps moves by no part of one.
    const isWhole = column.integer && Number.isInteger(x);
    own.push([column.name, by !== null && isWhole ? Math.floor(by) : by]);
  }
  const together = largest((radius) => ({ radius, fixed }));
  return { row: placed[0].source.origin.firstRow + row, together, alone: Object.fromEntries(own) };
}
