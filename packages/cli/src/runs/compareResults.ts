import type { Comparison, ComparisonEntry } from "psilon";
import { mainObjective } from "../sweeps/objective.js";
import type { Results } from "./results.js";
import type { RunResults } from "./run.js";
import { summaryRows } from "./summaryRows.js";

/** What a comparison came to: a run for each entry, and for what could not be trained. */
export function compareResults({ entries, refused, folds }: Comparison): RunResults {
  const objective = mainObjective(Object.keys(entries.find(({ scores }) => scores)?.scores ?? {}));
  return {
    used: {},
    objectives: objective ? [objective] : [],
    parts: [
      ...entries.map(({ choices, ...entry }) => ({
        settings: choices,
        status: entry.scores ? ("done" as const) : ("failed" as const),
        reason: entry.diverged > 0 ? `The networks of ${entry.diverged} of ${folds} folds diverged.` : null,
        seconds: entry.seconds * folds,
        results: entryResults(entry),
      })),
      ...refused.map(({ choices, reason }) => ({
        settings: choices,
        status: "failed" as const,
        reason,
        seconds: null,
      })),
    ],
  };
}

function entryResults({
  scores,
  bound,
  sparsity,
  condition,
  diverged,
  curve,
}: Omit<ComparisonEntry, "choices">): Results {
  const rows = summaryRows("network", { ...scores, bound, sparsity, condition });
  return {
    // Of some folds nobody could say which they are.
    metrics: diverged > 0 ? rows.filter((row) => row.split === undefined) : rows,
    epochs: curve.flatMap(({ epoch, ...point }) =>
      Object.entries(point).map(([metric, value]) => ({ curve: "mean", metric, epoch, value })),
    ),
  };
}
