import { InputError, type Move } from "psilon";
import { columnNamed, onceEach } from "./data/columnNames.js";

/**
 * "age=2,income=5%,sex=any", given once or several times, as moves by column, which has the name of it in `columns`. Throws InputError for
 * what is not a column and how far it moves, and for a column that is named twice.
 */
export function parseMoves(
  texts: readonly string[],
  columns: readonly string[],
  option: "--move" | "--fair" = "--move",
): Record<string, Move> {
  // A column's name may hold a comma; after an amount one begins the next column.
  const pieces = texts.flatMap((text) => text.split(/(?<==[^=,]*),/));
  const entries = pieces.map((piece) => {
    const at = piece.lastIndexOf("=");
    const move = at < 1 ? null : moveFrom(piece.slice(at + 1).trim());
    if (move !== null) return [columnNamed(columns, piece.slice(0, at).trim()), move] as const;
    throw new InputError({
      code: "wrong-type",
      found: `The option ${option} takes columns with how far they may move, such as age=2,income=5%,sex=any, but "${piece}" was given`,
      value: piece,
    });
  });
  return onceEach(option, entries, "say once how far it may move");
}

/** "sex,age=2", given once or several times: the same, where a column without an amount takes any value. */
export function parseAlone(texts: readonly string[], columns: readonly string[]): Record<string, Move> {
  const isColumn = (text: string) => columns.includes(columnNamed(columns, text.trim()));
  // A column's name may hold a comma.
  const isOne = (text: string) => isColumn(text) || isColumn(text.replace(/=[^=,]*$/, ""));
  const pieces = texts.flatMap((text) => (isOne(text) ? [text] : text.split(",")));
  const moves = pieces.map((piece) =>
    isColumn(piece) || !piece.includes("=") ? `${piece.trim()}=any` : piece,
  );
  return parseMoves(moves, columns, "--fair");
}

const AMOUNT = /^([+-]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)\s*(%?)$/;

/** A sign says that the column moves that way only. */
function moveFrom(text: string): Move | null {
  if (text === "any") return "any";
  const [, sign, digits, percent] = AMOUNT.exec(text) ?? [];
  if (digits === undefined) return null;
  const amount = Number(digits);
  const only = sign === "+" ? { only: "up" as const } : sign === "-" ? { only: "down" as const } : {};
  return percent ? { percent: amount, ...only } : { by: amount, ...only };
}

/** "age,income", given once or several times, as names in `columns`; what is one column's name as a whole is that column. */
export function parseColumns(texts: readonly string[], columns: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const whole = columnNamed(columns, text);
    if (columns.includes(whole)) return [whole];
    return text.split(",").map((name) => columnNamed(columns, name.trim()));
  });
}

/** "2,5,10-20" as places in a table whose first row has the number `firstRow`. Throws InputError for rows it has not, and for one named twice. */
export function parseRows(text: string, firstRow: number, rowCount: number): Int32Array {
  const last = firstRow + rowCount - 1;
  const rows = text.split(",").flatMap((part) => {
    const [, from, to = from] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part) ?? [];
    const [first, end] = [Number(from), Number(to)];
    if (!(first >= firstRow && end <= last && first <= end)) {
      throw new InputError({
        code: "unknown-row",
        found: `The option --rows takes row numbers from ${firstRow} to ${last}, such as ${firstRow},${last} or ${firstRow}-${last}, but "${part}" was given`,
        value: part,
      });
    }
    return Array.from({ length: end - first + 1 }, (_, k) => first + k - firstRow);
  });
  const seen = new Set<number>();
  for (const row of rows) {
    if (seen.has(row)) {
      throw new InputError({
        code: "named-twice",
        found: `The option --rows names row ${firstRow + row} twice`,
        where: { row: firstRow + row },
        remedy: "name it once",
      });
    }
    seen.add(row);
  }
  return Int32Array.from(rows);
}
