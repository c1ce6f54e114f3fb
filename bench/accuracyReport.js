// Prints as Markdown whatever results bench/accuracy.js (or the folder given as argument) and bench/accuracyPeers.js have so far.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { summarizeScores } from "psilon";
import { markdown } from "./markdown.js";
import { openRuns } from "./runs.js";
import { PUBLISHED, TABLES } from "./tables.js";
import { median } from "./timing.js";

const PRESETS = ["fast", "balanced", "best", "paper"];
const NETWORKS = {
  net: "PSiLON Net",
  resnet: "PSiLON ResNet",
  standard: "Standard Net",
  mlp: "plain MLP",
};
/** Tuned and trained on the same splits; their files hold them by these names. */
const PEERS = { xgboost: "XGBoost tuned", forest: "forest of 300", mlp: "scikit-learn's MLP" };
/** Splits of a table that no preset has been measured on. */
const USUAL_SPLITS = 5;
const COMPARED_NETWORK = "net";
const COMPARED_PRESETS = ["best", "balanced", "fast"];
/** Of the errors asked of preset best, how much larger balanced may be. */
const SLACK = { best: 1, balanced: 1.03 };

const folder = process.argv[2] ?? fileURLToPath(new URL("results/accuracy", import.meta.url));
const rows = TABLES.flatMap((table) =>
  PRESETS.map((preset) => ({ table, preset, runs: runsOf(table, preset) })),
);
const measured = rows.filter(({ runs }) => Object.keys(runs).length > 0);
const networks = Object.keys(NETWORKS).filter((network) => measured.some(({ runs }) => runs[network]));

const peerRuns = openRuns(fileURLToPath(new URL("results/peers.jsonl", import.meta.url)));

const sections = [
  besidePeers("regression"),
  besidePeers("classification"),
  secondsBesidePeers(),
  scores("regression"),
  scores("classification"),
  curve(),
  details(),
].filter(Boolean);
process.stdout.write(
  sections.length > 0 ? `${sections.join("\n\n")}\n` : `There are no results in ${folder}.\n`,
);

/** By network, what `psilon evaluate --json` printed. */
function runsOf({ name }, preset) {
  const paths = Object.keys(NETWORKS).map((network) => [
    network,
    join(folder, `${name}-${preset}-${network}.json`),
  ]);
  // A run under way may have opened its file already.
  const texts = paths.map(([network, path]) => [network, existsSync(path) ? readFileSync(path, "utf8") : ""]);
  return Object.fromEntries(
    texts.filter(([, text]) => text.trim() !== "").map(([network, text]) => [network, JSON.parse(text)]),
  );
}

/** Each table's scores of the first network's presets, the peers and the linear model, on the same splits, the best in bold; null without results. */
function besidePeers(task) {
  const isRegression = task === "regression";
  const linear = isRegression ? "ridge" : "logistic";
  const body = compared()
    .filter(({ table }) => table.task === task)
    .map(({ table, splits, presets, peers }) => {
      const ofPreset = presets.map((run) => run?.metrics[table.metric]);
      const baseline = presets.find(Boolean)?.baselines.linear[table.metric];
      const all = [...ofPreset, ...peers.map((peer) => peer?.score), baseline];
      const means = all.filter(Boolean).map(({ mean }) => mean);
      const best = figure(isRegression ? Math.min(...means) : Math.max(...means));
      const cells = all.map((score) => {
        if (!score) return "–";
        return figure(score.mean) === best ? `**${withError(score)}**` : withError(score);
      });
      return [table.name, String(splits), ...cells];
    });
  if (body.length === 0) return null;
  const title = isRegression ? "test RMSE" : "test accuracy";
  return markdown([
    [title, "splits", ...COMPARED_PRESETS.map(titleOf), ...Object.values(PEERS), linear],
    ...body,
  ]);
}

/** What a split took of those that `besidePeers` shows; of peers, in brackets, seconds of processor time, which other work on the machine changes little. */
function secondsBesidePeers() {
  const body = compared().map(({ table, presets, peers }) => [
    table.name,
    ...presets.map((run) => (run ? figure(run.seconds / run.splits) : "–")),
    ...peers.map((peer) =>
      peer ? `${figure(peer.seconds.mean)} (${figure(peer.processorSeconds.mean)})` : "–",
    ),
  ]);
  if (body.length === 0) return null;
  const header = ["seconds a split", ...COMPARED_PRESETS.map(titleOf), ...Object.values(PEERS)];
  return markdown([header, ...body]);
}

