import { missingTexts, type TextOptions } from "psilon";
import { literal } from "./database.js";
import type { SourceColumn } from "./relation.js";

/** What is to become of a column. */
export type Plan =
  | ReadPlan
  | { readonly column: SourceColumn; readonly kind: "unread"; readonly reason: string };

export interface ReadPlan {
  readonly column: SourceColumn;
  readonly kind: "numbers" | "dates" | "booleans" | "categories";
  /** What gives its values: numbers with NaN for missing ones, 1, 0 and −1, milliseconds, text or NULL. */
  readonly sql: string;
  readonly reading?: string;
  /** Of categories whose texts may be numbers or dates of some style: how the library is to look at them. */
  readonly texts?: TextOptions;
}

/** Kinds that a user declares for columns, as far as reading depends on them. */
export type DeclaredKinds = Readonly<Record<string, string>>;

const EXACT = /^(?:U?(?:TINYINT|SMALLINT|INTEGER)|FLOAT|DOUBLE|"NULL")$/;
const INEXACT = /^(?:U?BIGINT|U?HUGEINT|BIGNUM|VARINT|DECIMAL\(.*\))$/;
const WORDS = /^(?:VARCHAR|UUID|ENUM\(.*\)|TIME|TIME WITH TIME ZONE|INTERVAL)$/s;
const DATES = /^(?:DATE|TIMESTAMP.*)$/;

/** By DuckDB's type alone; `undefined` for text, which is to be looked through first. */
export function planByType(
  column: SourceColumn,
  declared: string | undefined,
  missing: readonly string[],
): Plan | undefined {
  const { type, sql } = column;
  if (declared === "ignore") return { column, kind: "unread", reason: "it was to be ignored" };
  if (INEXACT.test(type) || /INTEGER|SMALLINT|TINYINT/.test(type) || DATES.test(type)) {
    if (isWords(declared)) return { column, kind: "categories", sql: `CAST(${sql} AS VARCHAR)` };
  }
  if (EXACT.test(type) || INEXACT.test(type)) {
    return { column, kind: "numbers", sql: orNaN(withoutSentinels(`CAST(${sql} AS DOUBLE)`, missing)) };
  }
  if (type === "BOOLEAN")
    return { column, kind: "booleans", sql: `coalesce(CAST(${sql} AS TINYINT), -1::TINYINT)` };
  if (DATES.test(type)) {
    const finite = `CASE WHEN isfinite(${sql}) THEN CAST(${sql} AS TIMESTAMPTZ) END`;
    return { column, kind: "dates", sql: milliseconds(finite) };
  }
  if (type === "VARCHAR") {
    return isWords(declared) ? { column, kind: "categories", sql } : undefined;
  }
  if (WORDS.test(type)) return { column, kind: "categories", sql: `CAST(${sql} AS VARCHAR)` };
  const isNested = /\]$|^(?:STRUCT|MAP|UNION|JSON|VARIANT)/s.test(type);
  const reason = isNested
    ? "it is nested, and a cell holds one number, text, date, true or false"
    : `it is of the type ${type}, which is neither a number nor text`;
  return { column, kind: "unread", reason };
}

/** Whether numbers of the column may differ in digits that a 64-bit float does not keep. */
export const isInexact = ({ type }: SourceColumn) => INEXACT.test(type);

/** Whether a kind was declared for which its texts matter as they stand. */
function isWords(declared: string | undefined): boolean {
  return (
    declared !== undefined && declared !== "numeric" && declared !== "date" && !declared.startsWith("date:")
  );
}

export const orNaN = (sql: string) => `coalesce(${sql}, 'nan'::DOUBLE)`;

export const milliseconds = (timestamp: string) => orNaN(`epoch_us(${timestamp}) / 1000.0`);

/** What JavaScript trims as well. */
export const trimmed = (sql: string) => `trim(${sql}, E' \\t\\n\\r\\x0b\\x0c')`;

/** Whether a text is a token for a missing value, or NULL. */
export const isMissingIn = (sql: string, missing: readonly string[]) =>
  `(${sql} IS NULL OR ${trimmed(sql)} IN (${[...missingTexts, ...missing].map((token) => literal(token.trim())).join(", ")}))`;

/** A user's token for missing values may be a number, such as −999, in a column of numbers. */
function withoutSentinels(sql: string, missing: readonly string[]): string {
  const numbers = missing.filter((token) => token.trim() !== "" && Number.isFinite(Number(token)));
  return numbers.length === 0
    ? sql
    : `CASE WHEN ${sql} NOT IN (${numbers.map(Number).join(", ")}) THEN ${sql} END`;
}
