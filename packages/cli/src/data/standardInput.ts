import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "psilon";
import { writeProblem } from "../output.js";
import { temporaryPath, whileThere } from "../temporary.js";
import { readHead } from "./head.js";

/**
 * What `use` makes of a stream in a temporary file, since DuckDB reads files, and of its kind, which the first character tells. Throws
 * InputError where it cannot be read, or the file not be written.
 */
export async function spooled<T>(
  stdin: Readable,
  signal: AbortSignal,
  use: (path: string, kind: ".csv" | ".json") => Promise<T>,
): Promise<T> {
  const folder = temporaryPath(tmpdir());
  return whileThere(folder, async () => {
    const path = join(folder, "table");
    try {
      // For this user's eyes alone.
      await mkdir(folder, { mode: 0o700 });
      await pipeline(stdin, createWriteStream(path, { flags: "wx" }), { signal });
    } catch (error) {
      throw signal.aborted ? error : unusable(error as NodeJS.ErrnoException);
    }
    return use(path, /^\s*\[/.test(await readHead(path, 256)) ? ".json" : ".csv");
  });
}

function unusable(error: NodeJS.ErrnoException): InputError {
  return error.syscall === "read"
    ? new InputError(
        `The standard input cannot be read (${error.code}); hand a table over, as in "< new.csv".`,
      )
    : new InputError(
        `The standard input cannot be kept in "${tmpdir()}": ${writeProblem(error)}; name another folder by the environment variable TMPDIR.`,
      );
}
