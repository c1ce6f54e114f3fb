import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";
import { InputError } from "psilon";
import { bytesOf } from "../bytes.js";
import { sha256 } from "../contentHash.js";
import { writeProblem } from "../output.js";
import { temporaryPath } from "../temporary.js";

/** Letters of the SHA-256 before the contents, by which a file is known that was not written to its end. */
const LETTERS = 64;

/** Puts plain data in a file, over any of that name, at once: a process that is killed leaves the older one. Throws InputError where it cannot. */
export function keep(path: string, value: object): void {
  const contents = bytesOf(serialize(value));
  const temporary = temporaryPath(dirname(path));
  try {
    writeFileSync(temporary, sha256(contents), { flag: "wx" });
    appendFileSync(temporary, contents);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InputError({
      code: "unwritable",
      found: `The checkpoint's file "${path}" cannot be written: ${writeProblem(error as NodeJS.ErrnoException)}`,
      where: { source: path },
    });
  }
}

/** The data of a file that `keep` wrote; null without a file, and "damaged" where it is not what was written. */
export function kept<T extends object>(path: string): T | null | "damaged" {
  try {
    const file = readFileSync(path);
    const contents = bytesOf(file).subarray(LETTERS);
    return sha256(contents) === file.toString("latin1", 0, LETTERS) ? deserialize(contents) : "damaged";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : "damaged";
  }
}
