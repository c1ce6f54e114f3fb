import type { DuckDBConnection } from "@duckdb/node-api";
import type { TrialOutcome } from "../sweeps/trial.js";
import { type SummaryRow, summariesOf } from "./summaryRows.js";

type FigureRow = readonly [number: number, predictor: string, ...SummaryRow];
type TrialRow = readonly [number: number, status: string, reason: string, seconds: number, lambdas: string];

/** What the trials of a sweep came to that are kept, by their numbers. */
export async function keptTrials(
  connection: DuckDBConnection,
  sweep: string,
): Promise<Map<number, TrialOutcome>> {
  const trials = await connection.runAndReadAll(
    `SELECT number, status, reason, seconds, used FROM runs LEFT JOIN settings ON run = id AND name = 'lambda'
      WHERE parent = $1 ORDER BY number`,
    [sweep],
  );
  const figures = await connection.runAndReadAll(
    `SELECT number, predictor, metric, split, value, stderr FROM metrics JOIN runs ON run = id
      WHERE parent = $1 ORDER BY metrics.rowid`,
    [sweep],
  );
  const byPredictor = new Map<string, SummaryRow[]>();
  for (const [number, predictor, ...row] of figures.getRowsJS() as unknown as FigureRow[]) {
    const key = `${predictor} ${number}`;
    const rows = byPredictor.get(key);
    if (rows) rows.push(row);
    else byPredictor.set(key, [row]);
  }
  const summaries = (predictor: string, number: number) =>
    summariesOf(byPredictor.get(`${predictor} ${number}`) ?? []);
  return new Map(
    (trials.getRowsJS() as unknown as TrialRow[]).map(([number, status, reason, seconds, lambdas]) => [
      number,
      status === "failed"
        ? { status, reason }
        : {
            status: "done",
            metrics: summaries("network", number),
            linear: summaries("linear", number),
            lambdas: JSON.parse(lambdas),
            seconds,
          },
    ]),
  );
}
