import { InputError, type Move } from "psilon";

/** "age=2,income=5%,sex=any" as moves by column; the option may be given several times. Throws InputError for anything else. */
export function parseMoves(texts: readonly string[]): Record<string, Move> {
  const moves: Record<string, Move> = {};
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [, name, value] = /^\s*(.+?)\s*=\s*([^=]+?)\s*$/.exec(part) ?? [];
    const move = value === undefined ? null : moveFrom(value);
    if (move === null) {
      throw new InputError(
        `The option --move takes columns with how far they may move, such as age=2,income=5%,sex=any, but "${part}" was given.`,
      );
    }
    if (Object.hasOwn(moves, name)) {
      throw new InputError(
        `The option --move names the column "${name}" twice; say once how far it may move.`,
      );
    }
    moves[name] = move;
  }
  return moves;
}

function moveFrom(text: string): Move | null {
  if (text === "any") return "any";
  const percent = text.endsWith("%");
  const value = Number(percent ? text.slice(0, -1) : text);
  if (Number.isNaN(value)) return null;
  return percent ? { percent: value } : { by: value };
}

/** "2,5,10-20" as places in a table whose first row has the number `firstRow`. Throws InputError for rows it has not. */
export function parseRows(text: string, firstRow: number, rowCount: number): Int32Array {
  const last = firstRow + rowCount - 1;
  const rows = text.split(",").flatMap((part) => {
    const [, from, to = from] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part) ?? [];
    const [first, end] = [Number(from), Number(to)];
    if (!(first >= firstRow && end <= last && first <= end)) {
      throw new InputError(
        `The option --rows takes row numbers from ${firstRow} to ${last}, such as ${firstRow},${last} or ${firstRow}-${last}, but "${part}" was given.`,
      );
    }
    return Array.from({ length: end - first + 1 }, (_, k) => first + k - firstRow);
  });
  return Int32Array.from(rows);
}
