import { isMissing } from "psilon";

const WITH_COMMA = /^\s*[+-]?\d*,\d+(?:e[+-]?\d+)?\s*$/i;
const WHOLE = /^\s*[+-]?\d+\s*$/;

/**
 * In a table whose delimiter is not the comma, a column of numbers with decimal commas becomes one with decimal points, in place. A column
 * that holds anything else, dots among it, stays as it is.
 */
export function replaceDecimalCommas(columns: readonly (string | null)[][]): void {
  for (const cells of columns) {
    const hasComma = cells.some((cell) => cell !== null && WITH_COMMA.test(cell));
    const isNumeric = (cell: string | null) =>
      cell === null || WITH_COMMA.test(cell) || WHOLE.test(cell) || isMissing(cell);
    if (!hasComma || !cells.every(isNumeric)) continue;
    for (const [row, cell] of cells.entries()) cells[row] = cell?.replace(",", ".") ?? null;
  }
}
