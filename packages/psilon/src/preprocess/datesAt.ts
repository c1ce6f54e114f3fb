import { InputError } from "../errors.js";
import { type Column, isMissingAt, placeOfRow } from "../tables/column.js";
import { dateFormats } from "../tables/dates.js";
import { show } from "../tables/texts.js";
import { numbersAt, textAt } from "../tables/values.js";

/** The dates of a column at `rows` in days since 1970, NaN where one is missing. Throws InputError for a column of anything else. */
export function datesAt(column: Column, rows: Int32Array): Float64Array {
  if (column.kind === "dates") return numbersAt(column, rows);
  const present = rows.find((row) => !isMissingAt(column, row));
  if (present === undefined) return new Float64Array(rows.length).fill(Number.NaN);
  throw notADate(column, strangerIn(column) ?? present);
}

/** The first row of a text column that is not written as most of its dates are; undefined where none of them is a date. */
function strangerIn(column: Column): number | undefined {
  if (column.kind !== "categories") return undefined;
  const { codes, dictionary } = column;
  const read = dateFormats.map(({ parse }) => dictionary.map((text) => parse(text) !== undefined));
  const counts = read.map((isDate) => isDate.filter(Boolean).length);
  const most = Math.max(...counts);
  const isDate = read[counts.indexOf(most)];
  const row = codes.findIndex((code) => code >= 0 && !isDate[code]);
  return most === 0 || row < 0 ? undefined : row;
}

function notADate(column: Column, row: number): InputError {
  const place = placeOfRow(column.origin, row);
  const value = textAt(column, row);
  return new InputError({
    code: "not-a-date",
    found: `Column "${column.name}" of ${place.source} holds dates, but row ${place.row} has ${show(value)}`,
    where: { ...place, column: column.name },
    value,
    remedy: "write all of them in one way, such as 2024-12-31, or leave the cell empty if it is missing",
  });
}
