import type { Inputs } from "../engine/training/spec.js";
import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import { type Column, isMissingAt, placeOfRow } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { show } from "../tables/texts.js";
import { type Categories, categoriesAt, categoryAt, textAt, truthsAt } from "../tables/values.js";
import { positionAmong } from "./bins.js";
import { cellNumbers } from "./cellNumbers.js";
import { type DatePart, nameOfPartAt } from "./dateParts.js";
import { datesAt } from "./datesAt.js";
import {
  binsOf,
  type EncodedColumn,
  type Encoder,
  hasValue,
  inputCountOf,
  inputsOf,
  sourceOf,
  standardize,
  valueInputsOf,
} from "./encoder.js";

export interface EncodedTable {
  /** Of each row; coded where there are categories or bins. */
  readonly inputs: Inputs;
  /** How many inputs a row has. */
  readonly width: number;
  /** By column: how many cells held a category that no train row had, and were encoded as zeros, or none of its levels, and count as missing. */
  readonly unseen: ReadonlyMap<string, number>;
  /** By column: how many cells were missing although none was in the train rows, and were encoded as zeros (a number: as the mean). */
  readonly imputed: ReadonlyMap<string, number>;
}

/**
 * The network's inputs for `rows` of the frame, which needs the encoder's columns in any order and may have others. Numbers, where they lie
 * among a column's edges, truths and their missing values are numbers of the inputs, a category or its missing value is the place of
 * the input that is 1.
 *
 * Throws InputError for columns it lacks, for cells that do not fit their column, for numbers so far from the train
 * rows' that float32 cannot hold them, and for new categories, and what is none of a column's levels, when the encoder's policy is `error`.
 */
export function encode(encoder: Encoder, frame: Frame, rows: Int32Array): EncodedTable {
  checkColumns(encoder, frame);
  const width = inputCountOf(encoder);
  const stored = [...storedNumbers(encoder)];
  const places = Int32Array.from(stored, ({ place }) => place);
  const spans = stored.some(({ span }) => span > 1) ? Int32Array.from(stored, ({ span }) => span) : undefined;
  const codesPerRow = encoder.columns.filter(({ kind }) => kind === "categorical").length;
  const numbers = new Float32Array(rows.length * places.length);
  const codes = new Int32Array(rows.length * codesPerRow);
  const unseen = new Map<string, number>();
  const imputed = new Map<string, number>();
  const find = columnFinder(frame);
  let place = 0;
  let number = 0;
  let code = 0;
  for (const column of encoder.columns) {
    const source = find(sourceOf(column));
    const counts = { unseen: 0, missing: 0 };
    if (column.kind === "categorical") {
      writeCodes({ column, source, rows, place, unseen: encoder.unseen }, codes, code++, codesPerRow, counts);
    } else {
      const read = { column, source, rows, unseen: encoder.unseen };
      writeNumbers(read, numbers, number, places.length, counts);
      number += storedOf(column);
    }
    // What of a date repeats is missing with the days that have passed, which tell so.
    const isPart = column.date !== undefined && column.date.part !== "elapsed";
    if (counts.missing > 0 && !column.missing && !isPart) imputed.set(column.name, counts.missing);
    if (counts.unseen > 0) unseen.set(column.name, counts.unseen);
    place += inputsOf(column);
  }
  const inputs =
    codesPerRow === 0 && !spans
      ? numbers
      : { rows: rows.length, width, places, ...(spans && { spans }), numbers, codesPerRow, codes };
  return { inputs, width, unseen, imputed };
}

/** The numbers that a row of inputs holds: those of all columns but categories, each with its first input and how many it fills. */
function* storedNumbers({ columns }: Encoder): Generator<{ readonly place: number; readonly span: number }> {
  let place = 0;
  for (const column of columns) {
    if (column.kind !== "categorical") {
      const bins = binsOf(column);
      let own = place;
      if (column.varies && hasValue(column)) yield { place: own++, span: 1 };
      if (bins > 0) yield { place: own, span: bins };
      if (column.missing) yield { place: own + bins, span: 1 };
    }
    place += inputsOf(column);
  }
}

/** How many numbers of a row are a column's. */
const storedOf = (column: EncodedColumn & { readonly kind: "numeric" | "boolean" }): number =>
  Number(column.varies && hasValue(column)) + Number(binsOf(column) > 0) + Number(column.missing);

interface Counts {
  unseen: number;
  missing: number;
}

interface NumberColumn {
  readonly column: EncodedColumn & { readonly kind: "numeric" | "boolean" };
  readonly source: Column;
  readonly rows: Int32Array;
  readonly unseen: Encoder["unseen"];
}

