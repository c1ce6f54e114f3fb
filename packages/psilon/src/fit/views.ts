import type { Moves } from "../moves/moves.js";
import { type Placed, placeColumns } from "../moves/placed.js";
import { rowBoxes } from "../moves/rowBoxes.js";
import type { Encoding } from "../preprocess/bins.js";
import { binsOf, byValues } from "../preprocess/encoder.js";
import { narrow, narrowEncoder } from "../preprocess/narrow.js";
import { type Prepared, prepare, preparedAt, type WeightOptions } from "../preprocess/prepare.js";
import type { Preprocessing } from "../preprocess/preprocessing.js";
import type { Truth } from "../preprocess/target.js";
import type { Frame } from "../tables/frame.js";
import { type Part, type Places, partsAt } from "./baselineScores.js";

/**
 * Rows by one encoding, and the splits of them, which every network and every baseline reads where they are: as many copies could fill the
 * memory.
 */
export interface View {
  readonly prepared: Prepared;
  /** The encoder's columns in the table. */
  readonly placed: readonly Placed[];
  readonly splits: readonly Places[];
  readonly parts: readonly Part[];
}

/** The rows of a table by any encoding. */
export interface Views {
  /** What is true of all of them. */
  readonly truth: Truth;
  /** All of them. */
  whole(encoding: Encoding): View;
  /** To compare encodings: where there are many rows, some of them. */
  sample(encoding: Encoding): View;
  /** Whether those are less. */
  readonly isSampled: boolean;
  /** For linear models, which take numbers by their values, whatever networks do. */
  linear(): readonly Part[];
  /** Which inputs of one encoding are those of another that has no more. */
  inputs(of: Encoding, within: Encoding): Int32Array;
}

/** Rows beyond which some of them choose the encoding. */
const MOST_ROWS = 20_000;

/**
 * Encodes `rows`, whose splits are given as places among them, in every way that `fitted` knows, and hands out what of it an encoding needs.
 * `encodingOf`: how a column is encoded by one. Throws InputError for rows that cannot be encoded. `moves`:
 * how rows may move which are trained on the worst of it.
 */
export function createViews(
  fitted: Preprocessing,
  frame: Frame,
  rows: Int32Array,
  splits: readonly Places[],
  encodingOf: (encoding: Encoding) => (column: string) => Encoding,
  weights: WeightOptions,
  moves?: Moves,
): Views {
  let all: Prepared | null = prepare(fitted, frame, rows, weights);
  const { truth } = all;
  const step = Math.ceil(rows.length / MOST_ROWS);
  const isSampled = step > 1;
  const places = Int32Array.from({ length: Math.ceil(rows.length / step) }, (_, i) => i * step);
  const few = isSampled ? preparedAt(all, places) : all;
  const viewOf = (bare: Prepared, own: readonly Places[]): View => {
    const placed = placeColumns(bare.encoder, frame);
    const prepared = moves ? { ...bare, boxes: rowBoxes(placed, bare, moves) } : bare;
    return { prepared, placed, splits: own, parts: partsAt(prepared, own) };
  };
  const sample = remember((encoding) =>
    viewOf(
      narrow(few, encodingOf(encoding)),
      isSampled ? splits.map((split) => everyOf(split, step)) : splits,
    ),
  );
  const whole = remember((encoding) => {
    if (!isSampled) return sample(encoding);
    const { encoder, inputs } = narrowEncoder(fitted.encoder, encodingOf(encoding));
    if (all?.inputCount === inputs.length) return viewOf(all, splits);
    // All rows in all encodings and again in one would be too many numbers at once.
    all = null;
    return viewOf(prepare({ ...fitted, encoder }, frame, rows, weights), splits);
  });
  const inputs = (of: Encoding, within: Encoding) =>
    narrowEncoder(whole(within).prepared.encoder, encodingOf(of)).inputs;
  const linear = () => {
    const encoder = byValues(fitted.encoder);
    const { encoder: narrowed } = narrowEncoder(fitted.encoder, encodingOf("value"));
    return narrowed.columns.some((column) => binsOf(column) > 0)
      ? partsAt(prepare({ ...fitted, encoder }, frame, rows, weights), splits)
      : whole("value").parts;
  };
  return { truth, whole, sample, isSampled, linear, inputs };
}

/** Of places those that are multiples of the step, as places among such. */
function everyOf({ train, test }: Places, step: number): Places {
  const some = (places: Int32Array) =>
    places.filter((place) => place % step === 0).map((place) => place / step);
  return { train: some(train), test: some(test) };
}

function remember<T>(make: (encoding: Encoding) => T): (encoding: Encoding) => T {
  const made = new Map<Encoding, T>();
  return (encoding) => {
    const known = made.get(encoding) ?? make(encoding);
    made.set(encoding, known);
    return known;
  };
}
