import { InputError } from "../errors.js";
import type { Column } from "../tables/column.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { sortCategories } from "../tables/texts.js";
import { categoriesAt, numbersAt, truthsAt } from "../tables/values.js";
import { type Encoding, edgesAtAll, fitEdges } from "./bins.js";
import { type DatePart, partAt, partValues } from "./dateParts.js";
import { datesAt } from "./datesAt.js";
import { type EncodedColumn, type Encoder, inputsOf } from "./encoder.js";
import { type ColumnSchema, columnsOf, type Schema } from "./kinds.js";
import { knownRanksAt } from "./levels.js";
import { robustScaling } from "./robustScaling.js";
import { moments } from "./statistics.js";

/** How columns become inputs, where that is open. */
export interface EncoderOptions {
  readonly unseen?: "zeros" | "error";
  /** How the numbers of a column, or the time that has passed of its dates, become inputs. Default: by their values. */
  readonly encodingOf?: (name: string) => Encoding;
}

/**
 * Learns how to encode the schema's features from the train rows alone.
 * - A number x becomes (x − mean)/std, in float64 before it is stored as float32, and 0 where it is missing; in a column with values far
 *   outside the others (x − median)/(IQR/1.35), clipped.
 * - By `bins` a number becomes where it lies among quantiles of the train numbers (`Bins`), and where it is missing as their mean; so it stays
 *   by its value where it takes but two.
 * - An ordered category becomes its level's rank, 0 for the least, and that is a number; by `bins` with an edge at each level that the train
 *   rows have.
 * - A boolean becomes −1 or 1, and 0 where it is missing.
 * - A category becomes 1 in its own input and 0 in those of the column's other categories, all 0 where it is missing; beyond the most
 *   frequent ones it is one category with all others.
 * - A date becomes its days since 1970, as a number, and categories of its month, weekday and hour, those that the schema names.
 * - A column with missing train cells gets one more input saying so.
 *
 * A column that varies in no way over the train rows has no inputs and is not asked for again. Throws InputError when
 * that leaves none, and at a cell that does not fit its column's kind.
 */
export function fitEncoder(
  frame: Frame,
  rows: Int32Array,
  schema: Schema,
  { unseen = "zeros", encodingOf = () => "value" }: EncoderOptions = {},
): Encoder {
  const find = columnFinder(frame);
  const features = columnsOf(schema, "feature");
  const taken = new Set(features.map(({ name }) => name));
  const columns = features
    .flatMap((column) => fitColumn(find(column.name), rows, column, taken, encodingOf(column.name)))
    .filter((column) => inputsOf(column) > 0);
  if (columns.length > 0) return { unseen, columns };
  const { source } = frame.origin;
  throw new InputError({
    code: "constant-features",
    found: `No feature column of ${source} varies over the ${rows.length} train rows, so there is nothing to learn from`,
    where: { source },
  });
}

/** `taken`: the names of all features. */
function fitColumn(
  column: Column,
  rows: Int32Array,
  described: ColumnSchema,
  taken: ReadonlySet<string>,
  encoding: Encoding,
): EncodedColumn[] {
  const { name } = column;
  switch (described.kind) {
    case "numeric":
      return [fitNumbers(name, numbersAt(column, rows), encoding)];
    case "ordered": {
      const { levels } = described;
      return [fitNumbers(name, knownRanksAt(column, rows, levels), encoding, levels)];
    }
    case "date":
      return fitDates(name, datesAt(column, rows), described.parts, taken, encoding);
    case "boolean": {
      const truths = truthsAt(column, rows);
      const varies = truths.includes(0) && truths.includes(1);
      return [{ name, kind: "boolean", varies, missing: truths.includes(-1) }];
    }
    default: {
      const { codes, names } = categoriesAt(column, rows);
      const isPresent = new Uint8Array(names.length + 1);
      for (const code of codes) isPresent[code + 1] = 1;
      const missing = isPresent[0] === 1;
      const known = names.filter((_, code) => isPresent[code + 1] === 1);
      const kept = described.kind === "categorical" && described.rest ? new Set(described.categories) : null;
      const categories = sortCategories(kept ? known.filter((category) => kept.has(category)) : known);
      const varies = known.length > 1;
      return [
        { name, kind: "categorical", varies, missing, categories, ...(kept && { other: true as const }) },
      ];
    }
  }
}

function fitNumbers(
  name: string,
  numbers: Float64Array,
  encoding: Encoding,
  levels?: readonly string[],
): EncodedColumn & { kind: "numeric" } {
  const scaling = robustScaling(numbers);
  const { mean, std } = scaling ?? moments(numbers);
  // The inverse of no deviation is infinite, and that of a subnormal one, by which no number can be told from another.
  const varies = Number.isFinite(1 / std);
  const edges = varies && encoding !== "value" ? (levels ? edgesAtAll : fitEdges)(numbers) : null;
  return {
    name,
    kind: "numeric",
    varies,
    missing: numbers.some(Number.isNaN),
    mean: varies ? mean : 0,
    std: varies ? std : 1,
    integer: numbers.every((x) => Number.isNaN(x) || Number.isInteger(x)),
    ...(varies && scaling && { clip: CLIP }),
    ...(levels && { levels }),
    ...(edges && { bins: { edges, withValue: encoding === "both" } }),
  };
}

/** Of a clipped number, in standard deviations of numbers that are normally distributed. */
const CLIP = 10;

function fitDates(
  name: string,
  days: Float64Array,
  parts: readonly DatePart[],
  taken: ReadonlySet<string>,
  encoding: Encoding,
): EncodedColumn[] {
  const elapsed = { ...fitNumbers(name, days, encoding), date: { column: name, part: "elapsed" as const } };
  return [
    elapsed,
    ...parts.map((part): EncodedColumn => {
      const seen = new Set<number>();
      for (const day of days) if (!Number.isNaN(day)) seen.add(partAt(part, day));
      const categories = partValues[part].filter((_, place) => seen.has(place));
      return {
        name: freeName(`${part} of ${name}`, taken),
        kind: "categorical",
        varies: categories.length > 1,
        missing: false,
        categories,
        date: { column: name, part },
      };
    }),
  ];
}

/** A name that no column of the table has. */
const freeName = (name: string, taken: ReadonlySet<string>): string =>
  taken.has(name) ? freeName(`${name} (date)`, taken) : name;
