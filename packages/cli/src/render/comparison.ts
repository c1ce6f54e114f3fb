import type { Comparison, Summary } from "psilon";
import { runFacts } from "./run.js";
import { metricName } from "./scores.js";
import {
  alignedTable,
  count,
  duration,
  facts,
  figure,
  figureAbove,
  page,
  percent,
  shortFigure,
} from "./text.js";

/** What `compare --json` prints. */
export interface ComparisonSummary extends Comparison {
  readonly data: string;
  readonly target: readonly string[];
  /** The file of Vega-Lite charts. */
  readonly charts: string;
  readonly seconds: number;
  /** What it is recorded as, if it is. */
  readonly run?: string | undefined;
}

export function comparisonText(summary: ComparisonSummary): string {
  const { entries, refused, folds } = summary;
  const settings = [...new Set(entries.flatMap(({ choices }) => Object.keys(choices)))];
  const metrics = Object.keys(entries.find(({ scores }) => scores)?.scores ?? {});
  const header = [
    ...settings,
    ...metrics.map(metricName),
    "bound",
    "zeros",
    "condition",
    "s a network",
    "diverged",
  ];
  const rows = entries.map(({ choices, scores, bound, sparsity, condition, seconds, diverged }) => [
    ...settings.map((name) => choice(choices[name as keyof typeof choices])),
    ...metrics.map((metric) => withError(scores?.[metric] ?? null)),
    withError(bound, figureAbove),
    sparsity ? percent(sparsity.mean) : "–",
    condition ? figure(condition.mean) : "–",
    figure(seconds),
    diverged > 0 ? `${diverged} of ${folds}` : "",
  ]);
  const divergence = header.length - 1;
  const shown = entries.some(({ diverged }) => diverged > 0)
    ? [header, ...rows]
    : [header, ...rows].map((row) => row.slice(0, divergence));
  const about = facts([
    ["data", `${summary.target.join(", ")} of ${summary.data}`],
    ["tested", `on ${count(folds, "fold")}, one network each; mean ± standard error`],
    ["charts", summary.charts],
    ["time", duration(summary.seconds)],
    ...runFacts(summary.run),
  ]);
  const left = refused.map(
    ({ choices, reason }) =>
      `Left out ${Object.entries(choices)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ")}: ${reason}`,
  );
  return page([about, alignedTable(shown, { keys: Math.max(1, settings.length) }), ...left]);
}

export function choice(value: string | number | undefined): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? shortFigure(value) : value;
}

/** A mean with its standard error; `shown` writes the mean, which of bounds is one too. */
export function withError(
  summary: Pick<Summary, "mean" | "stderr"> | null,
  shown: (value: number) => string = figure,
): string {
  if (!summary) return "–";
  const { mean, stderr } = summary;
  return stderr === null ? shown(mean) : `${shown(mean)} ± ${figure(stderr)}`;
}
