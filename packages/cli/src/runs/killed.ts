import type { DuckDBConnection } from "@duckdb/node-api";
import { isAlive, type ProcessMark } from "./processes.js";

/** Why a run counts as killed. */
export const reasonKilled = ({ pid }: Pick<ProcessMark, "pid">): string =>
  `Process ${pid} ended before the run did.`;

/** The runs that are said to run and whose process is no more. */
export async function killedRuns(
  connection: DuckDBConnection,
): Promise<readonly { readonly id: string; readonly reason: string }[]> {
  const running = await connection.runAndReadAll(
    "SELECT id, host, pid, process FROM runs WHERE status = 'running'",
  );
  const marks = running.getRowObjectsJS() as unknown as readonly ({ readonly id: string } & ProcessMark)[];
  return marks.filter((mark) => !isAlive(mark)).map((mark) => ({ id: mark.id, reason: reasonKilled(mark) }));
}

/** Marks them so. */
export async function markKilled(connection: DuckDBConnection): Promise<void> {
  for (const { id, reason } of await killedRuns(connection)) {
    await connection.run("UPDATE runs SET status = 'killed', reason = $1 WHERE id = $2", [reason, id]);
  }
}
