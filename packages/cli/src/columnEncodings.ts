import { type Encoding, type Encodings, encodings, InputError } from "psilon";
import { columnNamed, onceEach } from "./data/columnNames.js";

/**
 * What `--encode`, given once or several times, says: one encoding for the whole table, or columns with theirs, as in age=bins,income=both.
 * Throws InputError for what is neither, for both at once and for a column that is named twice.
 */
export function columnEncodings(texts: readonly string[]): Encodings | undefined {
  if (texts.length === 0) return undefined;
  if (texts.length === 1 && isEncoding(texts[0])) return texts[0];
  // A column's name may hold a comma; after an encoding one begins the next column.
  const pieces = texts.flatMap((list) => list.split(new RegExp(`(?<==(?:${encodings.join("|")})),`)));
  return oneEach(
    pieces.map((piece) => {
      const at = piece.lastIndexOf("=");
      const encoding = piece.slice(at + 1);
      if (at > 0 && isEncoding(encoding)) return [piece.slice(0, at), encoding];
      throw new InputError({
        code: "unknown-choice",
        found: `The option --encode takes one of ${encodings.join(", ")}, or columns with one each, as in age=bins,income=both, but "${piece}" was given`,
        value: piece,
      });
    }),
  );
}

/** The same by the names that the table has. */
export const encodingsIn = (names: readonly string[], said: Encodings): Encodings =>
  typeof said === "string"
    ? said
    : oneEach(Object.entries(said).map(([name, encoding]) => [columnNamed(names, name), encoding]));

const isEncoding = (text: string): text is Encoding => (encodings as readonly string[]).includes(text);

const oneEach = (entries: readonly (readonly [string, Encoding])[]) =>
  onceEach("--encode", entries, "give it one encoding");
