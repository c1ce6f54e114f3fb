import type { DuckDBConnection } from "@duckdb/node-api";
import type { TrialOutcome } from "../sweeps/trial.js";
import { partsOf, type StoredRun, storedRuns } from "./storedRuns.js";
import { summariesOf } from "./summaryRows.js";

/** What the trials of a sweep came to that are kept, by their numbers. */
export async function keptTrials(
  connection: DuckDBConnection,
  sweep: string,
): Promise<Map<number, TrialOutcome>> {
  return outcomesOf(await storedRuns(connection, await partsOf(connection, [sweep])));
}

/** What parts of a run came to, by their numbers. */
export const outcomesOf = (parts: readonly StoredRun[]): Map<number, TrialOutcome> =>
  new Map(parts.map((part) => [part.number ?? 0, outcomeOf(part)]));

function outcomeOf({ status, reason, metrics, settings, seconds }: StoredRun): TrialOutcome {
  if (status === "failed") return { status, reason: reason ?? "" };
  const folds = 1 + Math.max(0, ...metrics.map(({ split }) => split ?? 0));
  const lambda = settings.find(({ name }) => name === "lambda")?.used;
  const summaries = (predictor: string) => summariesOf(metrics.filter((row) => row.predictor === predictor));
  return {
    status: "done",
    metrics: summaries("network"),
    linear: summaries("linear"),
    lambdas: Array.isArray(lambda) ? lambda : Array(folds).fill(lambda),
    seconds: seconds ?? Number.NaN,
  };
}
