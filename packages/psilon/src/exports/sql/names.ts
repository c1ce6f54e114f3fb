import { InputError } from "../../errors.js";
import type { Dialect } from "./dialect.js";

/** The text as a literal. Throws InputError for one that none can be. */
export function literal(dialect: Dialect, text: string): string {
  checkText("text", text);
  return dialect.literal(text);
}

/** The name between quotes. Throws InputError for one that cannot stand there. `what`: begins the sentence. */
export function identifier({ called, names }: Dialect, name: string, what: string): string {
  checkText(what, name);
  if (name === "" && !names.empty) {
    throw new InputError({
      code: "unsuitable",
      found: `A ${what} has the name "", but ${called} has no names without letters`,
      value: name,
      remedy: "give it a name in the table that the model is trained on",
    });
  }
  return `"${kept(name, names.bytes).replaceAll('"', '""')}"`;
}

/** Throws InputError for what ends a text in some program, and for halves of letters, which UTF-8 does not have. */
function checkText(what: string, text: string): void {
  if (!text.includes("\0") && !/\p{Surrogate}/u.test(text)) return;
  throw new InputError({
    code: "unsuitable",
    found: `The ${what} ${JSON.stringify(text)} holds ${text.includes("\0") ? "the letter NUL" : "half a letter"}, which SQL cannot quote`,
    value: text,
    remedy: "leave it out of the table that the model is trained on",
  });
}

/** As many of the name's letters as so many bytes hold in UTF-8. */
export function kept(name: string, bytes: number): string {
  const utf8 = new TextEncoder();
  let left = bytes;
  let own = "";
  for (const letter of name) {
    left -= utf8.encode(letter).length;
    if (left < 0) break;
    own += letter;
  }
  return own;
}

/** The names, each with as many "_" behind it as set it apart from all others and from those `taken`, upper and lower case alike. */
export function apart(
  { names: { bytes } }: Dialect,
  names: readonly string[],
  taken: readonly string[],
): string[] {
  const known = new Set(taken.map((name) => kept(name, bytes).toLowerCase()));
  return names.map((name) => {
    const behind = (count: number) => kept(name, bytes - count) + "_".repeat(count);
    let count = 0;
    while (known.has(behind(count).toLowerCase())) count++;
    known.add(behind(count).toLowerCase());
    return behind(count);
  });
}
