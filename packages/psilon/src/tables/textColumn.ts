import type { CategoryColumn, Column, Origin } from "./column.js";
import { missingTexts } from "./texts.js";

/** Texts of more different values tell nothing about other rows, and a Map holds no more than 2²⁴. */
const MOST_DISTINCT = 1_000_000;

/** Gathers the texts of a column, row by row. */
export interface TextBuilder {
  /** Adds a row; null and the texts that stand for a missing value are none. */
  push(text: string | null): void;
  /** The column of all rows so far. */
  column(name: string, origin: Origin): CategoryColumn | Extract<Column, { kind: "unread" }>;
}

/**
 * `rows`: how many there will be, as far as it is known. `missing`: texts that stand for a missing value besides `missingTexts`.
 */
export function textBuilder(rows: number, missing: readonly string[] = []): TextBuilder {
  const none = new Set([...missingTexts, ...missing]);
  const places = new Map<string, number>();
  let codes = new Int32Array(Math.max(rows, 16));
  let count = 0;
  const placeOf = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    const trimmed = text.trim();
    const place = none.has(trimmed) ? -1 : (places.get(trimmed) ?? dictionary.push(trimmed) - 1);
    // What is missing is found as quickly as what is not.
    if (places.size <= 2 * MOST_DISTINCT) places.set(text, place).set(trimmed, place);
    return place;
  };
  const dictionary: string[] = [];
  return {
    push(text) {
      if (count === codes.length) codes = grown(codes);
      codes[count++] = text === null || dictionary.length > MOST_DISTINCT ? -1 : placeOf(text);
    },
    column(name, origin) {
      if (dictionary.length > MOST_DISTINCT) {
        const reason = `it has more than ${MOST_DISTINCT.toLocaleString("en-US")} different texts, too many to tell anything about other rows`;
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
