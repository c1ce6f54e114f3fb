import type { Column } from "../tables/column.js";
import { sortCategories } from "../tables/texts.js";
import {
  categoriesAt,
  notANumber,
  notFinite,
  notPlainNumber,
  numbersAt,
  textAt,
  truthsAt,
} from "../tables/values.js";
import { type DatePart, dateParts, partAt } from "./dateParts.js";
import { datesAt } from "./datesAt.js";
import { distinctOf } from "./distinct.js";
import type { ColumnValues } from "./kinds.js";
import { orderedValues } from "./levels.js";
import { COUNTED, type Scan, scan } from "./scan.js";
import { moments } from "./statistics.js";

/** Up to so many distinct texts a column is taken for categories however few rows there are. */
const FEW_DISTINCT = 20;

/** As many categories of a column become inputs of their own. */
export const MOST_CATEGORIES = 1000;

type Kind = "numeric" | "categorical" | "ordered" | "boolean" | "date" | "identifier";

/** What was said of it besides its kind. */
interface Said {
  readonly parts?: readonly DatePart[] | undefined;
  readonly levels?: readonly string[] | undefined;
}

/**
 * What kind of values the column holds:
 * - numbers only: `numeric`, in which an infinite one is an error;
 * - two states such as true/false, yes/no, t/f, y/n (but not 0/1): `boolean`;
 * - dates: `date`;
 * - mostly numbers (9 in 10 with more than 10 different ones, or 8 in 10 with fractions): an error at the first cell
 *   that is none, because a slip of the pen is likelier than so many categories;
 * - mostly what looks like numbers but does not agree on how it is written (1,5 beside $5): an error as well, because as categories they
 *   would be learned silently;
 * - else `categorical`.
 */
export function likelyKind(
  column: Column,
  found: Scan,
): "numeric" | "boolean" | "categorical" | "date" | "empty" {
  if (found.present === 0) return "empty";
  if (column.kind === "dates") return "date";
  const share = found.numeric / found.present;
  const numbersMeant =
    share === 1 || (share >= 0.9 && found.distinct >= COUNTED) || (share >= 0.8 && found.fractions);
  if (numbersMeant && found.firstInfinite >= 0) throw notFinite(column, found.firstInfinite);
  if (share === 1) return "numeric";
  if (found.boolean) return "boolean";
  if (numbersMeant) {
    throw notANumber(
      column,
      found.firstText,
      "mostly-numbers",
      'correct the value, or leave it empty if it is missing, or declare the column "categorical" if it is meant so',
    );
  }
  if (found.decorated > 0 && (found.numeric + found.decorated) / found.present >= 0.9) {
    throw notPlainNumber(column, found.firstText);
  }
  return "categorical";
}

/**
 * A feature's values over `rows`, of the kind asked for or else the likely one. Throws InputError when the cells are not of the kind asked
 * for, or none of its levels, and when numbers are mixed with text.
 */
export function describeFeature(
  column: Column,
  rows: Int32Array,
  asked: Kind | undefined,
  { parts, levels = [] }: Said = {},
): { readonly missing: number; readonly values: ColumnValues } {
  const found = scan(column, rows);
  const { missing } = found;
  const kind = found.present === 0 ? "empty" : (asked ?? likelyKind(column, found));
  switch (kind) {
    case "empty":
      return { missing, values: { kind } };
    case "numeric":
      return { missing, values: numericValues(column, rows, found) };
    case "date":
      return { missing, values: dateValues(column, rows, found, parts) };
    case "ordered":
      return { missing, values: orderedValues(column, rows, levels) };
    case "boolean":
      return { missing, values: booleanValues(column, rows, found) };
  }
  const counts = countCategories(column, rows);
  if (counts.size === 1 && missing === 0)
    return { missing, values: { kind: "constant", value: [...counts.keys()][0] } };
  const isIdentifier = counts.size > FEW_DISTINCT && counts.size > found.present / 2;
  return kind === "identifier" || (asked === undefined && isIdentifier)
    ? { missing, values: { kind: "identifier", distinct: counts.size } }
    : { missing, values: frequentValues(counts) };
}

export function numericValues(column: Column, rows: Int32Array, found: Scan): ColumnValues {
  const numbers = numbersAt(column, rows);
  const { min, max, mean, std } = moments(numbers);
  if (min === max && found.missing === 0) return { kind: "constant", value: String(min) };
  return { kind: "numeric", min, max, mean, std, distinct: distinctOf(numbers) };
}

/** `asked`: the parts that are to become inputs; by default those that vary. */
function dateValues(
  column: Column,
  rows: Int32Array,
  found: Scan,
  asked: readonly DatePart[] | undefined,
): ColumnValues {
  const days = datesAt(column, rows);
  const { min, max } = moments(days);
  if (min === max && found.missing === 0) return { kind: "constant", value: textAt(column, rows[0]) };
  const varies = (part: DatePart) => {
    const seen = new Set<number>();
    for (const day of days) if (!Number.isNaN(day) && seen.add(partAt(part, day)).size > 1) return true;
    return false;
  };
  return { kind: "date", min, max, parts: (asked ?? dateParts).filter(varies) };
}

function booleanValues(column: Column, rows: Int32Array, found: Scan): ColumnValues {
  const counts = { false: 0, true: 0 };
  for (const truth of truthsAt(column, rows)) if (truth >= 0) counts[truth ? "true" : "false"]++;
  const constant = found.missing === 0 && (counts.false === 0 || counts.true === 0);
  if (!constant) return { kind: "boolean", counts };
  const [first] = categoriesAt(column, rows.subarray(0, 1)).codes;
  return { kind: "constant", value: categoriesAt(column, rows.subarray(0, 1)).names[first] };
}

/** In the order in which the rows name them. */
export function countCategories(column: Column, rows: Int32Array): Map<string, number> {
  const { codes, names } = categoriesAt(column, rows);
  const counts = new Int32Array(names.length);
  const named: number[] = [];
  for (const code of codes) if (code >= 0 && counts[code]++ === 0) named.push(code);
  return new Map(named.map((code) => [names[code], counts[code]]));
}

/** All categories, or of more than `MOST_CATEGORIES` the most frequent, of equally frequent ones the first by name. */
function frequentValues(counts: ReadonlyMap<string, number>): ColumnValues {
  if (counts.size <= MOST_CATEGORIES) return categoricalValues(counts);
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const rest = byCount.slice(MOST_CATEGORIES);
  return {
    ...categoricalValues(new Map(byCount.slice(0, MOST_CATEGORIES))),
    rest: { categories: rest.length, rows: rest.reduce((sum, [, count]) => sum + count, 0) },
  };
}

export function categoricalValues(
  counts: ReadonlyMap<string, number>,
): ColumnValues & { kind: "categorical" } {
  const categories = sortCategories(counts.keys());
  return { kind: "categorical", categories, counts: categories.map((category) => counts.get(category) ?? 0) };
}
