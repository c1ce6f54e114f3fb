import { ownMetrics, settingsOfRun } from "../runs/figures.js";
import type { StoredRun } from "../runs/storedRuns.js";
import { metricText, settingText, timeText } from "./runs.js";
import { metricName } from "./scores.js";
import { alignedTable, page } from "./text.js";

/** What several runs differ in, and what each came to. */
export function runComparison(runs: readonly StoredRun[]): string {
  const header = ["", ...runs.map(({ id }) => id)];
  const settings = differences(runs).map(([name, values]) => [name, ...values.map(settingText)]);
  const metrics = [...new Set(runs.flatMap((run) => ownMetrics(run).map(({ metric }) => metric)))];
  const scores = metrics.map((name) => [
    metricName(name),
    ...runs.map((run) => metricText(ownMetrics(run).find(({ metric }) => metric === name))),
  ]);
  return page([
    settings.length > 0
      ? alignedTable([header, ...settings])
      : "They differ in no setting, no table and no version.",
    alignedTable([header, ...scores, ["time", ...runs.map(({ seconds }) => timeText(seconds))]]),
  ]);
}

/** Facts and settings that are not the same for all runs, with the value of each. */
export function differences(
  runs: readonly StoredRun[],
): readonly (readonly [name: string, values: readonly unknown[]])[] {
  const settings = runs.map(settingsOfRun);
  const names = [...new Set(settings.flatMap((own) => [...own.keys()]))];
  const facts = (["command", "status", "data", "test", "target", "psilon", "backend", "host"] as const).map(
    (name) => [name, runs.map((run) => run[name])] as const,
  );
  const hashes = [
    ["data's hash", runs.map(({ dataHash }) => dataHash.slice(0, 12))],
    ["test's hash", runs.map(({ testHash }) => testHash?.slice(0, 12) ?? null)],
  ] as const;
  const given = names
    .filter((name) => name !== "target")
    .map((name) => [name, settings.map((own) => own.get(name) ?? null)] as const);
  return [...facts, ...hashes, ...given].filter(([, values]) => new Set(values.map(settingText)).size > 1);
}