/** The tables that a preset or a peer was measured on; a peer that lacks one of the splits is undefined. */
function compared() {
  return TABLES.map((table) => {
    const presets = COMPARED_PRESETS.map((preset) => runsOf(table, preset)[COMPARED_NETWORK]);
    const splits = presets.find(Boolean)?.splits ?? USUAL_SPLITS;
    const peers = Object.keys(PEERS).map((peer) => {
      const found = Array.from({ length: splits }, (_, split) =>
        peerRuns.measured({ table: table.name, peer, split }),
      );
      if (!found.every(Boolean)) return undefined;
      return summarizeScores(
        found.map(({ score, seconds, processorSeconds }) => ({ score, seconds, processorSeconds })),
      );
    });
    return { table, splits, presets, peers };
  }).filter(({ presets, peers }) => [...presets, ...peers].some(Boolean));
}

function titleOf(preset) {
  return `psilon, ${preset}`;
}

/** The networks side by side, the linear baseline and the figures of others; null without results. */
function scores(task) {
  const isRegression = task === "regression";
  const own = measured.filter(({ table }) => table.task === task);
  if (own.length === 0) return null;
  const header = [
    isRegression ? "test RMSE" : "test accuracy",
    "preset",
    ...networks.map((network) => NETWORKS[network]),
    isRegression ? "ridge" : "logistic",
    "target",
    ...(isRegression ? PUBLISHED : []),
  ];
  const body = own.map(({ table, preset, runs }) => {
    const goal = goalOf(table, preset);
    const cell = (run) => {
      if (!run) return "–";
      const score = run.metrics[table.metric];
      const text = withError(score);
      return goal !== null && reaches(table, score.mean, goal) ? `**${text}**` : text;
    };
    const [any] = Object.values(runs);
    return [
      table.name,
      preset,
      ...networks.map((network) => cell(runs[network])),
      figure(any.baselines.linear[table.metric].mean),
      goal === null ? "–" : `${isRegression ? "≤" : "≥"} ${figure(goal)}`,
      ...(isRegression ? table.published.map((value) => value?.toString() ?? "–") : []),
    ];
  });
  return markdown([header, ...body], 2);
}

/** Each preset's place between accuracy and time, for the first network, over the tables that have it and `best`. */
function curve() {
  const [network] = networks;
  const errorOf = ({ metrics }, { metric }) =>
    metric === "rmse" ? metrics.rmse.mean : 1 - metrics.accuracy.mean;
  const body = PRESETS.map((preset) => {
    const pairs = measured
      .filter((row) => row.preset === preset && row.runs[network])
      .map(({ table, runs }) => ({ table, run: runs[network], best: runsOf(table, "best")[network] }))
      .filter(({ best }) => best);
    const seconds = pairs.map(({ run }) => run.seconds / run.splits).sort((a, b) => a - b);
    const ratio = Math.exp(
      mean(pairs.map(({ table, run, best }) => Math.log(errorOf(run, table) / errorOf(best, table)))),
    );
    return { preset, seconds, ratio };
  }).filter(({ seconds }) => seconds.length > 0);
  if (body.length < 2) return null;
  const header = [
    `preset (${NETWORKS[network]})`,
    "tables",
    "seconds a split: median",
    "least",
    "most",
    "error ÷ best's",
  ];
  const rows = body.map(({ preset, seconds, ratio }) => [
    preset,
    String(seconds.length),
    ...[median(seconds), seconds[0], seconds.at(-1)].map(figure),
    ratio.toFixed(3),
  ]);
  return markdown([header, ...rows]);
}

/** What each run took and chose. */
function details() {
  if (measured.length === 0) return null;
  const body = measured.flatMap(({ table, preset, runs }) =>
    networks
      .filter((network) => runs[network])
      .map((network) => {
        const { seconds, splits, lambdas, bounds } = runs[network];
        return [
          table.name,
          preset,
          NETWORKS[network],
          figure(seconds / splits),
          counted(lambdas),
          figure(mean(bounds)),
        ];
      }),
  );
  const header = ["table", "preset", "network", "seconds a split", "λ (splits)", "mean bound"];
  return markdown([header, ...body], 3);
}

function goalOf({ task, target }, preset) {
  const slack = SLACK[preset];
  if (slack === undefined) return null;
  return task === "regression" ? slack * target : 1 - slack * (1 - target);
}

function reaches({ task }, value, goal) {
  return task === "regression" ? value <= goal : value >= goal;
}

/** "1e-5 (4), 1e-4 (1)". */
function counted(lambdas) {
  const counts = new Map();
  for (const lambda of lambdas.toSorted((a, b) => a - b)) counts.set(lambda, (counts.get(lambda) ?? 0) + 1);
  return [...counts].map(([lambda, count]) => `${lambda.toExponential()} (${count})`).join(", ");
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** "4.17 ± 0.37". */
function withError({ mean, stderr }) {
  return stderr === null ? figure(mean) : `${figure(mean)} ± ${beside(stderr, mean)}`;
}

/** Three digits. */
function figure(value) {
  return value === 0 ? "0" : value >= 1000 ? Math.round(value).toString() : value.toPrecision(3);
}

/** With as many decimals as the figure it stands beside. */
function beside(value, other) {
  return value.toFixed(figure(other).split(".")[1]?.length ?? 0);
}
