import type { DuckDBConnection } from "@duckdb/node-api";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { type Cells, insert } from "./insert.js";
import { trialResults } from "./keptTrials.js";
import { insertResults } from "./results.js";
import { partId } from "./runId.js";
import { settingsRows } from "./settings.js";

/** A trial that has ended. */
export interface EndedTrial {
  readonly trial: Trial;
  readonly outcome: TrialOutcome;
  readonly ended: Date;
}

/** Records a trial of a sweep, unless it is there; `common` is what all its trials have. */
export async function insertTrial(
  connection: DuckDBConnection,
  sweep: string,
  common: Cells<"runs">,
  { trial: { number, settings }, outcome, ended }: EndedTrial,
): Promise<void> {
  const known = await connection.runAndReadAll("SELECT id FROM runs WHERE parent = $1 AND number = $2", [
    sweep,
    number,
  ]);
  if (known.currentRowCount > 0) return;
  const id = partId(sweep, number);
  const isDone = outcome.status === "done";
  const seconds = isDone ? outcome.seconds : null;
  const begun = new Date(ended.getTime() - 1000 * (seconds ?? 0));
  const reason = isDone ? null : outcome.reason;
  const { status } = outcome;
  const own = { id, command: "trial", status, reason, begun, ended, seconds, parent: sweep, number };
  await insert(connection, "runs", [{ ...common, ...own }]);
  await insert(connection, "settings", settingsRows(id, settings, isDone ? { lambda: outcome.lambdas } : {}));
  if (isDone) await insertResults(connection, id, trialResults(outcome));
}
