import type { CategoryColumn, Column, Origin } from "../column.js";
import { type TextBuilder, textBuilder } from "../textColumn.js";
import { INEXACT, isExact, missingTexts, numbersIn } from "../texts.js";
import { isAmbiguous, readingOf, type TextOptions, type TextReading, typeText } from "../typeText.js";

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
   * Looks at the texts so far: where all of them are plain numbers, dates of one format alone or what they are said to be, the cells that follow
   * are taken as such, and leave no texts behind. A column of a million numbers has about as many texts.
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
      const found = readingOf(column.dictionary, options);
      if (found && holdsCellByCell(found, options)) values = valueGatherer(column, found, options.missing);
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

/** Whether each cell for itself tells that the reading still holds; of the other ones all texts together tell what they are. */
function holdsCellByCell({ kind, reading }: TextReading, { reading: known }: GatherOptions): boolean {
  if (known !== undefined || reading === undefined || reading === INEXACT) return true;
  return kind === "dates" && !isAmbiguous(reading);
}

/** Gathers numbers or dates below those that `before` holds as texts. */
function valueGatherer(
  before: CategoryColumn,
  { kind, values: first, parse, reading }: TextReading,
  missing: readonly string[],
): ValueGatherer {
  const none = new Set([...missingTexts, ...missing.map((text) => text.trim())]);
  const marks = kind === "numbers" ? numbersIn(missing) : new Set<number>();
  const isMarked = missing.some((text) => parse(text.trim()) !== undefined);
  let isInexact = reading === INEXACT;
  let values = Float64Array.from(before.codes, (code) => (code < 0 ? Number.NaN : first[code]));
  let count = values.length;
  let fits = true;
  const numberOf = (cell: string): number | undefined => {
    if (isMarked && none.has(cell.trim())) return Number.NaN;
    let value = parse(cell);
    if (value === undefined) {
      const text = cell.trim();
      value = none.has(text) ? Number.NaN : parse(text);
    }
    if (value === undefined || Number.isNaN(value)) return value;
    // Plain numbers alone have digits that may be too many.
    if (reading === undefined && Number.isInteger(value) && !isExact(cell.trim())) isInexact = true;
    return marks.has(value) ? Number.NaN : value;
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
      if (!fits) return undefined;
      const { name, origin } = before;
      const how = isInexact ? INEXACT : reading;
      return { kind, name, origin, values: values.slice(0, count), ...(how && { reading: how }) };
    },
  };
}

function grown(values: Float64Array<ArrayBuffer>, atLeast: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(2 * values.length, atLeast));
  larger.set(values);
  return larger;
}
