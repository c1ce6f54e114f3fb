import {
  BLANKS,
  besideLaterally,
  DAY,
  DECIMAL,
  type Dialect,
  inLowerCase,
  quotedText,
  TIME,
  WHOLE,
  ZONE,
} from "./dialect.js";

const blanks = BLANKS.map((code) => `chr(${code})`).join(" || ");

const matches = (cell: string, pattern: string) => `regexp_full_match(${cell}, '${pattern}')`;

export const duckdb: Dialect = {
  called: "DuckDB",
  columns: Number.POSITIVE_INFINITY,
  names: { empty: false, bytes: Number.POSITIVE_INFINITY, folded: inLowerCase },
  double: "DOUBLE",
  greatest: "greatest",
  least: "least",
  literal: quotedText,
  cell: (column) => `trim(CAST(${column} AS VARCHAR), ${blanks})`,
  isNumber: (column) => `regexp_full_match(typeof(${column}), '[A-Z]*INT(EGER)?|DECIMAL.*|FLOAT|DOUBLE')`,
  category: (cell) => `regexp_replace(${cell}, '${WHOLE}', '\\1')`,
  number: (cell) =>
    `CASE WHEN ${matches(cell, `${DECIMAL}([eE][+-]?[0-9]+)?`)} THEN nullif(nullif(TRY_CAST(${cell} AS DOUBLE), CAST('inf' AS DOUBLE)), CAST('-inf' AS DOUBLE)) END`,
  // A time without a zone is UTC, whichever zone the session is in; one with a zone is read where it has seconds.
  days: (cell) =>
    `CASE WHEN ${matches(cell, `${DAY}(${TIME})?`)} THEN epoch_us(TRY_CAST(${cell} AS TIMESTAMP)) WHEN ${matches(cell, DAY + TIME + ZONE)} THEN epoch_us(TRY_CAST(regexp_replace(${cell}, '^(.{16})([Z+-].*)$', '\\1:00\\2') AS TIMESTAMPTZ)) END / 86400e6`,
  month: (days) => `month(DATE '1970-01-01' + CAST(${days} AS INTEGER)) - 1`,
  floor: (number) => `floor(${number})`,
  beside: besideLaterally,
};
