import { readable } from "psilon";
import { escaped } from "../io.js";

/** Markup that is finished: what is put into it was escaped before. */
export interface Html {
  readonly markup: string;
}

/** What may stand in markup: text, which is escaped, or markup, or several of these. */
export type Part = Html | string | number | readonly Part[];

/** Markup with its parts in place. They stand between tags or in attributes that have double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = strings.reduce((sum, text, i) => sum + markupOf(parts[i - 1]) + text);
  return { markup };
}

function markupOf(part: Part): string {
  if (typeof part === "object" && "markup" in part) return part.markup;
  return typeof part === "object" ? part.map(markupOf).join("") : escapedText(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it is read, whatever it holds; control characters, which pages must not have, as JSON writes them. */
const escapedText = (text: string): string =>
  shownText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** The same for charts, which escape what markup means. */
export const shownText = (text: string): string => escaped(readable(text));
