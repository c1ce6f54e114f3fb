import type { Summary } from "psilon";
import type { Results } from "./results.js";

/** Figures over splits by metric; null where one is not defined in one of them. */
export type Summaries = Readonly<Record<string, Summary | null>>;

/** Figures of the weights, which no rows are needed for. */
const OF_WEIGHTS: ReadonlySet<string> = new Set(["bound", "sparsity", "condition"]);

/** Figures over splits, then those of each split; of what is not defined in one of them there is an empty row. */
export function summaryRows(predictor: string, summaries: Summaries): NonNullable<Results["metrics"]> {
  return Object.entries(summaries).flatMap(([metric, summary]) => {
    const row = { predictor, part: OF_WEIGHTS.has(metric) ? "weights" : "test", metric };
    return [
      { ...row, value: summary?.mean, stderr: summary?.stderr },
      ...(summary?.perSplit ?? []).map((value, split) => ({ ...row, split, value })),
    ];
  });
}

export type SummaryRow = readonly [
  metric: string,
  split: number | null,
  value: number | null,
  stderr: number | null,
];

/** The inverse of `summaryRows`, of one network's rows in their order. */
export function summariesOf(rows: readonly SummaryRow[]): Summaries {
  const byMetric = new Map<string, SummaryRow[]>();
  for (const row of rows) byMetric.set(row[0], [...(byMetric.get(row[0]) ?? []), row]);
  return Object.fromEntries(
    [...byMetric].map(([metric, own]) => {
      const [, , mean, stderr] = own.find(([, split]) => split === null) as SummaryRow;
      const perSplit = own.filter(([, split]) => split !== null).map(([, , value]) => value as number);
      return [metric, mean === null ? null : { mean, stderr, perSplit }];
    }),
  );
}
