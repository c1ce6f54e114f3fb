import {
  BLANKS,
  besideLaterally,
  DAY,
  DECIMAL,
  type Dialect,
  quotedText,
  TIME,
  WHOLE,
  ZONE,
} from "./dialect.js";

const matches = (cell: string, pattern: string) => `${cell} ~ ${literal(`^${pattern}$`)}`;

const blanks = BLANKS.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("");

/** Where standard_conforming_strings is off, backslashes escape in other texts as well. */
function literal(text: string): string {
  const quoted = quotedText(text);
  return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

export const postgres: Dialect = {
  called: "PostgreSQL",
  columns: 1664,
  names: { empty: false, bytes: 63, folded: (name) => name },
  double: "double precision",
  greatest: "greatest",
  least: "least",
  literal,
  // JSON writes dates alike whatever DateStyle says, and texts compare and match by their letters alone.
  cell: (column, date) =>
    `btrim(${date ? `to_jsonb(${column}) #>> '{}'` : `CAST(${column} AS text)`}, E'${blanks}') COLLATE "C"`,
  isNumber: (column) => `jsonb_typeof(to_jsonb(${column})) = 'number'`,
  category: (cell) => `regexp_replace(${cell}, ${literal(WHOLE)}, ${literal("\\1")})`,
  // Casts to what they cannot hold are errors, numbers too small among it.
  number: (cell) =>
    `CASE WHEN ${matches(cell, String.raw`[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100})`)} THEN CAST(${cell} AS double precision) WHEN length(${cell}) < 1000 AND ${matches(cell, `${DECIMAL}([eE][+-]?0*[0-9]{1,3})?`)} THEN CASE WHEN abs(CAST(${cell} AS numeric)) < 1e-200 THEN 0 WHEN abs(CAST(${cell} AS numeric)) <= ${Number.MAX_VALUE} THEN CAST(${cell} AS double precision) END END`,
  days: (cell) =>
    `CASE WHEN ${matches(cell, `${DAY}(${TIME}${ZONE}?)?`)} AND ${cell} !~ '^0000' THEN CASE WHEN to_char(CAST(substr(${cell}, 1, 8) || '01' AS date) + (CAST(substr(${cell}, 9, 2) AS integer) - 1), 'YYYY-MM-DD') = substr(${cell}, 1, 10) THEN CAST(extract(epoch FROM CAST(${cell} || CASE WHEN ${matches(cell, DAY)} THEN ' 00:00+00' WHEN ${matches(cell, DAY + TIME)} THEN '+00' ELSE '' END AS timestamptz)) AS double precision) / 86400e0 END END`,
  month: (days) => `extract(month FROM DATE '1970-01-01' + CAST(${days} AS integer)) - 1`,
  floor: (number) => `floor(${number})`,
  beside: besideLaterally,
};
