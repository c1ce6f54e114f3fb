import type { CategoryColumn, Column } from "./column.js";
import { dateFormats, hoursIn } from "./dates.js";
import { styleOf } from "./decorated.js";
import { numberIn } from "./texts.js";

/** What a source says about its texts. */
export interface TextOptions {
  /** What the comma in 4,385 does where nothing else tells; by default it sets off thousands. */
  readonly commas?: "thousands" | "unknown";
}

/** Different texts by which a style is looked for before all are asked. */
const GLANCE = 100;

/**
 * A column of texts as what they all are: numbers, plain or of one style (`styleOf`), dates of one format, times of day, which become hours;
 * else it stays as it is. Each different text is parsed once.
 */
export function typeText(column: CategoryColumn, { commas = "thousands" }: TextOptions = {}): Column {
  const { name, origin, dictionary } = column;
  if (dictionary.length === 0) return column;
  const as = (kind: "numbers" | "dates", parse: Parser, reading?: string): Column | null => {
    const values = valuesOf(dictionary, parse);
    return values && { kind, name, origin, values: spread(column, values), ...(reading && { reading }) };
  };
  const plain = as("numbers", numberIn);
  if (plain) return plain;
  const style = styleOf(dictionary.slice(0, GLANCE), commas) && styleOf(dictionary, commas);
  if (style) return as("numbers", style.parse, style.reading) ?? column;
  for (const { name: format, parse } of dateFormats) {
    const dates = as("dates", parse, `is read as dates, ${format}`);
    if (dates) return dates;
  }
  return as("numbers", hoursIn, "is read as times of day, in hours since midnight") ?? column;
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
