import { InputError } from "../errors.js";

/** Far more levels than a model has, and far fewer than would overflow a stack. */
const DEEPEST = 64;

/** A file that contradicts its format or itself; `what` is the rest of the sentence, without its full stop. */
export function damaged(source: string, what: string): InputError {
  return new InputError({
    code: "damaged-file",
    found: `${source} is damaged: ${what}`,
    where: { source },
  });
}

/**
 * Throws InputError where `text`, as JSON, nests lists and objects too deep for what walks them, before it is parsed; it is the file's
 * `part`, such as its header.
 */
export function checkNesting(text: string, source: string, part: string): void {
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (isQuoted) {
      if (letter === "\\") i++;
      else if (letter === '"') isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === "]" || letter === "}") depth--;
    else if ((letter === "[" || letter === "{") && ++depth > DEEPEST) {
      throw damaged(
        source,
        `its ${part} nests lists and objects more than ${DEEPEST} deep, and no model does`,
      );
    }
  }
}

/** What a file says, at a length that leaves a sentence readable, and without what would end its line or move a terminal's cursor. */
export const excerpt = (text: string): string =>
  (text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(/\p{Cc}/gu, "\ufffd");
