import type { DuckDBConnection } from "@duckdb/node-api";
import { killedRuns } from "./killed.js";
import type { Status } from "./status.js";
import { type StoredRun, storedRuns } from "./storedRuns.js";

/** Which runs are asked for. */
export interface RunFilter {
  readonly status?: Status | undefined;
  readonly command?: string | undefined;
  /** The parts of this run; without it, runs that are no parts of any. */
  readonly parent?: string | undefined;
}

/** The newest `limit` runs, the newest first, or the first parts of a run, and how many more there are. */
export async function listRuns(
  connection: DuckDBConnection,
  { status, command, parent }: RunFilter,
  limit: number,
): Promise<{ readonly runs: readonly StoredRun[]; readonly more: number }> {
  // Who may not write has not marked them.
  const killed = new Set((await killedRuns(connection)).map(({ id }) => id));
  const read = await connection.runAndReadAll(
    `SELECT id, status FROM runs WHERE parent IS NOT DISTINCT FROM $1::VARCHAR AND command = coalesce($2, command)
      ORDER BY number, begun DESC, id`,
    [parent ?? null, command ?? null],
  );
  const ids = (read.getRows() as [string, string][])
    .filter(([id, told]) => status === undefined || status === (killed.has(id) ? "killed" : told))
    .map(([id]) => id);
  return {
    runs: await storedRuns(connection, ids.slice(0, limit)),
    more: Math.max(0, ids.length - limit),
  };
}
