/** What SQL does not say alike everywhere. Arguments and results are expressions. */
export interface Dialect {
  /** As people call it. */
  readonly called: string;
  /** Columns of a SELECT at most. */
  readonly columns: number;
  /** Whether a name may have no letters, and whether names are told apart by upper and lower case alone. */
  readonly names: { readonly empty: boolean; readonly byCase: boolean };
  readonly double: string;
  readonly greatest: string;
  readonly least: string;
  /** A text that both quotes and backslashes are safe in. */
  readonly literal: (text: string) => string;
  /** A cell as a text without the blanks around it, or as what `number` and `days` read; NULL where there is none. `date`: a date, as ISO 8601 has it. */
  readonly cell: (column: string, date: boolean) => string;
  /** The category that a cell names: `categoryIn`. */
  readonly category: (cell: string) => string;
  /** The number that a cell says; NULL where it is no finite number. */
  readonly number: (cell: string) => string;
  /** Days since 1970 of a cell that says a date; NULL where it says none. */
  readonly days: (cell: string) => string;
  /** The month, from 0, of the midnight that is so many days after 1970 began. */
  readonly month: (days: string) => string;
  readonly floor: (number: string) => string;
  /** A SELECT of the table's rows, each with what `select` makes of `t`, its row: one row with these columns. */
  readonly beside: (table: string, select: Selection) => string;
}

/** A SELECT whose columns have names. */
export interface Selection {
  /** All before its list of columns. */
  readonly before: string;
  readonly columns: readonly { readonly sql: string; readonly name: string }[];
  /** All behind it. */
  readonly after: string;
}

/** Texts that are numbers without an exponent (`numberIn`), as a pattern without classes that depend on a language. */
export const DECIMAL = String.raw`[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)`;

/** A day, a time and its zone as ISO 8601 has them. */
export const DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
export const TIME = String.raw`[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?`;
export const ZONE = "(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)";

/** Numbers that are whole although they have decimals, of which there is a zero or more. */
export const WHOLE = String.raw`^(-?[0-9]+)\.0+$`;

/** The text between apostrophes. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** For dialects in which what stands in FROM may read what stands before it. */
export function besideLaterally(table: string, { before, columns, after }: Selection): string {
  const own = columns.map(({ sql }, k) => `${sql} AS o${k + 1}`).join(",\n  ");
  const shown = columns.map(({ name }, k) => `,\n  p.o${k + 1} AS ${name}`).join("");
  return `SELECT t.*${shown}\nFROM ${table} AS t\nCROSS JOIN LATERAL (\n${before}SELECT\n  ${own}\n${after}\n) AS p\n`;
}
