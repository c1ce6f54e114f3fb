import { readFileSync } from "node:fs";
import { InputError } from "psilon";

/** The bytes of a file. Throws InputError where there is none, or none that can be read. */
export function read(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    const isMissing = error.code === "ENOENT";
    throw new InputError({
      code: isMissing ? "no-such-file" : "unreadable",
      found: isMissing ? `There is no file "${path}"` : `The file "${path}" cannot be read: ${error.message}`,
      where: { source: path },
    });
  }
}
