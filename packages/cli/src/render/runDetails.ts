import type { Dataset, StoredMetric, StoredRun } from "../runs/storedRuns.js";
import { momentText, partsTable, timeText, withError } from "./runs.js";
import { metricName } from "./scores.js";
import { alignedTable, count, facts, figureAbove, page, thousands } from "./text.js";

/** All that is known of a run, with the best of its parts. */
export function runDetails(
  run: StoredRun,
  datasets: readonly Dataset[],
  best: readonly StoredRun[],
  parts: number,
): string {
  const { command, status, reason, begun, seconds, model, model_hash, test, test_hash, bounds } = run;
  const table = (source: string, hash: string | null) => {
    const known = datasets.find((one) => one.hash === hash);
    const size = known ? `: ${count(known.rows, "row")}, ${count(known.columns.length, "column")}` : "";
    return `${source}${size}\nSHA-256 of its cells ${hash}`;
  };
  const over = run.metrics.filter(({ split }) => split === null);
  const onRows = over.filter(({ part }) => part !== "weights");
  const ofWeights = over.filter(({ part }) => part === "weights");
  const told: [string, string][] = [
    ["run", `${run.id}, ${command}`],
    ["status", reason === null ? status : `${status}: ${reason}`],
    ["begun", momentText(begun)],
    ["time", timeText(seconds)],
    ["data", table(run.data, run.data_hash)],
    ...(test === null ? [] : [["test", table(test, test_hash)] as [string, string]]),
    ["target", run.target],
    ["settings", settingsText(run)],
    ...(bounds.length > 0 ? [["bounds", boundsText(run)] as [string, string]] : []),
    ...(ofWeights.length > 0 ? [["weights", weightsText(ofWeights)] as [string, string]] : []),
    ...(model === null ? [] : [["model", `${model}\nSHA-256 ${model_hash}`] as [string, string]]),
    ...(run.psilon === null ? [] : [["by", environmentText(run)] as [string, string]]),
  ];
  const board = onRows.length > 0 ? [metricsTable(onRows)] : [];
  const shown =
    best.length > 0
      ? [
          `The best ${best.length} of ${count(parts, "part")} (psilon runs list --sweep ${run.id} shows more):`,
        ]
      : [];
  return page([facts(told), ...board, ...shown, ...(best.length > 0 ? [partsTable(best)] : [])]);
}

function settingsText({ settings }: StoredRun): string {
  return settings
    .filter(({ name }) => name !== "target")
    .map(({ name, given, used }) =>
      used === null || used === given
        ? `${name} ${given}`
        : `${name} ${used}${given === null ? "" : ` (${given})`}`,
    )
    .join(", ");
}

/** The least of each name, over all splits. */
function boundsText({ bounds }: StoredRun): string {
  const names = [...new Set(bounds.map(({ name }) => name))];
  const least = names.map((name) => {
    const values = bounds.filter((bound) => bound.name === name).map(({ value }) => value);
    const [from, to] = [Math.min(...values), Math.max(...values)];
    return `${name} ${figureAbove(from)}${to > from ? ` … ${figureAbove(to)}` : ""}`;
  });
  return `${least.join(", ")}\nfrom ${bounds[0].norm}, in ${bounds[0].units} units`;
}

function environmentText(run: StoredRun): string {
  const { psilon, node, platform, arch, cores, processor, backend, threads, host } = run;
  return (
    `psilon ${psilon}, Node ${node}, ${platform} on ${arch}, ${thousands(cores ?? 0)} × ${processor}\n` +
    `${backend}, ${count(threads ?? 0, "thread")}, on ${host}`
  );
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
          withError(
            metrics.find((row) => row.metric === name && row.part === part && row.predictor === predictor),
          ),
        ),
      ]),
    ],
    { keys: 2 },
  );
}

const weightsText = (metrics: readonly StoredMetric[]): string =>
  metrics.map((row) => `${metricName(row.metric)} ${withError(row)}`).join(", ");
