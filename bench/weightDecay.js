// Decoupled p-norm weight decay on nets with hidden layers of 300 and 100 units: score and sparsity over λ for several p, beside AdamW and
// no decay (arXiv:2404.10824, section 5, on tables). Results are filed under bench/results/weight-decay.jsonl, and what lies there is not
// trained again; then the tables are printed as Markdown and, with --chart, drawn.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { adam, adamW, derive, pAdam } from "psilon/engine";
import { foldsOf } from "./folds.js";
import { markdown } from "./markdown.js";
import { fileRuns } from "./runs.js";

const TABLES = { segment: "accuracy", kin8nm: "rmse", "credit-g": "accuracy" };
const POWERS = [0.5, 0.8, 1, 1.5, 2];
const STEPS = 4000;
const BATCH = 64;
/** What counts as zero after training (the authors'). */
const THRESHOLD = 1e-13;

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: Object.keys(TABLES).join() },
    lambdas: { type: "string", default: "1e-6,1e-5,1e-4,3e-4,1e-3,3e-3,1e-2,3e-2,1e-1,3e-1,1" },
    folds: { type: "string", default: "3" },
    steps: { type: "string", default: String(STEPS) },
    out: { type: "string", default: fileURLToPath(new URL("results/weight-decay.jsonl", import.meta.url)) },
    chart: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});

const lambdas = flags.lambdas.split(",").map(Number);
/** The decays compared: p, or AdamW's own form. */
const members = [
  { decay: "none", lambda: 0, optimizer: adam() },
  ...lambdas.map((lambda) => ({ decay: "AdamW", lambda, optimizer: adamW({ lambda }) })),
  ...POWERS.flatMap((p) =>
    lambdas.map((lambda) => ({ decay: `p = ${p}`, lambda, optimizer: pAdam({ p, lambda }) })),
  ),
];
const runs = flags.tables.split(",").flatMap((table) =>
  (foldsOf(table, Number(flags.folds)) ?? []).flatMap((part, fold) =>
    members.map(({ decay, lambda, optimizer }) => ({
      key: { table, decay, lambda, fold },
      job: () => jobOf(part, optimizer, fold),
      measure: ({ network, validationOutputs }) => ({
        score: part.score(validationOutputs),
        sparsity: shareBelow(network, THRESHOLD),
      }),
    })),
  ),
);
const results = await fileRuns(flags.out, runs, Number(flags.threads));
const rows = averages(results);
process.stdout.write(`${Object.keys(TABLES).map(report).filter(Boolean).join("\n\n")}\n`);
if (flags.chart) writeFileSync(flags.chart, await (await import("./chart/weightDecay.js")).drawDecay(rows));

function jobOf({ train, test, inputs, outputs, loss }, optimizer, fold) {
  const epochs = Math.max(1, Math.round(Number(flags.steps) / Math.ceil(train.rows / BATCH)));
  return {
    network: {
      architecture: "mlp",
      inputs,
      width: 300,
      depth: 2,
      widths: [300, 100],
      outputs,
      hidden: "plain",
      output: "plain",
    },
    training: {
      loss,
      penalty: "none",
      lambda: 0,
      optimizer,
      schedule: { kind: "cosine", peak: 2e-3, final: 2e-5, warmup: 0.05 },
      rateMoves: "per-step",
      epochs,
      batchSize: BATCH,
      initialization: "variance-preserving",
      patience: null,
      pruning: null,
      seed: derive(0, "network", fold),
    },
    train,
    validation: test,
    backend: {},
  };
}

function shareBelow({ layers }, threshold) {
  let below = 0;
  let total = 0;
  for (const { weight } of layers) {
    total += weight.length;
    for (const w of weight) if (Math.abs(w) < threshold) below++;
  }
  return below / total;
}

/** Means over the folds. */
function averages(entries) {
  const groups = groupBy(entries, ({ table, decay, lambda }) => [table, decay, lambda].join());
  return [...groups.values()].map((group) => {
    const mean = (of) => group.reduce((sum, entry) => sum + of(entry), 0) / group.length;
    const score = mean((entry) => entry.score);
    const spread = Math.sqrt(mean((entry) => (entry.score - score) ** 2) / Math.max(1, group.length - 1));
    const { table, decay, lambda } = group[0];
    return { table, decay, lambda, score, stderr: spread, sparsity: mean((entry) => entry.sparsity) };
  });
}

function groupBy(entries, keyOf) {
  const groups = new Map();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (groups.has(key)) groups.get(key).push(entry);
    else groups.set(key, [entry]);
  }
  return groups;
}

/** For each decay: its best score, and its sparsest network within a point (or 5 % of the error) of AdamW's best. */
function report(table) {
  const own = rows.filter((row) => row.table === table);
  if (own.length === 0) return null;
  const isAccuracy = TABLES[table] === "accuracy";
  const better = (a, b) => (isAccuracy ? a.score > b.score : a.score < b.score);
  const best = (of) => of.reduce((a, b) => (better(b, a) ? b : a));
  const reference = best(own.filter(({ decay }) => decay === "AdamW"));
  const within = ({ score }) =>
    isAccuracy ? score >= reference.score - 0.01 : score <= 1.05 * reference.score;
  const decays = [...new Set(own.map(({ decay }) => decay))];
  const body = decays.map((decay) => {
    const of = own.filter((row) => row.decay === decay);
    const top = best(of);
    const close = of.filter(within);
    const sparsest = close.length > 0 ? close.reduce((a, b) => (b.sparsity > a.sparsity ? b : a)) : null;
    return [
      decay,
      `${top.score.toPrecision(3)} ± ${top.stderr.toPrecision(1)}`,
      exponential(top.lambda),
      percent(top.sparsity),
      sparsest ? percent(sparsest.sparsity) : "–",
      sparsest ? sparsest.score.toPrecision(3) : "–",
      sparsest ? exponential(sparsest.lambda) : "–",
    ];
  });
  const metric = isAccuracy ? "accuracy" : "RMSE";
  const header = [
    table,
    `best ${metric}`,
    "λ",
    "its zeros",
    "most zeros close to AdamW",
    `its ${metric}`,
    "λ",
  ];
  return markdown([header, ...body]);
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function exponential(value) {
  return value === 0 ? "–" : value.toExponential();
}
