import { anObject, isObject, type Kind, oneOf, texts } from "../arguments.js";
import { InputError } from "../errors.js";
import type { Column, Origin } from "./column.js";
import { textBuilder } from "./textColumn.js";
import { INEXACT, isExact, numbersIn } from "./texts.js";
import { type TextOptions, typeText } from "./typeText.js";

/** A column of a table library: Arrow's and arquero's have these. */
export type Vector = { readonly length: number } & (
  | {
      /** The cell of a row, counted from 0. */
      get(row: number): unknown;
    }
  | {
      /** The cell of a row, counted from 0. */
      at(row: number): unknown;
    }
);

/** The values of a column as a program hands them over: an array, a typed array or a vector. */
export type Values = ArrayLike<unknown> | Vector;

/** How cells are read. */
export interface CellOptions extends Omit<TextOptions, "reading"> {
  /** How columns like these were read before, by their names (`Column.reading`), and how they are to be read again. */
  readonly readings?: Readonly<Record<string, string>>;
  /** Columns whose cells stay texts, whatever they look like: those to be taken for categories. */
  readonly asText?: ReadonlySet<string>;
}

export const cellOptionKinds = {
  commas: oneOf("thousands", "unknown"),
  missing: texts,
  readings: anObject,
  asText: { name: "a Set of names of columns", is: (value) => isObject(value) && "has" in value },
} satisfies Record<keyof CellOptions, Kind>;

/** The column of the given values. Throws InputError at a value that is no cell. */
export function columnFrom(name: string, origin: Origin, given: Values, options: CellOptions): Column {
  const values = valuesIn(given);
  const asText = options.asText?.has(name) === true;
  switch (asText ? "text" : typeOf(values)) {
    case "number":
      return { name, origin, ...numbersFrom(values, numbersIn(options.missing ?? [])) };
    case "boolean": {
      const truths = Int8Array.from(values, (value) => (isNothing(value) ? -1 : Number(value)));
      return { kind: "booleans", name, origin, values: truths };
    }
    case "date": {
      const moments = Float64Array.from(values, (value) =>
        isNothing(value) ? Number.NaN : (value as Date).getTime(),
      );
      return { kind: "dates", name, origin, values: moments };
    }
    case "text": {
      const builder = textBuilder(values.length, options.missing);
      for (let row = 0; row < values.length; row++) builder.push(textOf(values[row], name, row));
      const column = builder.column(name, origin);
      if (column.kind === "unread" || asText) return column;
      const { readings = {} } = options;
      return typeText(column, {
        ...options,
        reading: Object.hasOwn(readings, name) ? readings[name] : undefined,
      });
    }
  }
}

/** The values in an array, without a copy where there is one. */
function valuesIn(given: Values): ArrayLike<unknown> {
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return given as ArrayLike<unknown>;
  const { length, nullCount, toArray, type } = given as Arrow;
  const kind = String(type ?? "");
  // Of moments, decimals and half floats Arrow's array holds other numbers than its vector.
  if (nullCount === 0 && /^(?:(?:I|Ui)nt\d+|Float(?:32|64))?$/.test(kind)) {
    const array = toArray?.call(given);
    if (ArrayBuffer.isView(array) && (array as Float64Array).length === length) return array as Float64Array;
  }
  const at = (row: number): unknown => {
    if ("get" in given) return given.get(row);
    return "at" in given ? given.at(row) : given[row];
  };
  const isMoment = /^(?:Date|Timestamp)/.test(kind);
  return Array.from({ length }, (_, row) => {
    const value = at(row);
    return isMoment && typeof value === "number" ? new Date(value) : value;
  });
}

/** What Arrow's vectors have besides. */
interface Arrow {
  readonly length: number;
  readonly nullCount?: number;
  readonly toArray?: () => unknown;
  readonly type?: unknown;
}

/** What all of the values are that are there; "text" where they are not all the same, and where there are none but null. */
function typeOf(values: ArrayLike<unknown>): "number" | "boolean" | "date" | "text" {
  if (ArrayBuffer.isView(values)) return "number";
  let found: "number" | "boolean" | "date" | undefined;
  let hasNaN = false;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    hasNaN ||= Number.isNaN(value);
    if (isNothing(value) && !(value instanceof Date)) continue;
    const type = typeof value === "bigint" ? "number" : value instanceof Date ? "date" : typeof value;
    if (type !== "number" && type !== "boolean" && type !== "date") return "text";
    if (found !== undefined && type !== found) return "text";
    found = type;
  }
  return found ?? (hasNaN ? "number" : "text");
}

/** Numbers less those that stand for a missing value. A Float64Array is taken as it is where there are none of these. */
function numbersFrom(
  given: ArrayLike<unknown>,
  marks: ReadonlySet<number>,
): { readonly kind: "numbers"; readonly values: Float64Array; readonly reading?: string } {
  if (given instanceof Float64Array && marks.size === 0) return { kind: "numbers", values: given };
  let isRounded = false;
  const values = Float64Array.from(given, (value) => {
    if (isNothing(value)) return Number.NaN;
    isRounded ||= typeof value === "bigint" && !isExact(value);
    const number = Number(value);
    return marks.has(number) ? Number.NaN : number;
  });
  return { kind: "numbers", values, ...(isRounded ? { reading: INEXACT } : {}) };
}

/** Whether a value stands for none: null, undefined, NaN, and a date that is none. */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || Number.isNaN(value instanceof Date ? value.getTime() : value);

function textOf(value: unknown, name: string, row: number): string | null {
  if (isNothing(value)) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol")
    return String(value);
  const found = Array.isArray(value) ? "an array" : `of type ${typeof value}`;
  throw new InputError({
    code: "not-a-cell",
    found: `The value in row ${row + 1}, column "${name}" is ${found}`,
    where: { column: name, row: row + 1 },
    remedy: "a table holds numbers, text, booleans and dates, so turn it into one of these first",
  });
}
