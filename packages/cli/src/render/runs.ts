import { ownMetrics, settingsOfRun } from "../runs/figures.js";
import type { StoredMetric, StoredRun } from "../runs/storedRuns.js";
import { metricName } from "./scores.js";
import { alignedTable, count, duration, figure, page, shortName } from "./text.js";

/** One line a run. */
export function runsText(runs: readonly StoredRun[], more: number): string {
  if (runs.length === 0) return page(["There are none."]);
  const table = alignedTable([
    ["id", "command", "status", "begun", "time", "data", "target", ""],
    ...runs.map((run) => [
      ...[run.id, run.command, run.status, momentText(run.begun), timeText(run.seconds)],
      ...[named(run.data), named(run.target), headline(run)],
    ]),
  ]);
  return page([table, ...moreText(more)]);
}

/** On one line. */
const named = (name: string) => shortName(name.replace(/\s+/g, " "));

/** One line a part of a run, with its settings and what it came to. */
export function partsTable(parts: readonly StoredRun[]): string {
  const settings = [...new Set(parts.flatMap((part) => [...settingsOfRun(part).keys()]))];
  const metrics = [...new Set(parts.flatMap((part) => ownMetrics(part).map(({ metric }) => metric)))];
  const rows = parts.map((part) => [
    part.id,
    ...settings.map((name) => settingsOfRun(part).get(name) ?? "–"),
    ...metrics.map((name) => withError(ownMetrics(part).find(({ metric }) => metric === name))),
    timeText(part.seconds),
  ]);
  const reasons = parts.map(({ status, reason }) => (status === "done" ? "" : `${status}: ${reason ?? ""}`));
  return alignedTable([["id", ...settings, ...metrics.map(metricName), "time"], ...rows], {
    beside: ["", ...reasons],
  });
}

export const moreText = (more: number): string[] =>
  more > 0 ? [`There are ${count(more, "more run", "more runs")}: --limit says how many to show.`] : [];

/** The first metric of those that tell how good a run's network is. */
function headline(run: StoredRun): string {
  const [first] = ownMetrics(run).filter(({ part }) => part !== "weights");
  return first ? `${metricName(first.metric)} ${withError(first)}` : "";
}

export function withError(metric: StoredMetric | undefined): string {
  if (metric?.value === undefined || metric.value === null) return "–";
  const { value, stderr } = metric;
  return stderr === null ? figure(value) : `${figure(value)} ± ${figure(stderr)}`;
}

export const timeText = (seconds: number | null): string => (seconds === null ? "–" : duration(seconds));

/** In the time of the place where it is read. */
export function momentText(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
