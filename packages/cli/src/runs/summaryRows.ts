import type { Summary } from "psilon";
import type { Results } from "./results.js";
import type { StoredMetric } from "./storedRuns.js";

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

/** The inverse of `summaryRows`, of one predictor's rows in their order. */
export function summariesOf(rows: readonly StoredMetric[]): Summaries {
  const byMetric = new Map<string, StoredMetric[]>();
  for (const row of rows) {
    const own = byMetric.get(row.metric);
    if (own) own.push(row);
    else byMetric.set(row.metric, [row]);
  }
  return Object.fromEntries(
    [...byMetric].map(([metric, own]) => {
      const { value: mean, stderr } = own.find(({ split }) => split === null) as StoredMetric;
      const perSplit = own.flatMap(({ split, value }) => (split === null ? [] : [value as number]));
      return [metric, mean === null ? null : { mean, stderr, perSplit }];
    }),
  );
}
