import { createWriteStream, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "psilon";
import { writeProblem } from "../output.js";
import { temporaryPath } from "../temporary.js";

/** A private folder for what DuckDB cannot read where it lies: made when it is first needed, gone with `remove` or the process. */
export interface Scratch {
  /** The path of a file that is not there yet; `what` is to be kept in it. */
  path(what: string): Promise<string>;
  /** Writes a stream, by way of `through`, to a file and returns its path; `unreadable` words what goes wrong while reading. */
  keep(
    what: string,
    stream: Readable,
    through: readonly Transform[],
    unreadable: (error: NodeJS.ErrnoException) => InputError,
  ): Promise<string>;
  remove(): void;
}

export function createScratch(signal: AbortSignal): Scratch {
  const folder = temporaryPath(tmpdir());
  let made = false;
  let files = 0;
  // An ending process waits for no promise.
  const remove = () => {
    process.off("exit", remove);
    rmSync(folder, { recursive: true, force: true });
  };
  const path = async (what: string) => {
    if (!made) {
      process.once("exit", remove);
      // For this user's eyes alone.
      await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        throw notKept(what, error);
      });
      made = true;
    }
    return join(folder, String(files++));
  };
  return {
    path,
    async keep(what, stream, through, unreadable) {
      const to = await path(what);
      try {
        await pipeline([stream, ...through, createWriteStream(to, { flags: "wx" })], { signal });
      } catch (error) {
        if (signal.aborted || error instanceof InputError) throw error;
        const problem = error as NodeJS.ErrnoException;
        const isReading = problem.syscall === undefined || problem.syscall === "read";
        throw isReading ? unreadable(problem) : notKept(what, problem);
      }
      return to;
    },
    remove,
  };
}

function notKept(what: string, error: NodeJS.ErrnoException): InputError {
  return new InputError({
    code: "unwritable",
    found: `The ${what} cannot be kept in "${tmpdir()}": ${writeProblem(error)}`,
    where: { source: tmpdir() },
    remedy: "name another folder by the environment variable TMPDIR",
  });
}
