import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import { findRuns } from "./findRuns.js";
import { markKilled } from "./killed.js";
import { ownHost } from "./processes.js";

/** Removes a run with all its parts. */
const REMOVING = [
  ...["objectives", "settings", "metrics", "epochs", "bounds"].map(
    (table) => `DELETE FROM ${table} WHERE run IN (SELECT id FROM runs WHERE id = $1 OR parent = $1)`,
  ),
  "DELETE FROM runs WHERE id = $1 OR parent = $1",
];

/** Removes what is known of tables that no run is on any more. */
const TIDYING = ["datasets", "dataset_columns"].map(
  (table) =>
    `DELETE FROM ${table} WHERE hash NOT IN (SELECT unnest([data_hash, coalesce(test_hash, data_hash)]) FROM runs)`,
);

/**
 * Removes runs by beginnings of their ids, or all that do not run, and returns the ids of those that are gone. Throws InputError for a part
 * of a run, and for one that runs in this machine; of another's nobody here can tell, and who names it knows.
 */
export async function removeRuns(
  connection: DuckDBConnection,
  path: string,
  names: readonly string[] | "all",
): Promise<string[]> {
  await markKilled(connection);
  const read = await connection.runAndReadAll("SELECT id, status, host, pid FROM runs WHERE parent IS NULL");
  const runs = read.getRows() as [id: string, status: string, host: string, pid: number][];
  const ids =
    names === "all"
      ? runs.flatMap(([id, status]) => (status === "running" ? [] : [id]))
      : await findRuns(connection, path, names);
  const part = ids.find((id) => !runs.some(([whole]) => whole === id));
  if (part !== undefined) {
    throw new InputError({
      code: "unsuitable",
      found: `The run ${part} is a part of another`,
      where: { source: path },
      remedy: "name that to remove it with all its parts",
    });
  }
  const busy = runs.find(([id, status, at]) => ids.includes(id) && status === "running" && at === ownHost());
  if (busy) {
    throw new InputError({
      code: "unsuitable",
      found: `The run ${busy[0]} is running, as process ${busy[3]}`,
      where: { source: path },
      remedy: "wait for its end, or interrupt it",
    });
  }
  for (const id of ids) for (const statement of REMOVING) await connection.run(statement, [id]);
  for (const statement of TIDYING) await connection.run(statement);
  return ids;
}
