import type { SchemaElement, SchemaTree } from "hyparquet";

/** How a column of a Parquet file is read. */
export type ParquetPlan =
  /** `scale`: digits behind the point of a decimal, whose digits are read as a whole number. */
  | { readonly kind: "numbers"; readonly scale?: number }
  | { readonly kind: "booleans" }
  /** Milliseconds. */
  | { readonly kind: "dates" }
  | { readonly kind: "texts" }
  /** Texts that are none of something else. */
  | { readonly kind: "words" }
  /** Times of day, so many of which are a second. */
  | { readonly kind: "times"; readonly perSecond: number }
  | { readonly kind: "unread"; readonly reason: string };

/** By the schema alone. */
export function planOf({ element, children }: SchemaTree): ParquetPlan {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  const isNested =
    children.length > 0 ||
    repetition === "REPEATED" ||
    converted === "JSON" ||
    converted === "BSON" ||
    logical?.type === "VARIANT";
  if (isNested) return unread("it is nested, and a cell holds one number, text, date, true or false");
  if (type === "BOOLEAN") return { kind: "booleans" };
  if (isDecimal(element)) return { kind: "numbers", scale: element.scale ?? 0 };
  if (type === "INT96" || logical?.type === "TIMESTAMP" || /^(?:DATE|TIMESTAMP_)/.test(converted ?? ""))
    return { kind: "dates" };
  if (logical?.type === "TIME" || converted?.startsWith("TIME_")) {
    const unit = logical?.type === "TIME" ? logical.unit : converted?.slice("TIME_".length);
    return { kind: "times", perSecond: unit === "MILLIS" ? 1e3 : unit === "MICROS" ? 1e6 : 1e9 };
  }
  if (logical?.type === "UUID") return { kind: "words" };
  if (logical?.type === "FLOAT16") return { kind: "numbers" };
  if (converted === "UTF8" || converted === "ENUM" || logical?.type === "STRING" || logical?.type === "ENUM")
    return { kind: "texts" };
  if (type === "INT32" || type === "INT64" || type === "FLOAT" || type === "DOUBLE")
    return { kind: "numbers" };
  return unread(
    `it is of the type ${logical?.type ?? converted ?? type}, which is neither a number nor text`,
  );
}

const unread = (reason: string): ParquetPlan => ({ kind: "unread", reason });

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";

/** The element as one of what it is stored as, where it is a decimal: hyparquet multiplies by 0.01 where 100 is to divide. */
export function asStored(element: SchemaElement): SchemaElement {
  if (!isDecimal(element)) return element;
  const { converted_type: _, logical_type: __, ...stored } = element;
  return stored;
}
