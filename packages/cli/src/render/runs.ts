import { ownMetrics, settingsOfRun } from "../runs/figures.js";
import type { Progress } from "../runs/progress.js";
import type { StoredMetric, StoredRun } from "../runs/storedRuns.js";
import { withError } from "./comparison.js";
import { metricName } from "./scores.js";
import {
  alignedTable,
  count,
  duration,
  figure,
  figureAbove,
  page,
  shortFigure,
  shortName,
  thousands,
} from "./text.js";

/** A run in a list, with how far it has come where it is made of parts. */
export type ListedRun = StoredRun & { readonly progress: Progress | null };

/** One line a run. */
export function runsText(runs: readonly ListedRun[], more: number): string {
  if (runs.length === 0) return page(["There are none."]);
  const table = alignedTable(
    [
      ["id", "command", "status", "begun", "time", "data", "target"],
      ...runs.map((run) => [
        ...[run.id, run.command, run.status, momentText(run.begun), timeText(run.seconds)],
        ...[named(run.data), named(run.target)],
      ]),
    ],
    { beside: ["result", ...runs.map(resultText)] },
  );
  return page([table, ...(more > 0 ? [`${count(more, "older run")}: ${allShown(runs, more)}`] : [])]);
}

/** On one line. */
const named = (name: string) => shortName(name.replace(/\s+/g, " "));

/** One line a part of a run, with its settings and what it came to. */
export function partsTable(parts: readonly StoredRun[]): string {
  const settings = [...new Set(parts.flatMap((part) => [...settingsOfRun(part).keys()]))];
  const metrics = [...new Set(parts.flatMap((part) => ownMetrics(part).map(({ metric }) => metric)))];
  const rows = parts.map((part) => [
    part.id,
    ...settings.map((name) => settingText(settingsOfRun(part).get(name))),
    ...metrics.map((name) => metricText(ownMetrics(part).find(({ metric }) => metric === name))),
    part.seconds === null ? "–" : figure(part.seconds),
  ]);
  const reasons = parts.map(({ status, reason }) => (status === "done" ? "" : `${status}: ${reason ?? ""}`));
  return alignedTable([["id", ...settings, ...metrics.map(metricName), "seconds"], ...rows], {
    beside: ["", ...reasons],
  });
}

export const partsText = (run: StoredRun, parts: readonly StoredRun[], more: number): string =>
  page([partsTable(parts), ...(more > 0 ? [`${countParts(run, more)} more: ${allShown(parts, more)}`] : [])]);

const allShown = (shown: readonly StoredRun[], more: number) => `--limit ${shown.length + more} shows all.`;

/** So many parts of a run. */
export const countParts = ({ command }: StoredRun, n: number): string =>
  command === "sweep" ? count(n, "trial") : count(n, "entry", "entries");

/** The first metric of those that tell how good a run's network is; or of the best of its parts what they are told by, and how many have ended. */
function resultText(run: ListedRun): string {
  if (!run.progress) {
    const [first] = ownMetrics(run).filter(({ part }) => part !== "weights");
    return first ? figureText(first) : "";
  }
  const { best, ended, asked } = run.progress;
  const all = `${ended < asked ? `${thousands(ended)} of ` : ""}${countParts(run, asked)}`;
  return best ? `${best.metrics.map(figureText).join(", ")}, best of ${all}` : all;
}

const figureText = (row: StoredMetric) => `${metricName(row.metric)} ${metricText(row)}`;

/** A figure; a bound is one as printed. */
export function metricText(row: StoredMetric | undefined): string {
  if (row?.value === undefined || row.value === null) return "–";
  if (row.metric === "parameters") return thousands(row.value);
  const { value: mean, stderr } = row;
  return withError({ mean, stderr }, row.metric === "bound" ? figureAbove : figure);
}

/** A setting's value as a person gave it. */
export function settingText(value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (Array.isArray(value)) {
    const texts = value.map(settingText);
    return texts.join(texts.some((text) => text.includes(",")) ? " " : ", ");
  }
  if (typeof value === "object") return JSON.stringify(value);
  return typeof value === "number" ? shortFigure(value) : String(value);
}

export const timeText = (seconds: number | null): string => (seconds === null ? "–" : duration(seconds));

/** In the time of the place where it is read. */
export function momentText(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
