import type { TextOptions } from "psilon";
import { literal } from "./database.js";
import {
  isInexact,
  isMissingIn,
  milliseconds,
  orNaN,
  type Plan,
  type ReadPlan,
  trimmed,
} from "./readPlan.js";
import type { SourceColumn } from "./relation.js";

/** Something that SQL finds out over all rows; where these are of several files, `merge` puts what it found in each together. */
export interface Test {
  readonly sql: string;
  readonly merge: "and" | "or" | "max" | "sum";
}

/** A way to read a column, and what has to be found out about all its cells for it. */
export interface Reading {
  readonly tests: readonly Test[];
  /** What the tests found decides: this plan, with so many bytes of texts in `rows` rows, or another reading to be tried. */
  decide(found: readonly unknown[], rows: number): { plan: Plan; bytes: number } | { next: Reading };
}

/** A text column of more different ones is left out. */
export const MOST_TEXTS = 1_000_000;

/** Below it every whole number is a 64-bit float. */
const WHOLE = 2 ** 53;

/** Bytes of a text besides its letters: in a string, in a list and in the map that finds its code. */
const TEXT = 80;

const FLOATS = "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more";

/** A column of another type than text. */
export function typedReading(plan: Plan): Reading {
  if (plan.kind === "categories") return textReading(plan.column, undefined, plan.sql);
  if (plan.kind !== "numbers" || !isInexact(plan.column)) {
    return { tests: [], decide: () => ({ plan, bytes: 0 }) };
  }
  const { sql, type } = plan.column;
  // DECIMAL(18,3) becomes a float and must come back the same.
  const back = /^(?:DECIMAL|U?HUGEINT)/.test(type) ? type : "HUGEINT";
  return {
    tests: [
      {
        sql: `coalesce(bool_or(TRY_CAST(CAST(${sql} AS DOUBLE) AS ${back}) IS DISTINCT FROM CAST(${sql} AS ${back})), false)`,
        merge: "or",
      },
    ],
    decide: ([isLossy]) => ({ plan: isLossy ? { ...plan, reading: FLOATS } : plan, bytes: 0 }),
  };
}

/** Text as it stands, or as the library finds it to be in the end. */
export function textReading(column: SourceColumn, texts?: TextOptions, sql = column.sql): Reading {
  return {
    tests: [
      { sql: `approx_count_distinct(${sql})`, merge: "sum" },
      { sql: `coalesce(avg(strlen(${sql})), 0)`, merge: "max" },
    ],
    decide([distinct, length], rows) {
      // The count is an estimate; close to the limit the reader counts for itself.
      const different = Math.min(Number(distinct), rows);
      if (different > 1.2 * MOST_TEXTS) return { plan: tooMany(column), bytes: 0 };
      return {
        plan: { column, kind: "categories", sql, ...(texts && { texts }) },
        bytes: Math.min(different, MOST_TEXTS) * (TEXT + Number(length)),
      };
    },
  };
}

export function tooMany(column: SourceColumn): Plan & { kind: "unread" } {
  return {
    column,
    kind: "unread",
    reason: `it has more than ${MOST_TEXTS.toLocaleString("en-US")} different texts`,
  };
}

/** Text of numbers, as `Number` reads them. */
export function numberReading(column: SourceColumn, missing: readonly string[], texts: TextOptions): Reading {
  const { sql } = column;
  const value = withoutSentinels(sql, `TRY_CAST(${sql} AS DOUBLE)`, missing);
  // DuckDB also takes 1_000, +-5 and -nan for numbers.
  const isPlain = `NOT contains(${sql}, '_') AND NOT contains(${sql}, '+-')`;
  const plan: ReadPlan = { column, kind: "numbers", sql: orNaN(value) };
  return {
    tests: [
      {
        sql: `bool_and(CASE WHEN ${value} IS NULL OR isnan(${value}) THEN ${isMissingIn(sql, missing)} ELSE ${isPlain} END)`,
        merge: "and",
      },
      { sql: `max(abs(${value}))`, merge: "max" },
    ],
    decide([holds, largest]) {
      if (holds === false) return { next: textReading(column, texts) };
      return Number(largest) >= WHOLE && Number.isFinite(Number(largest))
        ? { next: digitsReading(plan, trimmed(sql), value) }
        : { plan, bytes: 0 };
    },
  };
}

/** Whether whole numbers among large ones lose digits. */
function digitsReading(plan: ReadPlan, text: string, value: string): Reading {
  return {
    tests: [
      {
        sql: `coalesce(bool_or(CASE WHEN abs(${value}) >= ${WHOLE} AND regexp_full_match(${text}, '[+-]?\\d+')
          THEN abs(${value}) > 1e38 OR TRY_CAST(${text} AS HUGEINT) <> TRY_CAST(${value} AS HUGEINT) ELSE false END), false)`,
        merge: "or",
      },
    ],
    decide: ([isLossy]) => ({ plan: isLossy ? { ...plan, reading: FLOATS } : plan, bytes: 0 }),
  };
}

const DATE = String.raw`\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?`;

/** Text of ISO dates, in UTC where no zone is said. */
function dateReading(column: SourceColumn, missing: readonly string[], texts: TextOptions): Reading {
  const text = trimmed(column.sql);
  const value = `TRY_CAST(${text} AS TIMESTAMPTZ)`;
  return {
    tests: [
      {
        sql: `bool_and(${isMissingIn(column.sql, missing)} OR (${value} IS NOT NULL AND regexp_full_match(${text}, ${literal(DATE)})))`,
        merge: "and",
      },
    ],
    decide: ([holds]) =>
      holds
        ? { plan: { column, kind: "dates", sql: milliseconds(value) }, bytes: 0 }
        : { next: textReading(column, texts) },
  };
}

/** A user's tokens for missing values may be numbers, such as −999. */
function withoutSentinels(text: string, value: string, missing: readonly string[]): string {
  if (missing.length === 0) return value;
  return `CASE WHEN ${trimmed(text)} NOT IN (${missing.map((token) => literal(token.trim())).join(", ")}) THEN ${value} END`;
}

const isDate = new RegExp(`^${DATE}$`);
const isPlainNumber = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?)$/i;

/** The likely reading of a text column, by some of its cells less those that are missing. */
export function likelyReading(
  column: SourceColumn,
  cells: readonly string[],
  missing: readonly string[],
  texts: TextOptions,
): Reading {
  if (cells.every((cell) => isPlainNumber.test(cell))) return numberReading(column, missing, texts);
  if (cells.every((cell) => isDate.test(cell))) return dateReading(column, missing, texts);
  return textReading(column, texts);
}
