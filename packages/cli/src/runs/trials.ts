import type { DuckDBConnection } from "@duckdb/node-api";
import { agreed } from "../foldFigures.js";
import type { Trial, TrialOutcome } from "../sweeps/trial.js";
import { insertPart, type Part } from "./parts.js";
import { summaryRows } from "./summaryRows.js";

/** A trial that has ended. */
export interface EndedTrial {
  readonly trial: Trial;
  readonly outcome: TrialOutcome;
  readonly ended: Date;
}

/** Records trials of a sweep but for those that are there; `common` is what all its trials have, `trainBy` makes the line that trains with a trial's settings. */
export async function insertTrials(
  connection: DuckDBConnection,
  common: Parameters<typeof insertPart>[1],
  trials: readonly EndedTrial[],
  trainBy: (trial: Trial) => string,
): Promise<void> {
  for (const { trial, outcome, ended } of trials) {
    const known = await connection.runAndReadAll("SELECT id FROM runs WHERE parent = $1 AND number = $2", [
      common.parent,
      trial.number,
    ]);
    if (known.currentRowCount === 0)
      await insertPart(connection, common, { ...trial, line: trainBy(trial), ended, ...partOf(outcome) });
  }
}

function partOf(outcome: TrialOutcome): Omit<Part, "number" | "settings" | "ended" | "line"> {
  if (outcome.status === "failed") return { ...outcome, seconds: null };
  const { status, metrics, linear, lambdas, seconds } = outcome;
  const results = { metrics: [...summaryRows("network", metrics), ...summaryRows("linear", linear)] };
  return { status, seconds, used: { lambda: agreed(lambdas) }, results };
}
