import { InputError } from "../errors.js";
import { suggest } from "../names.js";
import { columnPlaces } from "../tables/columnIndex.js";
import { booleanIn, categoryIn, isMissing, numbersOf, show, sortCategories } from "../tables/parse.js";
import type { Table } from "../tables/table.js";
import { notBoolean } from "./column.js";
import { columnsOf, type Schema } from "./schema.js";
import { moments, quantile } from "./statistics.js";

/** How one column becomes inputs of a network: its values first (if `varies`), then the indicator (if `missing`). */
export type EncodedColumn = {
  readonly name: string;
  /** Whether it took more than one value in the train rows; a column that did not has no value inputs. */
  readonly varies: boolean;
  /** Whether it was missing in some train row, and so has an input that is 1 where it is missing and else 0. */
  readonly missing: boolean;
} & (
  | {
      readonly kind: "numeric";
      readonly mean: number;
      readonly std: number;
      /** Whether every train value was whole. */
      readonly integer: boolean;
    }
  | { readonly kind: "boolean" }
  | { readonly kind: "categorical"; readonly categories: readonly string[] }
);

/** Everything needed to turn a table into a network's inputs. Plain data: it goes into a model file as JSON. */
export interface Encoder {
  /** What becomes of a category that no train row had: all its column's inputs are 0, or it is an error. */
  readonly unseen: "zeros" | "error";
  readonly columns: readonly EncodedColumn[];
}

/** One input of a network in the user's terms. */
export interface EncodedInput {
  /** For people: "age", "sex=female", "age is missing". */
  readonly name: string;
  readonly column: string;
  readonly kind: "numeric" | "boolean" | "category" | "missing";
  readonly category?: string;
  /**
   * How far the input moves for one unit of the column: 1/std for a number, 2 between false and true, 1 between a
   * category (or a missing value) and not. Times a bound per input, it is a bound in the user's units.
   */
  readonly scale: number;
}

export interface EncodedTable {
  /** rows × inputs, row by row. */
  readonly values: Float32Array;
  readonly inputs: number;
  readonly names: readonly string[];
  /** By column: how many cells held a category that no train row had, and were encoded as zeros. */
  readonly unseen: ReadonlyMap<string, number>;
  /** By column: how many cells were missing although none was in the train rows, and were encoded as zeros (a number: as the mean). */
  readonly imputed: ReadonlyMap<string, number>;
}

/**
 * Learns how to encode the schema's features from the train rows alone.
 * - A number x becomes (x − mean)/std, in float64 before it is stored as float32, and 0 where it is missing.
 * - A boolean becomes −1 or 1, and 0 where it is missing.
 * - A category becomes 1 in its own input and 0 in those of the column's other categories, all 0 where it is missing.
 * - A column with missing train cells gets one more input saying so.
 *
 * A column that varies in no way over the train rows has no inputs and is not asked for again. Throws InputError when
 * that leaves none, and at a cell that does not fit its column's kind.
 */
export function fitEncoder(
  table: Table,
  rows: Int32Array,
  schema: Schema,
  { unseen = "zeros" }: { readonly unseen?: "zeros" | "error" } = {},
): Encoder {
  const placeOf = columnPlaces(table);
  const columns = columnsOf(schema, "feature")
    .map(({ name, kind }) => fitColumn(table, rows, placeOf(name), kind))
    .filter((column) => inputsOf(column) > 0);
  if (columns.length === 0) {
    throw new InputError(
      `No feature column of ${table.source} varies over the ${rows.length} train rows, so there is nothing to learn from.`,
    );
  }
  return { unseen, columns };
}

function fitColumn(table: Table, rows: Int32Array, index: number, kind: string): EncodedColumn {
  const name = table.names[index];
  const cells = table.columns[index];
  const missing = rows.some((row) => isMissing(cells[row]));
  if (kind === "numeric") {
    const numbers = numbersOf(table, index, rows);
    checkOutliers(table, index, rows, numbers);
    const { mean, std } = moments(numbers);
    // The inverse of no deviation is infinite, and that of a subnormal one, by which no number can be told from another.
    const varies = Number.isFinite(1 / std);
    const integer = numbers.every((x) => Number.isNaN(x) || Number.isInteger(x));
    return { name, kind, varies, missing, mean: varies ? mean : 0, std: varies ? std : 1, integer };
  }
  const present = rows.filter((row) => !isMissing(cells[row]));
  if (kind === "boolean") {
    const truths = new Set(Array.from(present, (row) => truthAt(table, index, row)));
    return { name, kind, varies: truths.size > 1, missing };
  }
  const categories = sortCategories(new Set(Array.from(present, (row) => categoryIn(cells[row]))));
  return { name, kind: "categorical", varies: categories.length > 1, missing, categories };
}

/** In widths of the middle half of a column's numbers. */
const FAR = 1e9;

/**
 * A number so far out would set the scale of its column alone, and all others would be the same to a network. Where half of the rows hold one
 * number, as in counts that are mostly 0, there is no telling.
 */
function checkOutliers(table: Table, column: number, rows: Int32Array, numbers: Float64Array): void {
  const sorted = numbers.filter((x) => !Number.isNaN(x)).sort();
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p));
  const reach = FAR * (high - low);
  const far = reach > 0 ? numbers.findIndex((x) => Math.abs(x - median) > reach) : -1;
  if (far < 0) return;
  throw new InputError(
    `Column "${table.names[column]}" of ${table.source} has ${numbers[far]} in row ${table.firstRow + rows[far]}, too far from the others (median ${median}) to learn from; correct the value, or leave it empty if it is missing.`,
  );
}

