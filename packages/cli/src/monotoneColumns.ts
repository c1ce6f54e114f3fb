import { InputError, type MonotoneColumns } from "psilon";
import { columnNamed, onceEach } from "./data/columnNames.js";

/**
 * The columns of `--monotone income=+,debt=-`, given once or several times. Throws InputError for what is not a column and a sign, and for
 * a column that is named twice.
 */
export function monotoneColumns(texts: readonly string[]): MonotoneColumns {
  // A column's name may hold a comma; after a sign one begins the next column.
  const pieces = texts.flatMap((list) => list.split(/(?<==[+-]),/));
  return oneDirection(
    pieces.map((piece) => {
      const [, name, sign] = /^(.+)=([+-])$/s.exec(piece) ?? [];
      if (sign === "+" || sign === "-") return [name, sign];
      throw new InputError({
        code: "wrong-type",
        found: `The option --monotone takes columns with "=+" (never falling) or "=-" (never rising), as in income=+,debt=-, but "${piece}" was given`,
        value: piece,
      });
    }),
  );
}

/** The same by the names that the table has. */
export const monotoneIn = (names: readonly string[], columns: MonotoneColumns): MonotoneColumns =>
  oneDirection(Object.entries(columns).map(([name, sign]) => [columnNamed(names, name), sign]));

const oneDirection = (entries: readonly (readonly [string, "+" | "-"])[]): MonotoneColumns =>
  onceEach("--monotone", entries, "give it one direction");
