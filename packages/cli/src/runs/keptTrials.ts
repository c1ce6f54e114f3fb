import type { DuckDBConnection } from "@duckdb/node-api";
import type { Summary } from "psilon";
import type { TrialOutcome } from "../sweeps/trial.js";
import type { Results } from "./results.js";

type Done = Extract<TrialOutcome, { status: "done" }>;
type Summaries = Done["metrics"];

/** Of which network a trial's figures are. */
const OWN = "network";
const LINEAR = "linear";

/** What a trial came to, for the tables of runs. */
export function trialResults({ metrics, linear }: Done): Results {
  return { metrics: [...summaryRows(OWN, metrics), ...summaryRows(LINEAR, linear)] };
}

/** Figures over splits, then those of each split; of what is not defined in one of them there is an empty row. */
export function summaryRows(of: string, summaries: Summaries): NonNullable<Results["metrics"]> {
  return Object.entries(summaries).flatMap(([metric, summary]) => [
    { of, part: "test", metric, value: summary?.mean, stderr: summary?.stderr },
    ...(summary?.perSplit ?? []).map((value, split) => ({ of, part: "test", split, metric, value })),
  ]);
}

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
    `SELECT number, "of", metric, split, value, stderr FROM metrics JOIN runs ON run = id WHERE parent = $1 ORDER BY metrics.rowid`,
    [sweep],
  );
  const byTrial = new Map<number, FigureRow[]>();
  for (const [number, ...row] of figures.getRowsJS() as [number, ...FigureRow][]) {
    const rows = byTrial.get(number);
    if (rows) rows.push(row);
    else byTrial.set(number, [row]);
  }
  const summaries = (number: number, network: string) =>
    summariesOf((byTrial.get(number) ?? []).filter(([of]) => of === network));
  const told = trials.getRowsJS() as [number, string, string, number, string][];
  return new Map(
    told.map(([number, status, reason, seconds, lambdas]) => [
      number,
      status === "failed"
        ? { status, reason }
        : {
            status: "done",
            metrics: summaries(number, OWN),
            linear: summaries(number, LINEAR),
            lambdas: JSON.parse(lambdas),
            seconds,
          },
    ]),
  );
}

type FigureRow = [
  of: string,
  metric: string,
  split: number | null,
  value: number | null,
  stderr: number | null,
];

/** The inverse of `summaryRows`. */
function summariesOf(rows: readonly FigureRow[]): Summaries {
  const metrics = [...new Set(rows.map(([, metric]) => metric))];
  return Object.fromEntries(
    metrics.map((name) => {
      const own = rows.filter(([, metric]) => metric === name);
      const splits = own.filter(([, , split]) => split !== null);
      const [[, , , mean, stderr]] = own.filter(([, , split]) => split === null);
      const perSplit = splits.map(([, , , value]) => value as number);
      return [name, mean === null ? null : ({ mean, stderr, perSplit } satisfies Summary)];
    }),
  );
}