/** How many inputs a column becomes. */
export function inputsOf(column: EncodedColumn): number {
  const values = column.kind === "categorical" ? column.categories.length : 1;
  return (column.varies ? values : 0) + (column.missing ? 1 : 0);
}

/** Every input in order. */
export function encodedInputs(encoder: Encoder): EncodedInput[] {
  return encoder.columns.flatMap((column): EncodedInput[] => {
    const { name } = column;
    const inputs: EncodedInput[] = [];
    if (column.varies && column.kind === "numeric") {
      inputs.push({ name, column: name, kind: "numeric", scale: 1 / column.std });
    } else if (column.varies && column.kind === "boolean") {
      inputs.push({ name, column: name, kind: "boolean", scale: 2 });
    } else if (column.varies && column.kind === "categorical") {
      for (const category of column.categories) {
        inputs.push({ name: `${name}=${category}`, column: name, kind: "category", category, scale: 1 });
      }
    }
    if (column.missing) inputs.push({ name: `${name} is missing`, column: name, kind: "missing", scale: 1 });
    return inputs;
  });
}

/**
 * The network's inputs for `rows` of `table`, which needs the encoder's columns in any order and may have others.
 *
 * Throws InputError for columns it lacks, for cells that do not fit their column, for numbers so far from the train
 * rows' that float32 cannot hold them, and for new categories when the encoder's policy is `error`.
 */
export function encode(encoder: Encoder, table: Table, rows: Int32Array): EncodedTable {
  checkColumns(encoder, table);
  const names = encodedInputs(encoder).map((input) => input.name);
  const inputs = names.length;
  const values = new Float32Array(rows.length * inputs);
  const unseen = new Map<string, number>();
  const imputed = new Map<string, number>();
  const placeOf = columnPlaces(table);
  let first = 0;
  for (const column of encoder.columns) {
    const index = placeOf(column.name);
    const encodeCell = cellEncoder(column, encoder, table, index, rows);
    const indicator = first + inputsOf(column) - 1;
    let missingCount = 0;
    let unseenCount = 0;
    for (let i = 0; i < rows.length; i++) {
      if (isMissing(table.columns[index][rows[i]])) {
        if (column.missing) values[i * inputs + indicator] = 1;
        missingCount++;
      } else if (!encodeCell(i, values, i * inputs + first)) unseenCount++;
    }
    if (missingCount > 0 && !column.missing) imputed.set(column.name, missingCount);
    if (unseenCount > 0) unseen.set(column.name, unseenCount);
    first += inputsOf(column);
  }
  return { values, inputs, names, unseen, imputed };
}

/**
 * (x − mean)/std as the network reads it, a float32. Every operation is rounded, and so never decreases as x grows: the numbers between
 * a and b become float32 numbers between those of a and b.
 */
export function standardize(
  { mean, std }: { readonly mean: number; readonly std: number },
  x: number,
): number {
  // Halved, so that the difference of two huge numbers cannot overflow; the quotient is the same.
  return Math.fround((0.5 * x - 0.5 * mean) / (0.5 * std));
}

/** Writes the cell of the i-th row from `place` on; false when it is a category that no train row had. */
type CellEncoder = (i: number, values: Float32Array, place: number) => boolean;

function cellEncoder(
  column: EncodedColumn,
  encoder: Encoder,
  table: Table,
  index: number,
  rows: Int32Array,
): CellEncoder {
  if (column.kind === "numeric") {
    const numbers = numbersOf(table, index, rows);
    return (i, values, place) => {
      if (!column.varies) return true;
      const standardized = standardize(column, numbers[i]);
      if (!Number.isFinite(standardized)) throw tooFar(column, table, index, rows[i]);
      values[place] = standardized;
      return true;
    };
  }
  if (column.kind === "boolean") {
    return (i, values, place) => {
      const truth = truthAt(table, index, rows[i]);
      if (column.varies) values[place] = truth ? 1 : -1;
      return true;
    };
  }
  const offsets = new Map(column.categories.map((category, offset) => [category, offset]));
  return (i, values, place) => {
    const cell = table.columns[index][rows[i]];
    const offset = offsets.get(categoryIn(cell));
    if (offset === undefined && encoder.unseen === "error") {
      throw new InputError(
        `Row ${table.firstRow + rows[i]} of ${table.source} has ${show(cell)} in column "${column.name}", a category that the model was not trained on${suggest(categoryIn(cell), column.categories)}`,
      );
    }
    if (offset !== undefined && column.varies) values[place + offset] = 1;
    return offset !== undefined;
  };
}

function truthAt(table: Table, index: number, row: number): boolean {
  const truth = booleanIn(table.columns[index][row]);
  if (truth === undefined) throw notBoolean(table, index, row);
  return truth;
}

function tooFar(
  { name, mean, std }: EncodedColumn & { kind: "numeric" },
  table: Table,
  index: number,
  row: number,
): InputError {
  return new InputError(
    `Row ${table.firstRow + row} of ${table.source} has ${show(table.columns[index][row])} in column "${name}", too far from the values the model was trained on (mean ${mean}, standard deviation ${std}) to be computed with; is it a typing error?`,
  );
}

function checkColumns(encoder: Encoder, table: Table): void {
  const present = new Set(table.names);
  const lacking = encoder.columns.map((column) => column.name).filter((name) => !present.has(name));
  if (lacking.length === 0) return;
  const quoted = lacking.map((name) => `"${name}"`).join(", ");
  throw new InputError(
    lacking.length === 1
      ? `The model needs the column ${quoted}, which ${table.source} lacks${suggest(lacking[0], table.names)}`
      : `The model needs the columns ${quoted}, which ${table.source} lacks${suggest("", table.names)}`,
  );
}