/** A number or a truth in each row, and whether it is missing, from the place `first` on. */
function writeNumbers(
  { column, source, rows, unseen }: NumberColumn,
  numbers: Float32Array,
  first: number,
  width: number,
  counts: Counts,
): void {
  const values = column.kind === "boolean" ? truthsAt(source, rows) : cellNumbers(column, source, rows);
  const indicator = first + storedOf(column) - 1;
  const edges = column.kind === "numeric" ? column.bins?.edges : undefined;
  const position = first + Number(hasValue(column));
  for (let i = 0; i < rows.length; i++) {
    const isMissing = isMissingAt(source, rows[i]);
    // What is none of the levels has no number.
    if (isMissing || Number.isNaN(values[i])) {
      if (!isMissing && unseen === "error" && column.kind === "numeric") {
        const name = categoryAt(source, rows[i]);
        const { levels: known = [] } = column;
        throw newCategory(column, source, rows[i], { name, what: "which is none of its levels", known });
      }
      if (column.missing) numbers[i * width + indicator] = 1;
      if (edges && column.kind === "numeric")
        numbers[i * width + position] = positionAmong(edges, column.mean);
      counts[isMissing ? "missing" : "unseen"]++;
    } else if (column.varies) {
      if (hasValue(column)) {
        const value = column.kind === "boolean" ? (values[i] === 1 ? 1 : -1) : standardize(column, values[i]);
        if (!Number.isFinite(value)) throw tooFar(column, source, rows[i]);
        numbers[i * width + first] = value;
      }
      if (edges) numbers[i * width + position] = positionAmong(edges, values[i]);
    }
  }
}

interface CodedColumn {
  readonly column: EncodedColumn & { readonly kind: "categorical" };
  readonly source: Column;
  readonly rows: Int32Array;
  /** The column's first input. */
  readonly place: number;
  readonly unseen: Encoder["unseen"];
}

/** The input of each row's category, or of its being missing; −1 for none. */
function writeCodes(
  { column, source, rows, place, unseen }: CodedColumn,
  codes: Int32Array,
  first: number,
  perRow: number,
  counts: Counts,
): void {
  const found = column.date ? partsAt(source, rows, column.date.part) : categoriesAt(source, rows);
  const offsets = new Map(column.categories.map((category, offset) => [category, offset]));
  const rest = column.other ? column.categories.length : undefined;
  const offsetOf = found.names.map((name) => offsets.get(name) ?? rest);
  const indicator = column.missing ? place + valueInputsOf(column) : -1;
  for (let i = 0; i < rows.length; i++) {
    const code = found.codes[i];
    const offset = code < 0 ? undefined : offsetOf[code];
    if (code < 0) counts.missing++;
    else if (offset === undefined) {
      if (unseen === "error") {
        const what = "a category that the model was not trained on";
        throw newCategory(column, source, rows[i], {
          name: found.names[code],
          what,
          known: column.categories,
        });
      }
      counts.unseen++;
    }
    codes[i * perRow + first] =
      code < 0 ? indicator : offset !== undefined && column.varies ? place + offset : -1;
  }
}

/** What of the dates at `rows` repeats, as categories. */
function partsAt(source: Column, rows: Int32Array, part: "elapsed" | DatePart): Categories {
  if (part === "elapsed") return categoriesAt(source, rows);
  const places = new Map<string, number>();
  const names: string[] = [];
  const codes = Int32Array.from(datesAt(source, rows), (day) => {
    if (Number.isNaN(day)) return -1;
    const name = nameOfPartAt(part, day);
    const known = places.get(name) ?? names.push(name) - 1;
    places.set(name, known);
    return known;
  });
  return { codes, names };
}

/** `known`: what might have been meant. */
function newCategory(
  column: EncodedColumn,
  source: Column,
  row: number,
  { name, what, known }: { readonly name: string; readonly what: string; readonly known: readonly string[] },
): InputError {
  const place = placeOfRow(source.origin, row);
  return new InputError({
    code: "unknown-category",
    found: `Row ${place.row} of ${place.source} has ${show(textAt(source, row))} in column "${column.name}", ${what}`,
    where: { ...place, column: source.name },
    value: name,
    remedy: suggestion(name, known),
  });
}

function tooFar(column: EncodedColumn, source: Column, row: number): InputError {
  const place = placeOfRow(source.origin, row);
  const scaling = column.kind === "numeric" ? ` (mean ${column.mean}, standard deviation ${column.std})` : "";
  return new InputError({
    code: "too-far",
    found: `Row ${place.row} of ${place.source} has ${show(textAt(source, row))} in column "${column.name}", too far from the values the model was trained on${scaling} to be computed with`,
    where: { ...place, column: source.name },
    value: textAt(source, row),
    remedy: "is it a typing error?",
  });
}

function checkColumns(encoder: Encoder, { origin: { source }, columns }: Frame): void {
  const needed = new Set(encoder.columns.map(sourceOf));
  for (const column of columns) {
    if (column.kind !== "unread" || !needed.has(column.name)) continue;
    throw new InputError({
      code: "missing-columns",
      found: `The model needs the column "${column.name}" of ${source}, which was left out: ${column.reason}`,
      where: { source, column: column.name },
    });
  }
  const present = new Set(columns.map(({ name }) => name));
  const lacking = [...needed].filter((name) => !present.has(name));
  if (lacking.length === 0) return;
  const quoted = lacking.map((name) => `"${name}"`).join(", ");
  throw new InputError({
    code: "missing-columns",
    found: `The model needs the column${lacking.length === 1 ? "" : "s"} ${quoted}, which ${source} lacks`,
    where: { source, column: lacking[0] },
    remedy: suggestion(lacking.length === 1 ? lacking[0] : "", [...present]),
  });
}
