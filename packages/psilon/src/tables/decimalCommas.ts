import { isMissing } from "./parse.js";

const WITH_COMMA = /^\s*[+-]?\d*,\d+(?:e[+-]?\d+)?\s*$/i;
/** 4,385 may be four thousand or four and a bit; 0,385 and 4385,385 may not. */
const AMBIGUOUS = /^\s*[+-]?[1-9]\d{0,2},\d{3}\s*$/;
const WHOLE = /^\s*[+-]?\d+\s*$/;

/**
 * In a table whose delimiter is not the comma, a column of numbers with decimal commas becomes one with decimal points, in place. A column
 * that holds anything else, dots among it, stays as it is, as does one whose every comma may separate thousands: the library refuses
 * both where they are used as numbers.
 */
export function replaceDecimalCommas(columns: readonly (string | null)[][]): void {
  for (const cells of columns) {
    const isDecimal = cells.some((cell) => cell !== null && WITH_COMMA.test(cell) && !AMBIGUOUS.test(cell));
    const isNumeric = (cell: string | null) =>
      cell === null || WITH_COMMA.test(cell) || WHOLE.test(cell) || isMissing(cell);
    if (!isDecimal || !cells.every(isNumeric)) continue;
    for (const [row, cell] of cells.entries()) cells[row] = cell?.replace(",", ".") ?? null;
  }
}
