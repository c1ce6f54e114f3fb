import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import { type Column, isMissingAt, placeOfRow } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { show } from "../tables/texts.js";
import { categoriesAt, numbersAt, textAt, truthsAt } from "../tables/values.js";
import { type DatePart, nameOfPartAt } from "./dateParts.js";
import {
  type EncodedColumn,
  type Encoder,
  encodedInputs,
  inputsOf,
  sourceOf,
  standardize,
} from "./encoder.js";

export interface EncodedTable {
  /** rows × inputs, row by row. */
  readonly values: Float32Array;
  readonly inputs: number;
  /** By column: how many cells held a category that no train row had, and were encoded as zeros. */
  readonly unseen: ReadonlyMap<string, number>;
  /** By column: how many cells were missing although none was in the train rows, and were encoded as zeros (a number: as the mean). */
  readonly imputed: ReadonlyMap<string, number>;
}

/**
 * The network's inputs for `rows` of the frame, which needs the encoder's columns in any order and may have others.
 *
 * Throws InputError for columns it lacks, for cells that do not fit their column, for numbers so far from the train
 * rows' that float32 cannot hold them, and for new categories when the encoder's policy is `error`.
 */
export function encode(encoder: Encoder, frame: Frame, rows: Int32Array): EncodedTable {
  checkColumns(encoder, frame);
  const inputs = encodedInputs(encoder).length;
  const values = new Float32Array(rows.length * inputs);
  const unseen = new Map<string, number>();
  const imputed = new Map<string, number>();
  const find = columnFinder(frame);
  let first = 0;
  for (const column of encoder.columns) {
    const source = find(sourceOf(column));
    const encodeRow = rowEncoder(column, encoder, source, rows);
    const indicator = first + inputsOf(column) - 1;
    let missingCount = 0;
    let unseenCount = 0;
    for (let i = 0; i < rows.length; i++) {
      if (isMissingAt(source, rows[i])) {
        if (column.missing) values[i * inputs + indicator] = 1;
        missingCount++;
      } else if (!encodeRow(i, values, i * inputs + first)) unseenCount++;
    }
    if (missingCount > 0 && !column.missing) imputed.set(sourceOf(column), missingCount);
    if (unseenCount > 0) unseen.set(column.name, unseenCount);
    first += inputsOf(column);
  }
  return { values, inputs, unseen, imputed };
}

/** Writes the i-th row's value from `place` on; false when it is a category that no train row had. */
type RowEncoder = (i: number, values: Float32Array, place: number) => boolean;

function rowEncoder(column: EncodedColumn, encoder: Encoder, source: Column, rows: Int32Array): RowEncoder {
  if (column.kind === "numeric") {
    const numbers = numbersAt(source, rows);
    return (i, values, place) => {
      if (!column.varies) return true;
      const standardized = standardize(column, numbers[i]);
      if (!Number.isFinite(standardized)) throw tooFar(column, source, rows[i]);
      values[place] = standardized;
      return true;
    };
  }
  if (column.kind === "boolean") {
    const truths = truthsAt(source, rows);
    return (i, values, place) => {
      if (column.varies) values[place] = truths[i] === 1 ? 1 : -1;
      return true;
    };
  }
  const { codes, names } = column.date ? partsAt(source, rows, column.date.part) : categoriesAt(source, rows);
  const offsets = new Map(column.categories.map((category, offset) => [category, offset]));
  const rest = column.other ? column.categories.length : undefined;
  const offsetOf = names.map((name) => offsets.get(name) ?? rest);
  return (i, values, place) => {
    const offset = offsetOf[codes[i]];
    if (offset === undefined && encoder.unseen === "error") {
      throw newCategory(column, source, rows[i], names[codes[i]]);
    }
    if (offset !== undefined && column.varies) values[place + offset] = 1;
    return offset !== undefined;
  };
}

/** What of the dates at `rows` repeats, as categories. */
function partsAt(source: Column, rows: Int32Array, part: "elapsed" | DatePart) {
  if (part === "elapsed") return categoriesAt(source, rows);
  const places = new Map<string, number>();
  const names: string[] = [];
  const days = numbersAt(source, rows);
  const codes = Int32Array.from(days, (day) => {
    if (Number.isNaN(day)) return -1;
    const name = nameOfPartAt(part, day);
    const known = places.get(name) ?? names.push(name) - 1;
    places.set(name, known);
    return known;
  });
  return { codes, names };
}

function newCategory(
  column: EncodedColumn & { kind: "categorical" },
  source: Column,
  row: number,
  name: string,
): InputError {
  const place = placeOfRow(source.origin, row);
  return new InputError({
    code: "unknown-category",
    found: `Row ${place.row} of ${place.source} has ${show(textAt(source, row))} in column "${column.name}", a category that the model was not trained on`,
    where: { ...place, column: source.name },
    value: name,
    remedy: suggestion(name, column.categories),
  });
}

function tooFar(column: EncodedColumn & { kind: "numeric" }, source: Column, row: number): InputError {
  const place = placeOfRow(source.origin, row);
  return new InputError({
    code: "too-far",
    found: `Row ${place.row} of ${place.source} has ${show(textAt(source, row))} in column "${column.name}", too far from the values the model was trained on (mean ${column.mean}, standard deviation ${column.std}) to be computed with`,
    where: { ...place, column: source.name },
    value: textAt(source, row),
    remedy: "is it a typing error?",
  });
}

function checkColumns(encoder: Encoder, { origin: { source }, columns }: Frame): void {
  const present = new Set(columns.map(({ name }) => name));
  const lacking = [...new Set(encoder.columns.map(sourceOf))].filter((name) => !present.has(name));
  if (lacking.length === 0) return;
  const quoted = lacking.map((name) => `"${name}"`).join(", ");
  throw new InputError({
    code: "missing-columns",
    found: `The model needs the column${lacking.length === 1 ? "" : "s"} ${quoted}, which ${source} lacks`,
    where: { source, column: lacking[0] },
    remedy: suggestion(lacking.length === 1 ? lacking[0] : "", [...present]),
  });
}
