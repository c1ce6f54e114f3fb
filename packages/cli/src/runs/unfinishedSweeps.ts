import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import { environment } from "./environment.js";
import { ownHost } from "./processes.js";
import { settingsRows, valuesOf } from "./settings.js";
import { hashOfSweep, type SweepIdentity } from "./sweepIdentity.js";

export interface UnfinishedSweep {
  readonly id: string;
  readonly identity: string;
  readonly status: string;
  readonly psilon: string;
  readonly data_hash: string;
}

/**
 * Sweeps that did not come to their end, the newest first, but for those of which a newer one of the same identity did; also those that another machine
 * began, of which nobody here knows whether they still run.
 */
export async function unfinishedSweeps(connection: DuckDBConnection): Promise<readonly UnfinishedSweep[]> {
  const read = await connection.runAndReadAll(
    `SELECT id, identity, status, psilon, data_hash FROM runs
      WHERE command = 'sweep' AND status NOT IN ('done', 'failed') AND (status <> 'running' OR host <> $1)
        AND NOT EXISTS (SELECT 1 FROM runs AS newer WHERE newer.identity = runs.identity
          AND newer.status IN ('done', 'failed') AND newer.begun >= runs.begun)
      ORDER BY begun DESC`,
    [ownHost()],
  );
  return read.getRowObjectsJS() as unknown as UnfinishedSweep[];
}

/** Why there is no sweep of this identity to go on with; `newest` is an unfinished one of another. */
export async function nothingToResume(
  connection: DuckDBConnection,
  path: string,
  newest: UnfinishedSweep | undefined,
  identity: SweepIdentity,
): Promise<InputError> {
  const { data, options } = identity;
  const refuse = (found: string, remedy: string) =>
    new InputError({ code: "unsuitable", found, where: { source: path }, remedy });
  const running = await connection.runAndReadAll(
    "SELECT id, pid FROM runs WHERE status = 'running' AND host = $1 AND identity = $2",
    [ownHost(), hashOfSweep(identity)],
  );
  for (const [id, pid] of running.getRows()) {
    const found = `The sweep ${id} of the same data and options is running, as process ${pid}`;
    return refuse(found, "wait for its end");
  }
  if (!newest) {
    return refuse(`There is no unfinished sweep in "${path}"`, "leave out --resume to begin one");
  }
  const begun = `The newest unfinished sweep in "${path}", ${newest.id}, was begun`;
  const again = (what: string) => `give ${what}, or leave out --resume to begin a new one`;
  const { psilon } = environment();
  if (newest.psilon !== psilon) {
    const found = `${begun} by psilon ${newest.psilon}, and this is ${psilon}`;
    return refuse(found, "resume it with that, or leave out --resume to begin a new one");
  }
  if (newest.data_hash !== data.hash) {
    return refuse(`${begun} with other data than there is now`, again("the table it was begun with"));
  }
  const read = await connection.runAndReadAll(
    "SELECT name, given FROM settings WHERE run = $1 AND given IS NOT NULL",
    [newest.id],
  );
  const before = new Map(read.getRows() as [string, string][]);
  const after = new Map(
    settingsRows(newest.id, valuesOf(options)).map(({ name, given }) => [String(name), given]),
  );
  const told = [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `--${name} (${before.get(name) ?? "not given"}, now ${after.get(name) ?? "not given"})`);
  return refuse(`${begun} with other options: ${told.join(", ")}`, again("those that it was begun with"));
}
