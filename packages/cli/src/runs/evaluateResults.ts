import { type CrossValidation, summarizeMetrics } from "psilon";
import type { RunResults } from "./run.js";
import { summaryRows } from "./summaryRows.js";
import { boundRows, settingsOf } from "./trainResults.js";

/** What an evaluation came to. */
export function evaluateResults({ splits, metrics, baselines }: CrossValidation): RunResults {
  const records = splits.map(({ model }) => model.record);
  const used = records.map(settingsOf);
  const figures = summarizeMetrics(
    records.map(({ bounds, sparsity }) => ({ bound: bounds[0].value, sparsity })),
  );
  return {
    // What every split chose for itself, where it was not the same for all.
    used: Object.fromEntries(
      Object.keys(used[0]).map((name) => {
        const values = used.map((settings) => settings[name]);
        return [name, new Set(values).size > 1 ? values : values[0]];
      }),
    ),
    backend: records[0].backend,
    metrics: [
      ...summaryRows("network", { ...metrics, ...figures }),
      ...summaryRows("linear", baselines.linear),
      ...summaryRows("constant", baselines.constant),
    ],
    bounds: records.flatMap((record, split) => boundRows(record).map((row) => ({ ...row, split }))),
  };
}
