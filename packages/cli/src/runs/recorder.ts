import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import type { Io } from "../io.js";
import { writeProblem } from "../output.js";
import { writeRuns } from "./database.js";
import { type RecordFlags, RUNS } from "./recordOptions.js";

/** Milliseconds in which a file that is held is tried again for what is known only now, and not again. */
export const PATIENCE = 60_000;

/** Where a command records its runs. What cannot be recorded never costs a result. */
export interface Recorder {
  readonly path: string;
  /** The first transaction of a command. Null with a note where it failed and nobody asked for the file; else it throws InputError. */
  begin<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T | null>;
  /** A later one. False with a note where it failed. */
  add(use: (connection: DuckDBConnection) => Promise<void>, wait?: number): Promise<boolean>;
}

/** Null where nothing is to be recorded. Throws InputError for a file beside that. */
export function recorderOf({ runs, record }: RecordFlags, io: Pick<Io, "stderr">): Recorder | null {
  if (!record) {
    if (runs === undefined) return null;
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --runs names a file to record the run in, and --no-record records none",
      remedy: "leave one of them out",
    });
  }
  const path = runs ?? RUNS;
  const noted = new Set<string>();
  const note = (error: unknown) => {
    const why = error instanceof InputError ? error.message : `${String(error)}.`;
    if (!noted.has(why)) io.stderr.write(`note: Recording failed. ${why}\n`);
    noted.add(why);
  };
  return {
    path,
    async begin(use) {
      if (runs !== undefined) return writeRuns(path, use);
      try {
        makeFolder(dirname(path));
        return await writeRuns(path, use);
      } catch (error) {
        note(error);
        return null;
      }
    },
    async add(use, wait) {
      try {
        await writeRuns(path, use, wait);
        return true;
      } catch (error) {
        note(error);
        return false;
      }
    },
  };
}

/** Its files are no matter of the repository that it may lie in. */
function makeFolder(path: string): void {
  try {
    if (mkdirSync(path, { recursive: true })) writeFileSync(join(path, ".gitignore"), "*\n");
  } catch (error) {
    throw new InputError({
      code: "unwritable",
      found: `The folder "${path}" cannot be made: ${writeProblem(error as NodeJS.ErrnoException)}`,
      where: { source: path },
      remedy: "name a file with --runs",
    });
  }
}
