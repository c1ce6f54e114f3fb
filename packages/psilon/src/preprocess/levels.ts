import { InputError } from "../errors.js";
import { suggestion } from "../names.js";
import { type Column, isMissingAt, placeOfRow } from "../tables/column.js";
import { categoryIn, missingTexts, show } from "../tables/texts.js";
import { categoriesAt, textAt } from "../tables/values.js";
import type { ColumnValues } from "./kinds.js";

/**
 * The levels of an ordered category as its cells name them, the least first. `missing`: texts that stand for a missing value besides the
 * usual ones. Throws InputError for fewer than two, for one that is named twice and for one that stands for a missing value.
 */
export function checkedLevels(
  column: string,
  given: readonly string[],
  missing: readonly string[],
): readonly string[] {
  if (!Array.isArray(given) || given.length < 2 || given.some((level) => typeof level !== "string")) {
    throw new InputError({
      code: "out-of-range",
      found: `The ordered category "${column}" has two levels or more, as texts, the least first, but ${JSON.stringify(given)} was given`,
      where: { column },
    });
  }
  return namesInCells("levels", column, given, missing);
}

/** Levels or categories as cells name them. Throws InputError for one that is named twice and for one that stands for a missing value. */
export function namesInCells(
  what: "levels" | "categories",
  column: string,
  given: readonly string[],
  missing: readonly string[],
): readonly string[] {
  const refuse = (code: "named-twice" | "unsuitable", found: string, remedy: string) =>
    new InputError({ code, found: `The ${what} of "${column}" name ${found}`, where: { column }, remedy });
  const names = given.map((name) => categoryIn(name.trim()));
  const twice = names.find((name, rank) => names.indexOf(name) !== rank);
  if (twice !== undefined) throw refuse("named-twice", `${show(twice)} twice`, "name it once");
  const marks = new Set([...missingTexts, ...missing.map((text) => text.trim())]);
  const mark = given.find((name) => marks.has(name.trim()));
  if (mark === undefined) return names;
  throw refuse("unsuitable", `${show(mark.trim())}, which stands for a missing value`, "leave it out");
}

/** Which of the levels, counted from 0, stands in each of `rows`; NaN where none of them does. */
export function ranksAt(column: Column, rows: Int32Array, levels: readonly string[]): Float64Array {
  const { codes, names } = categoriesAt(column, rows);
  const ranks = new Map(levels.map((level, rank) => [level, rank]));
  const rankOf = names.map((name) => ranks.get(name) ?? Number.NaN);
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : rankOf[code]));
}

/** The same of rows to learn from. Throws InputError, naming the row, for a cell that is no level and not missing. */
export function knownRanksAt(column: Column, rows: Int32Array, levels: readonly string[]): Float64Array {
  const ranks = ranksAt(column, rows, levels);
  const stranger = rows.find((row, i) => Number.isNaN(ranks[i]) && !isMissingAt(column, row));
  if (stranger === undefined) return ranks;
  const place = placeOfRow(column.origin, stranger);
  const value = textAt(column, stranger);
  throw new InputError({
    code: "unknown-level",
    found: `Column "${column.name}" of ${place.source} holds levels, but row ${place.row} has ${show(value)}, which is none of them`,
    where: { ...place, column: column.name },
    value,
    remedy: suggestion(value, levels),
  });
}

/** What an ordered category holds in `rows`. Throws InputError as `knownRanksAt` does. */
export function orderedValues(column: Column, rows: Int32Array, levels: readonly string[]): ColumnValues {
  const counts = levels.map(() => 0);
  let missing = 0;
  for (const rank of knownRanksAt(column, rows, levels)) {
    if (Number.isNaN(rank)) missing++;
    else counts[rank]++;
  }
  const only = counts.findIndex((count) => count + missing === rows.length);
  return missing === 0 && only >= 0
    ? { kind: "constant", value: levels[only] }
    : { kind: "ordered", levels, counts };
}
