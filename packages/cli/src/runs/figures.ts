import type { StoredMetric, StoredRun } from "./storedRuns.js";

/** What a run's network came to over all splits, on a part of the rows: on those of the test, where there are some. */
export function ownMetrics({ metrics }: StoredRun): readonly StoredMetric[] {
  const own = metrics.filter(({ predictor, split }) => predictor === "network" && split === null);
  const part = own.some((row) => row.part === "test") ? "test" : "validation";
  return own.filter((row) => row.part === part || row.part === "weights");
}

/** What an option came to, where that is known, or else what was asked for. */
export function settingsOfRun({ settings }: StoredRun): ReadonlyMap<string, string | null> {
  return new Map(settings.map(({ name, given, used }) => [name, used ?? given]));
}

/** Metrics of which more is better. */
const RISING: ReadonlySet<string> = new Set([
  ...["r2", "accuracy", "balancedAccuracy", "auc", "spearman", "sparsity"],
]);

/** The parts that came to something, the best first: by the metric that the run was for, or the first there is. */
export function bestFirst(parts: readonly StoredRun[], objective: string | undefined): readonly StoredRun[] {
  const metrics = parts.flatMap((part) => ownMetrics(part).map(({ metric }) => metric));
  const by = objective !== undefined && metrics.includes(objective) ? objective : metrics[0];
  const sign = RISING.has(by) ? -1 : 1;
  const score = (part: StoredRun) => {
    const value = ownMetrics(part).find(({ metric }) => metric === by)?.value;
    return typeof value === "number" ? sign * value : Number.POSITIVE_INFINITY;
  };
  const scored = parts.map((part) => ({ part, score: score(part) }));
  return scored
    .filter(({ part }) => part.status === "done")
    .sort((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0))
    .map(({ part }) => part);
}
