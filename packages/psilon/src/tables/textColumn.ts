import type { CategoryColumn, Origin, UnreadColumn } from "./column.js";
import { missingTexts } from "./texts.js";

/** Texts of more different values tell nothing about other rows, and a Map holds no more than 2²⁴. */
const MOST_DISTINCT = 1_000_000;

/** Gathers the texts of a column, row by row. */
export interface TextBuilder {
  /** Adds a row; null and the texts that stand for a missing value are none. */
  push(text: string | null): void;
  /** The column of all rows so far. */
  column(name: string, origin: Origin): CategoryColumn | UnreadColumn;
}

/**
 * `rows`: how many there will be, as far as it is known. `missing`: texts that stand for a missing value besides `missingTexts`. Of more
 * than `mostDistinct` different texts none is kept.
 */
export function textBuilder(
  rows: number,
  missing: readonly string[] = [],
  mostDistinct = MOST_DISTINCT,
): TextBuilder {
  const places = new Map<string, number>();
  for (const text of [...missingTexts, ...missing]) places.set(text.trim(), -1);
  const dictionary: string[] = [];
  let codes = new Int32Array(Math.max(rows, 16));
  let count = 0;
  let isFull = false;
  const placeOf = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    if (dictionary.length === mostDistinct) {
      isFull = true;
      places.clear();
      dictionary.length = 0;
      return -1;
    }
    places.set(text, dictionary.length);
    return dictionary.push(text) - 1;
  };
  return {
    push(text) {
      if (count === codes.length) codes = grown(codes);
      codes[count++] = text === null || isFull ? -1 : placeOf(text.trim());
    },
    column(name, origin) {
      if (isFull) {
        const reason = `it has more than ${mostDistinct.toLocaleString("en-US")} different texts, too many to tell anything about other rows`;
        return { kind: "unread", name, origin, reason };
      }
      return { kind: "categories", name, origin, codes: codes.slice(0, count), dictionary };
    },
  };
}

function grown(codes: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * codes.length);
  larger.set(codes);
  return larger;
}
