import type { StoredMetric, StoredRun } from "./storedRuns.js";

/** What a run's network came to over all splits, on a part of the rows: on those of the test, where there are some. */
export function ownMetrics({ metrics }: StoredRun): readonly StoredMetric[] {
  const own = metrics.filter(({ predictor, split }) => predictor === "network" && split === null);
  const part = own.some((row) => row.part === "test") ? "test" : "validation";
  return own.filter((row) => row.part === part || row.part === "weights");
}

/** What an option came to, where that is known, or else what was asked for. */
export function settingsOfRun({ settings }: StoredRun): ReadonlyMap<string, unknown> {
  return new Map(settings.map(({ name, given, used }) => [name, used ?? given]));
}
