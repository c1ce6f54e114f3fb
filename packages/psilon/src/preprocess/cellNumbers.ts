import type { Column, Value } from "../tables/column.js";
import { dateFromDays } from "../tables/dates.js";
import { numbersAt } from "../tables/values.js";
import { datesAt } from "./datesAt.js";
import type { EncodedColumn } from "./encoder.js";
import { ranksAt } from "./levels.js";

type NumericColumn = EncodedColumn & { readonly kind: "numeric" };

/**
 * The numbers that cells of the column at `rows` stand for: days since 1970 of dates, of ordered categories the ranks of their levels. NaN
 * where a cell is missing or is none of the levels.
 */
export function cellNumbers({ date, levels }: NumericColumn, source: Column, rows: Int32Array): Float64Array {
  if (date) return datesAt(source, rows);
  return levels ? ranksAt(source, rows, levels) : numbersAt(source, rows);
}

/** What a cell says that stands for the number. */
export const cellOf = ({ date, levels }: NumericColumn, x: number): Value =>
  date ? dateFromDays(x) : levels ? levels[x] : x;
