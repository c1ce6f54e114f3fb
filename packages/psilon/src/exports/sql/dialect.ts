/** What SQL does not say alike everywhere. Arguments and results are expressions. */
export interface Dialect {
  /** As people call it. */
  readonly called: string;
  /** Columns of a SELECT at most. */
  readonly columns: number;
  readonly names: NameRules;
  readonly double: string;
  readonly greatest: string;
  readonly least: string;
  /** A text that both quotes and backslashes are safe in. */
  readonly literal: (text: string) => string;
  /** A cell as a text without the blanks around it, or as what `number` and `days` read; NULL where there is none. `date`: a date, as ISO 8601 has it. */
  readonly cell: (column: string, date: boolean) => string;
  /** Whether the column's type in this row is one of numbers, which show a whole one with decimals or without. */
  readonly isNumber: (column: string) => string;
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

/** What names may be, and when two are one. */
export interface NameRules {
  /** Whether one may have no letters. */
  readonly empty: boolean;
  /** How many bytes of one count, in UTF-8. */
  readonly bytes: number;
  /** What two that are one have in common. */
  readonly folded: (name: string) => string;
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

/** What `trim` takes off both ends of a text, by its code points. */
export const BLANKS: readonly number[] = [
  ...[9, 10, 11, 12, 13, 32, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
];

/** A name whose upper and lower case do not count, of letters that ASCII has. */
export const inLowerCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The text between apostrophes. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** For dialects in which what stands in FROM may read what stands before it. */
export function besideLaterally(table: string, { before, columns, after }: Selection): string {
  const own = columns.map(({ sql }, k) => `${sql} AS o${k + 1}`).join(",\n  ");
  const shown = columns.map(({ name }, k) => `,\n  p.o${k + 1} AS ${name}`).join("");
  return `SELECT t.*${shown}\nFROM ${table} AS t\nCROSS JOIN LATERAL (\n${before}SELECT\n  ${own}\n${after}\n) AS p\n`;
}
