import { existsSync } from "node:fs";
import { link } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { InputError } from "psilon";
import { loadDuckDB } from "../tables/duckdb.js";
import { temporaryPath, whileThere } from "../temporary.js";
import { databaseProblem, isHeld } from "./databaseProblem.js";
import { createTables, hasTables } from "./schema.js";

/** Milliseconds in which a file that another process holds is tried again. */
const WAIT = 30_000;

/** The longest pause between two tries, which are random so that those who wait do not come back together. */
const PAUSE = 50;

/** Small blocks, since so is what is recorded at a time: of the usual ones the first run alone would take four megabytes. */
const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  temp_directory: "",
  threads: "1",
  default_block_size: "16384",
};

/** Whatever used a database last: DuckDB keeps processes apart, but not what one process does. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * What `use` comes to in one transaction on the run database at `path`, which is there if it was not. DuckDB lets one process at a time write a
 * file, so it is open for that moment alone, and who finds it held tries again for `wait` milliseconds. Throws InputError for a file that is no
 * run database or cannot be written.
 */
export function writeRuns<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  wait = WAIT,
): Promise<T> {
  return inTurn(async () => {
    if (!existsSync(path)) await create(path);
    return connected({ path }, wait, async (connection) => {
      if (!(await hasTables(connection, path))) await createTables(connection);
      await connection.run("BEGIN");
      const result = await use(connection);
      await connection.run("COMMIT");
      return result;
    });
  });
}

/** The same for who only reads, and needs no right to write; several may at a time. Throws InputError without a file. */
export function readRuns<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  wait = WAIT,
): Promise<T> {
  const none = new InputError({
    code: "no-such-file",
    found: `No runs are recorded in "${path}"`,
    where: { source: path },
    remedy: "psilon train, evaluate, compare and sweep record theirs; --runs names another file",
  });
  return inTurn(async () => {
    if (!existsSync(path)) throw none;
    return connected({ path, access: "READ_ONLY" }, wait, async (connection) => {
      if (!(await hasTables(connection, path))) throw none;
      return use(connection);
    });
  });
}

function inTurn<T>(use: () => Promise<T>): Promise<T> {
  const used = turn.then(use);
  turn = used.catch(() => {});
  return used;
}

interface Opening {
  readonly path: string;
  readonly access?: "AUTOMATIC" | "READ_ONLY";
  /** What the file is called in sentences, where not by its path. */
  readonly named?: string;
}

async function connected<T>(
  file: Opening,
  wait: number,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const { path, named = path } = file;
  const instance = await opened(file, wait);
  try {
    const connection = await instance.connect();
    try {
      return await use(connection);
    } finally {
      // What was not committed is gone with it.
      connection.closeSync();
    }
  } catch (error) {
    throw databaseProblem(named, error as Error);
  } finally {
    instance.closeSync();
  }
}

async function opened(
  { path, access = "AUTOMATIC", named = path }: Opening,
  wait: number,
): Promise<DuckDBInstance> {
  const { DuckDBInstance } = await loadDuckDB();
  const begun = performance.now();
  for (;;) {
    try {
      // A path of its own, and not a name that DuckDB knows, as ":memory:" is.
      return await DuckDBInstance.create(resolve(path), { ...SETTINGS, access_mode: access });
    } catch (error) {
      const failure = error as Error;
      if (!isHeld(failure) || performance.now() - begun > wait) throw databaseProblem(named, failure);
      await pause(PAUSE * Math.random());
    }
  }
}

/** Puts a whole database in place at once, unless somebody was faster: a process that is killed leaves none that was not written to its end. */
async function create(path: string): Promise<void> {
  const temporary = temporaryPath(dirname(path));
  await whileThere(temporary, async () => {
    await connected({ path: temporary, named: path }, 0, createTables);
    // Where the disk has no links, DuckDB makes the file where it belongs.
    await link(temporary, path).catch(() => {});
  });
}
