import type { CrossValidation } from "psilon";
import { agreed, figuresOf } from "../foldFigures.js";
import type { RunResults } from "./run.js";
import { summaryRows } from "./summaryRows.js";
import { boundRows, settingsOf } from "./trainResults.js";

/** What an evaluation came to. */
export function evaluateResults({ splits, metrics, baselines }: CrossValidation): RunResults {
  const records = splits.map(({ model }) => model.record);
  const used = records.map(settingsOf);
  return {
    // What every split chose for itself, where it was not the same for all.
    used: Object.fromEntries(
      Object.keys(used[0]).map((name) => [name, agreed(used.map((settings) => settings[name]))]),
    ),
    backend: records[0].backend,
    metrics: [
      ...summaryRows("network", { ...metrics, ...figuresOf(records) }),
      ...summaryRows("linear", baselines.linear),
      ...summaryRows("constant", baselines.constant),
    ],
    bounds: records.flatMap((record, split) => boundRows(record).map((row) => ({ ...row, split }))),
  };
}
