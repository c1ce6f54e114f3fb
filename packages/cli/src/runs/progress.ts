import type { DuckDBConnection } from "@duckdb/node-api";
import { costOf } from "../sweeps/objective.js";
import { ownMetrics, settingsOfRun } from "./figures.js";
import { partId } from "./runId.js";
import { type StoredMetric, type StoredRun, storedRuns } from "./storedRuns.js";

/** How far a run has come that is made of parts. */
export interface Progress {
  /** Parts that have ended, and those that there will be. */
  readonly ended: number;
  readonly asked: number;
  /** The best so far, with its figures of what is searched by. */
  readonly best: { readonly number: number; readonly metrics: readonly StoredMetric[] } | null;
}

/** Null for a run that is not made of parts. */
export async function progressOf(connection: DuckDBConnection, run: StoredRun): Promise<Progress | null> {
  if (run.command !== "sweep" && run.command !== "compare") return null;
  const counted = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM runs WHERE parent = $1", [
    run.id,
  ]);
  const ended = Number(counted.getRows()[0][0]);
  const trials = settingsOfRun(run).get("trials");
  const number = run.best ?? (await bestNumber(connection, run));
  const [best] = number === null ? [] : await storedRuns(connection, [partId(run.id, number)]);
  const metrics = run.objectives.flatMap(
    ({ metric }) => ownMetrics(best).find((row) => row.metric === metric) ?? [],
  );
  return {
    ended,
    asked: typeof trials === "number" ? trials : ended,
    best: number === null ? null : { number, metrics },
  };
}

/** By what is searched by first, from the figures alone. */
async function bestNumber(
  connection: DuckDBConnection,
  { id, objectives: [objective] }: StoredRun,
): Promise<number | null> {
  if (!objective) return null;
  const read = await connection.runAndReadAll(
    `SELECT number, value FROM metrics JOIN runs ON run = id
      WHERE parent = $1 AND status = 'done' AND predictor = 'network' AND split IS NULL AND metric = $2 AND isfinite(value)
      ORDER BY number`,
    [id, objective.metric],
  );
  const parts = read.getRows() as [number: number, value: number][];
  const costs = parts.map(([, value]) => costOf(value, objective));
  const least = costs.reduce((best, cost, i) => (cost < costs[best] ? i : best), 0);
  return parts[least]?.[0] ?? null;
}
