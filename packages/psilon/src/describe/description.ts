import { type ColumnSchema, checkSchema, type Schema } from "../preprocess/kinds.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { ascending, quantile } from "../preprocess/statistics.js";
import { columnFinder, type Frame } from "../tables/frame.js";
import { numbersAt } from "../tables/values.js";

/** What one column holds, for a person to look at. Plain data. */
export interface ColumnDescription {
  readonly column: ColumnSchema;
  /** The share of the rows in which it is missing. */
  readonly missing: number;
  /** Numbers and dates (in days since 1970): how many lie in each of equally wide parts from the least to the greatest; else null. */
  readonly histogram: readonly number[] | null;
  /** Of them the quartiles. */
  readonly quartiles: readonly [number, number, number] | null;
  /** Categories and truths: the most frequent values with how many rows have them, first the most frequent; all levels in their order; else null. */
  readonly frequent: readonly (readonly [value: string, rows: number])[] | null;
}

/** Parts of a histogram. */
const PARTS = 16;

/** Values that are listed. */
const LISTED = 5;

/** Every column of the frame, in order, over the rows that the schema is about. */
export function describeFrame(frame: Frame, schema: Schema): ColumnDescription[] {
  checkSchema(schema);
  const find = columnFinder(frame);
  const targets = schema.columns.filter(({ role }) => role === "target").map(({ name }) => name);
  const rows = rowsWithTarget(frame, targets);
  return schema.columns.map((column): ColumnDescription => {
    const total = column.role === "target" ? frame.rowCount : rows.length;
    const shared = { column, missing: column.missing / Math.max(1, total) };
    if (column.kind === "numeric" || column.kind === "date") {
      const sorted = ascending(numbersAt(find(column.name), rows));
      const quartiles = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p)) as [number, number, number];
      return { ...shared, histogram: histogramOf(sorted), quartiles, frequent: null };
    }
    return { ...shared, histogram: null, quartiles: null, frequent: frequentOf(column) };
  });
}

function histogramOf(sorted: Float64Array): number[] {
  const counts = new Array<number>(PARTS).fill(0);
  const [least, most] = [sorted[0], sorted[sorted.length - 1]];
  for (const x of sorted)
    counts[Math.min(PARTS - 1, Math.floor(((x - least) / (most - least || 1)) * PARTS))]++;
  return counts;
}

function frequentOf(column: ColumnSchema): ColumnDescription["frequent"] {
  if (column.kind === "boolean") {
    const { counts } = column;
    return (["false", "true"] as const)
      .map((value) => [value, counts[value]] as const)
      .sort(([, a], [, b]) => b - a);
  }
  if (column.kind === "ordered") return column.levels.map((level, rank) => [level, column.counts[rank]]);
  if (column.kind !== "categorical") return null;
  return column.categories
    .map((category, k) => [category, column.counts[k]] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, LISTED);
}
