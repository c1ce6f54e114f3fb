import type { CategoryColumn, Column, Origin } from "../column.js";
import { type TextBuilder, textBuilder } from "../textColumn.js";
import { missingTexts } from "../texts.js";
import { readingOf, type TextOptions, type TextReading, typeText } from "../typeText.js";

export interface GatherOptions extends TextOptions {
  readonly missing: readonly string[];
  /** Whether its cells stay texts, whatever they look like. */
  readonly asText: boolean;
}

/** Gathers the cells of one column of text. */
export interface CellGatherer {
  /** Adds the cells at that place of these rows. */
  take(rows: readonly (readonly string[])[], place: number): void;
  /**
   * Looks at the texts so far: where all of them are numbers or dates, the cells that follow are taken as such, and leave no texts behind.
   * A column of a million numbers has about as many texts.
   */
  settle(): void;
  /** The column of all cells; undefined where some that followed are not what the first ones were, and have to be gathered anew. */
  column(): Column | undefined;
}

export function cellGatherer(name: string, origin: Origin, options: GatherOptions): CellGatherer {
  const texts = textBuilder(0, options.missing);
  let isSettled = options.asText;
  let values: ValueGatherer | undefined;
  return {
    take(rows, place) {
      if (values) values.take(rows, place);
      else for (const row of rows) texts.push(row[place]);
    },
    settle() {
      if (isSettled) return;
      const column = texts.column(name, origin);
      isSettled = column.kind === "unread" || column.dictionary.length > 0;
      if (column.kind === "unread" || !isSettled) return;
      const reading = readingOf(column.dictionary, options);
      if (reading) values = valueGatherer(column, reading, options.missing);
    },
    column() {
      if (values) return values.column();
      return typedTexts(texts.column(name, origin), options);
    },
  };
}

/** The gathered texts as what they all are, unless they are to stay texts; where all are missing, as numbers, like the command line. */
export function typedTexts(column: ReturnType<TextBuilder["column"]>, options: GatherOptions): Column {
  if (column.kind === "unread" || options.asText) return column;
  const { name, origin, codes, dictionary } = column;
  return dictionary.length === 0
    ? { kind: "numbers", name, origin, values: new Float64Array(codes.length).fill(Number.NaN) }
    : typeText(column, options);
}

type ValueGatherer = Omit<CellGatherer, "settle">;

/** Gathers numbers or dates below those that `before` holds as texts. */
function valueGatherer(
  before: CategoryColumn,
  { kind, values: first, parse, reading }: TextReading,
  missing: readonly string[],
): ValueGatherer {
  const none = new Set([...missingTexts, ...missing.map((text) => text.trim())]);
  /** Numbers that may be written as one of the texts for a missing value. */
  const marks = new Set([...none].map(parse));
  let values = Float64Array.from(before.codes, (code) => (code < 0 ? Number.NaN : first[code]));
  let count = values.length;
  let fits = true;
  const numberOf = (cell: string): number | undefined => {
    const value = parse(cell);
    if (value !== undefined && !marks.has(value)) return value;
    const text = cell.trim();
    return none.has(text) ? Number.NaN : parse(text);
  };
  return {
    take(rows, place) {
      if (!fits) return;
      if (count + rows.length > values.length) values = grown(values, count + rows.length);
      for (const row of rows) {
        const value = numberOf(row[place]);
        if (value === undefined) {
          fits = false;
          values = new Float64Array(0);
          return;
        }
        values[count++] = value;
      }
    },
    column() {
      const { name, origin } = before;
      return fits
        ? { kind, name, origin, values: values.slice(0, count), ...(reading && { reading }) }
        : undefined;
    },
  };
}

function grown(values: Float64Array<ArrayBuffer>, atLeast: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(2 * values.length, atLeast));
  larger.set(values);
  return larger;
}
