import type { CategoryColumn, Column } from "./column.js";
import { type DateFormat, dateFormats, hoursIn } from "./dates.js";
import { parserOfStyle, styleOf } from "./decorated.js";
import { INEXACT, isExact, numberIn, numbersIn } from "./texts.js";

/** What a source says about its texts. */
export interface TextOptions {
  /** What the comma in 4,385 does where nothing else tells; by default it sets off thousands. */
  readonly commas?: "thousands" | "unknown";
  /** How a column like this one was read before (`Column.reading`), and how it is to be read again. */
  readonly reading?: string | undefined;
  /** Texts that stand for a missing value, and so do the numbers among them however they are written: "-", "unknown", "-999". */
  readonly missing?: readonly string[];
}

/** What all texts of a column are. */
export interface TextReading {
  readonly kind: "numbers" | "dates";
  /** What each of the texts says. */
  readonly values: Float64Array;
  /** What another one says; undefined where it is something else. */
  readonly parse: Parser;
  /** As in `Column.reading`: nothing for plain numbers. */
  readonly reading?: string;
}

/**
 * A column of texts as what they all are: plain numbers, dates of one format, times of day, which become hours, or numbers of one style
 * (`styleOf`); else it stays as it is. Each different text is parsed once.
 */
export function typeText(column: CategoryColumn, options: TextOptions = {}): Column {
  const { name, origin, dictionary } = column;
  const found = readingOf(dictionary, options);
  if (found === null) return column;
  const { kind, values, reading } = found;
  return { kind, name, origin, values: spread(column, values), ...(reading && { reading }) };
}

/** What these different texts all are; null where they stay texts. */
export function readingOf(
  texts: readonly string[],
  { commas = "thousands", reading: known, missing = [] }: TextOptions = {},
): TextReading | null {
  if (texts.length === 0) return null;
  const marks = numbersIn(missing);
  const as = (kind: TextReading["kind"], parse: Parser, reading?: string): TextReading | null => {
    const values = valuesOf(texts, parse);
    if (values === null) return null;
    const present =
      kind === "numbers" && marks.size > 0
        ? values.map((one) => (marks.has(one) ? Number.NaN : one))
        : values;
    return { kind, values: present, parse, ...(reading && { reading }) };
  };
  if (known !== undefined) return as(isDates(known) ? "dates" : "numbers", parserOf(known), known);
  const plain = as("numbers", numberIn);
  if (plain) return texts.every(isExact) ? plain : { ...plain, reading: INEXACT };
  for (const format of dateFormats) {
    const found = as("dates", format.parse, DATES + format.name);
    if (found) return { ...found, reading: DATES + format.name + rivalOf(format, texts) };
  }
  const times = as("numbers", hoursIn, TIMES);
  if (times) return times;
  const style = styleOf(texts, commas);
  return style === null ? null : as("numbers", parserOfStyle(style), style);
}

const DATES = "read as dates, ";
const TIMES = "read as times of day, in hours since midnight";
const RIVAL = " (";

const isDates = (reading: string): boolean => reading.startsWith(DATES);

/** Says which other format fits a whole column: of 01/02/2020 nothing may tell which is the month. */
function rivalOf(format: DateFormat, dictionary: readonly string[]): string {
  const rival = dateFormats.find(({ name, parse }) => name !== format.name && valuesOf(dictionary, parse));
  return rival === undefined ? "" : `${RIVAL}${rival.name} fits as well)`;
}

/** Whether a column read so could as well be read otherwise. */
export const isAmbiguous = (reading: string): boolean => reading.includes(RIVAL);

/** What reads texts as `reading` says, and plain numbers. */
function parserOf(reading: string): Parser {
  if (isDates(reading)) {
    const formats = dateFormats.filter(({ name }) => reading.split(RIVAL)[0] === DATES + name);
    return (text) => formats.map(({ parse }) => parse(text)).find((date) => date !== undefined);
  }
  const parse = reading === TIMES ? hoursIn : parserOfStyle(reading);
  return (text) => parse(text) ?? numberIn(text);
}

type Parser = (text: string) => number | undefined;

/** What each text says, or null at the first that says nothing. */
function valuesOf(texts: readonly string[], parse: Parser): Float64Array | null {
  // Most formats fail at the first.
  if (parse(texts[0]) === undefined) return null;
  const values = new Float64Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const value = parse(texts[i]);
    if (value === undefined) return null;
    values[i] = value;
  }
  return values;
}

/** Each row's value by its code. */
function spread({ codes }: CategoryColumn, values: Float64Array): Float64Array {
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : values[code]));
}
