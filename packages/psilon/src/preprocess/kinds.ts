import { checkArgument, isObject, type Kind } from "../arguments.js";
import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import type { CellOptions } from "../tables/columnFrom.js";
import { checkFrame, checkRows } from "../tables/frame.js";
import type { DatePart } from "./dateParts.js";

/** What is predicted: numbers, or one of several classes. */
export type Task = "regression" | "classification";

/**
 * What a user may say a column is; a date with the parts of it that become inputs, as in "date:month,weekday"; an ordered category with its
 * levels, the least first. `ignore` leaves it out, unread.
 */
export type KindOverride =
  | "numeric"
  | "categorical"
  | "boolean"
  | "date"
  | `date:${string}`
  | "ignore"
  | { readonly ordered: readonly string[] };

/** The kinds that a user may name, but for dates with their parts and for orders. */
export const overrideKinds = ["numeric", "categorical", "boolean", "date", "ignore"] as const;

/** What a column holds, learned from some rows. */
export type ColumnValues =
  | {
      readonly kind: "numeric";
      readonly min: number;
      readonly max: number;
      readonly mean: number;
      readonly std: number;
      /** How many different numbers. */
      readonly distinct: number;
    }
  /** `categories` by number or else by text, never by row; `counts` beside them. */
  | {
      readonly kind: "categorical";
      readonly categories: readonly string[];
      readonly counts: readonly number[];
      /** Those beyond the most frequent ones, which all are one: how many there are, and in how many rows. */
      readonly rest?: { readonly categories: number; readonly rows: number };
    }
  /** Categories with an order, the least first; `counts` beside them. */
  | { readonly kind: "ordered"; readonly levels: readonly string[]; readonly counts: readonly number[] }
  | { readonly kind: "boolean"; readonly counts: { readonly false: number; readonly true: number } }
  | {
      readonly kind: "date";
      /** Days since 1970. */
      readonly min: number;
      readonly max: number;
      /** What becomes inputs beside the time that has passed: what was asked for, or varies. */
      readonly parts: readonly DatePart[];
    }
  /** The same value in every row. */
  | { readonly kind: "constant"; readonly value: string }
  /** Text that differs in more than half of the rows, such as a name. */
  | { readonly kind: "identifier"; readonly distinct: number }
  /** No value in any row. */
  | { readonly kind: "empty" };

/** One column: what it holds and what it is for. */
export type ColumnSchema = {
  readonly name: string;
  readonly role: "feature" | "target" | "ignored";
  /** Why a column is ignored, as the end of a sentence such as "Column x was left out: …". */
  readonly reason?: string;
  /** How its cells were read, where not as they stand: the end of a sentence such as "Column x is …". */
  readonly reading?: string;
  /** How many of the used rows have no value here. */
  readonly missing: number;
} & (ColumnValues | { readonly kind: "unread" });

/** What a table holds and what is to be learned from it. Plain data: it goes into a model file as JSON. */
export interface Schema {
  /** Rows in the table, and those used: rows without a target are not, nor those of a class that has but one. */
  readonly rows: {
    readonly read: number;
    readonly used: number;
    /** Classes of one row, which was left out. */
    readonly rare?: readonly string[];
  };
  /** Absent when no target was named. */
  readonly task?: Task;
  /** In the table's order, the ignored ones too. */
  readonly columns: readonly ColumnSchema[];
  /** Texts that stood for a missing value besides the usual ones (`Frame.missing`). */
  readonly missing?: readonly string[];
}

export const aSchema: Kind = {
  name: "a schema",
  is: (value) => isObject(value) && "columns" in value && Array.isArray(value.columns) && "rows" in value,
  remedy: "make one by inferSchema",
};

/** Throws InputError for what is no schema. */
export const checkSchema = (schema: unknown): void => checkArgument("schema", schema, aSchema);

/** Throws InputError for a table, rows or a schema that are none. */
export function checkToLearn(frame: unknown, rows: unknown, schema: unknown): void {
  checkFrame(frame);
  checkRows(rows);
  checkSchema(schema);
}

/** How a table that goes with the schema's is read: categories as texts, and the rest as it was then. */
export function cellOptionsFor({
  columns,
  missing = [],
}: Schema): Pick<CellOptions, "asText" | "readings" | "missing"> {
  const read = columns.filter(({ role }) => role !== "ignored");
  return {
    missing,
    asText: new Set(
      read.flatMap(({ name, kind }) => (kind === "categorical" || kind === "ordered" ? [name] : [])),
    ),
    readings: Object.fromEntries(
      read.flatMap(({ name, reading }) => (reading === undefined ? [] : [[name, reading]])),
    ),
  };
}

/** The columns of one role. */
export function columnsOf(schema: Schema, role: ColumnSchema["role"]): ColumnSchema[] {
  return schema.columns.filter((column) => column.role === role);
}

/** The feature of that name. Throws InputError where there is none; `asked` begins the sentence with what was asked of it. */
export function featureNamed(schema: Schema, name: string, asked: string): ColumnSchema {
  const features = columnsOf(schema, "feature");
  const feature = features.find((column) => column.name === name);
  if (feature) return feature;
  throw new InputError({
    code: "unknown-column",
    found: `${asked}, which is no column to predict from`,
    where: { column: name },
    value: name,
    remedy: suggestion(
      name,
      features.map((column) => column.name),
    ),
  });
}
