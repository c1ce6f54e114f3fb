import type { CategoryColumn, Column } from "./column.js";
import { dateFormats, hoursIn } from "./dates.js";
import { parserOfStyle, styleOf } from "./decorated.js";
import { numberIn } from "./texts.js";

/** What a source says about its texts. */
export interface TextOptions {
  /** What the comma in 4,385 does where nothing else tells; by default it sets off thousands. */
  readonly commas?: "thousands" | "unknown";
  /** How a column like this one was read before (`Column.reading`), and how it is to be read again. */
  readonly reading?: string | undefined;
}

/** Different texts by which a style is looked for before all are asked. */
const GLANCE = 100;

/**
 * A column of texts as what they all are: numbers, plain or of one style (`styleOf`), dates of one format, times of day, which become hours;
 * else it stays as it is. Each different text is parsed once.
 */
export function typeText(
  column: CategoryColumn,
  { commas = "thousands", reading: known }: TextOptions = {},
): Column {
  const { name, origin, dictionary } = column;
  if (dictionary.length === 0) return column;
  const as = (kind: "numbers" | "dates", parse: Parser, reading?: string): Column | null => {
    const values = valuesOf(dictionary, parse);
    return values && { kind, name, origin, values: spread(column, values), ...(reading && { reading }) };
  };
  if (known !== undefined) return as(isDates(known) ? "dates" : "numbers", parserOf(known), known) ?? column;
  const plain = as("numbers", numberIn);
  if (plain) return plain;
  const style = styleOf(dictionary.slice(0, GLANCE), commas) && styleOf(dictionary, commas);
  if (style) return as("numbers", style.parse, style.reading) ?? column;
  for (const { name: format, parse } of dateFormats) {
    const dates = as("dates", parse, `${DATES}${format}`);
    if (dates) return dates;
  }
  return as("numbers", hoursIn, TIMES) ?? column;
}

const DATES = "read as dates, ";
const TIMES = "read as times of day, in hours since midnight";

const isDates = (reading: string): boolean => reading.startsWith(DATES);

/** What reads texts as `reading` says, and plain numbers. */
function parserOf(reading: string): Parser {
  if (isDates(reading)) {
    const formats = dateFormats.filter(({ name }) => reading === DATES + name);
    return (text) => formats.map(({ parse }) => parse(text)).find((date) => date !== undefined);
  }
  const parse = reading === TIMES ? hoursIn : parserOfStyle(reading);
  return (text) => parse(text) ?? numberIn(text);
}

type Parser = (text: string) => number | undefined;

/** What each text says, or null at the first that says nothing. */
function valuesOf(texts: readonly string[], parse: Parser): Float64Array | null {
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
