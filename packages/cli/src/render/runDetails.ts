import { settingsOfRun } from "../runs/figures.js";
import type { Progress } from "../runs/progress.js";
import type { Dataset, StoredMetric, StoredRun } from "../runs/storedRuns.js";
import { countParts, metricText, momentText, partsTable, settingText, timeText } from "./runs.js";
import { metricName } from "./scores.js";
import { directionText } from "./sweep.js";
import { alignedTable, count, facts, figureAbove, page, thousands } from "./text.js";

/** Parts of a run that are shown with it. */
const SHOWN = 10;

/** All that is known of a run, and of its parts those in `best`, in this order. */
export function runDetails(
  run: StoredRun,
  datasets: readonly Dataset[],
  progress: Progress | null,
  best: readonly StoredRun[],
): string {
  const { status, reason, begun, seconds, model, modelHash, test, testHash, bounds, objectives } = run;
  const table = (source: string, hash: string) => {
    const known = datasets.find((one) => one.hash === hash);
    const size = known ? `: ${count(known.rows, "row")}, ${count(known.columns.length, "column")}` : "";
    return `${source}${size}\nSHA-256 of its cells ${hash}`;
  };
  const over = run.metrics.filter(({ split }) => split === null);
  const onRows = over.filter(({ part }) => part !== "weights");
  const ofWeights = over.filter(({ part }) => part === "weights");
  const mean = bounds.length > 0 ? ofWeights.find(({ metric }) => metric === "bound") : undefined;
  const figures = ofWeights.filter((row) => row !== mean);
  const told: (readonly [string, string])[] = [
    ["run", `${run.id}, ${kindOf(run)}`],
    ["status", reason === null ? status : `${status}: ${reason}`],
    ["begun", momentText(begun)],
    ["time", timeText(seconds)],
    ["data", table(run.data, run.dataHash)],
    ...(test === null || testHash === null ? [] : [["test", table(test, testHash)] as const]),
    ["target", run.target],
    ["settings", settingsText(run)],
    ...(progress ? [["ended", endedText(run, progress)] as const] : []),
    ...(objectives.length > 0
      ? [
          [
            "best by",
            objectives.map((one) => `${metricName(one.metric)} (${directionText(one)})`).join(" and "),
          ] as const,
        ]
      : []),
    ...(best.length > 0 ? [["best", best[0].id] as const] : []),
    ...(bounds.length > 0 ? [["bounds", boundsText(run, mean)] as const] : []),
    ...(figures.length > 0 ? [["network", figuresText(figures)] as const] : []),
    ...(model === null ? [] : [["model", `${model}\nSHA-256 ${modelHash}`] as const]),
    ...(run.node === null ? [] : [["by", environmentText(run)] as const]),
  ];
  const isFront = objectives.length > 1;
  const shown = isFront ? best : best.slice(0, SHOWN);
  const title = isFront
    ? "No trial is better in one and as good in the other than these"
    : `The best ${shown.length} of ${countParts(run, progress?.ended ?? 0)}`;
  const more = shown.length < (progress?.ended ?? 0) ? ` (psilon runs list --of ${run.id} shows all)` : "";
  return page([
    facts(told),
    ...(onRows.length > 0 ? [metricsTable(onRows)] : []),
    ...(shown.length > 0 ? [`${title}${more}:`, partsTable(shown)] : []),
    ...lineText(run, best[0]),
  ]);
}

/** What a run is, and of what it is a part. */
const kindOf = ({ command, number, parent }: StoredRun): string =>
  parent === null
    ? command
    : `${command} ${number} of the ${command === "trial" ? "sweep" : "comparison"} ${parent}`;

const endedText = (run: StoredRun, { ended, asked }: Progress): string =>
  ended === asked ? countParts(run, ended) : `${thousands(ended)} of ${countParts(run, asked)}`;

/** How to do the same again, or what the best of its parts did. */
function lineText({ command, line }: StoredRun, best: StoredRun | undefined): string[] {
  const train = command === "trial" ? line : (best?.line ?? null);
  return [
    ...(command !== "trial" && line !== null ? [`The command line:\n${line}`] : []),
    ...(train === null ? [] : [`${command === "trial" ? "It" : "The best"} trained on all rows:\n${train}`]),
  ];
}

function settingsText(run: StoredRun): string {
  const given = new Map(run.settings.map((setting) => [setting.name, setting.given]));
  return [...settingsOfRun(run)]
    .filter(([name]) => name !== "target")
    .map(([name, value]) => {
      const [came, asked] = [settingText(value), settingText(given.get(name))];
      return `${name} ${came}${came === asked || given.get(name) === null ? "" : ` (${asked})`}`;
    })
    .join(", ");
}

/** From the least to the greatest of each name, over all splits; of several splits `mean` is that of the smallest of each. */
function boundsText({ bounds }: StoredRun, mean: StoredMetric | undefined): string {
  const names = [...new Set(bounds.map(({ name }) => name))];
  const ranges = names.map((name) => {
    const values = bounds.filter((bound) => bound.name === name).map(({ value }) => value);
    const [from, to] = [Math.min(...values), Math.max(...values)];
    return `${name} ${figureAbove(from)}${to > from ? ` … ${figureAbove(to)}` : ""}`;
  });
  return `${ranges.join(", ")}${mean ? `; mean of the smallest ${metricText(mean)}` : ""}\nfrom ${bounds[0].norm}, in ${bounds[0].units} units`;
}

function environmentText(run: StoredRun): string {
  const { psilon, node, platform, arch, cores, processor, backend, threads, host } = run;
  const used = [
    // What was asked for says nothing of what came of it.
    ...(backend === null || backend === "auto" ? [] : [backend]),
    ...(threads === null ? [] : [count(threads, "thread")]),
    `on ${host}`,
  ];
  return `psilon ${psilon}, Node ${node}, ${platform} on ${arch}, ${thousands(cores ?? 0)} × ${processor}\n${used.join(", ")}`;
}

/** What the run came to on rows, over all splits: a line for whom and which rows, a column for each metric. */
function metricsTable(metrics: readonly StoredMetric[]): string {
  const names = [...new Set(metrics.map(({ metric }) => metric))];
  const lines = new Map(metrics.map(({ part, predictor }) => [`${part} ${predictor}`, { part, predictor }]));
  return alignedTable(
    [
      ["", "", ...names.map(metricName)],
      ...[...lines.values()].map(({ part, predictor }) => [
        part,
        predictor,
        ...names.map((name) =>
          metricText(
            metrics.find((row) => row.metric === name && row.part === part && row.predictor === predictor),
          ),
        ),
      ]),
    ],
    { keys: 2 },
  );
}

const figuresText = (metrics: readonly StoredMetric[]): string =>
  metrics.map((row) => `${metricName(row.metric)} ${metricText(row)}`).join(", ");
