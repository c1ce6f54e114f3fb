import { BLANKS, type Dialect, inLowerCase, quotedText, type Selection } from "./dialect.js";

/** Arguments of a function, at most, in every build. */
const TOGETHER = 100;

/** A comparison with it makes a number of every text that is one as a whole, and any other text is more than all numbers. */
const LARGEST = `CAST(${Number.MAX_VALUE} AS REAL)`;

export const sqlite: Dialect = {
  called: "SQLite",
  columns: 2000,
  names: { empty: true, bytes: Number.POSITIVE_INFINITY, folded: inLowerCase },
  double: "REAL",
  greatest: "max",
  least: "min",
  literal: quotedText,
  cell: (column) =>
    `CASE typeof(${column}) WHEN 'text' THEN trim(${column}, char(${BLANKS.join(", ")})) ELSE ${column} END`,
  isNumber: (column) => `typeof(${column}) IN ('integer', 'real')`,
  category(cell) {
    const text = `CAST(${cell} AS TEXT)`;
    const whole = `substr(${text}, 1, instr(${text}, '.') - 1)`;
    const isWhole = `${text} GLOB '*[0-9].0*' AND ltrim(substr(${text}, instr(${text}, '.') + 1), '0') = '' AND ${whole} NOT GLOB '*[^0-9-]*' AND substr(${whole}, 2) NOT GLOB '*-*'`;
    return `CASE WHEN ${isWhole} THEN ${whole} ELSE ${text} END`;
  },
  number: (cell) => `CASE WHEN ${cell} BETWEEN -${LARGEST} AND ${LARGEST} THEN CAST(${cell} AS REAL) END`,
  // A number is a Julian day, as julianday has it; the day is asked for since the 31st of February is one in March.
  days: (cell) =>
    `CASE WHEN typeof(${cell}) <> 'text' OR (${cell} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' AND date(substr(${cell}, 1, 10)) = substr(${cell}, 1, 10)) THEN round((julianday(${withZone(cell)}) - 2440587.5) * 86400000) / 86400000 END`,
  month: (days) => `CAST(strftime('%m', ${days} + 2440587.5) AS INTEGER) - 1`,
  // Not all builds have floor.
  floor: (number) => `(CAST(${number} AS INTEGER) - (${number} < CAST(${number} AS INTEGER)))`,
  beside: besideAsJson,
};

/** The moment with its zone as julianday has it, +05:30, where it is +0530 or +05. */
const withZone = (cell: string): string =>
  `CASE WHEN ${cell} GLOB '*[T ]*[+-][0-9][0-9]' THEN ${cell} || ':00' WHEN ${cell} GLOB '*[T ]*[+-][0-9][0-9][0-9][0-9]' THEN substr(${cell}, 1, length(${cell}) - 2) || ':' || substr(${cell}, -2) ELSE ${cell} END`;

/** A function that gives rows is all that may read a row of the table from FROM: that of JSON, for one list of all columns. */
function besideAsJson(table: string, { before, columns, after }: Selection): string {
  const parts: string[] = [];
  for (let from = 0; from < columns.length; from += TOGETHER) {
    const own = columns.slice(from, from + TOGETHER).map(({ sql }) => sql);
    parts.push(`json_array(\n  ${own.join(",\n  ")})`);
  }
  const shown = columns.map(({ name }, k) => {
    const path = `$[${Math.floor(k / TOGETHER)}][${k % TOGETHER}]`;
    return `,\n  json_extract(p.value, '${path}') AS ${name}`;
  });
  return `SELECT t.*${shown.join("")}\nFROM ${table} AS t\nCROSS JOIN json_each((\n${before}SELECT json_array(json_array(${parts.join(", ")}))\n${after}\n)) AS p\n`;
}
