import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import type { Io } from "../io.js";
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

/** Null where nothing is to be recorded. */
export function recorderOf({ runs, record }: RecordFlags, io: Pick<Io, "stderr">): Recorder | null {
  if (!record) return null;
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
        mkdirSync(dirname(path), { recursive: true });
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
