// The pruning rules side by side: test error against the share of zeros, with what a network then takes to store and to predict one row, on
// PSiLON Net, L2-normalized and plain weights; beside them the threshold after decay and the removal of residual blocks, which meet no
// target. Results are filed under bench/results/pruning.jsonl, and what lies there is not trained again; then the tables are printed as
// Markdown and, with --chart, PSiLON Net's are drawn.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createBackend } from "psilon";
import { adam, derive, networkKinds, pAdam } from "psilon/engine";
import { createPredictor, removeDeadUnits, storedBytes } from "psilon/folded";
import { foldsOf } from "./folds.js";
import { markdown } from "./markdown.js";
import { meanAndError } from "./meanAndError.js";
import { fileRuns } from "./runs.js";

const NETWORKS = { net: "PSiLON Net", standard: "L2 rows", mlp: "plain", resnet: "PSiLON ResNet" };
/** By the names in the tables. */
const RULES = {
  "l1-projection": { rule: "l1-projection" },
  magnitude: { rule: "magnitude" },
  "magnitude per layer": { rule: "magnitude", scope: "layer" },
  "gradual-magnitude": { rule: "gradual-magnitude" },
  "gradual-magnitude per layer": { rule: "gradual-magnitude", scope: "layer" },
  "path-magnitude": { rule: "path-magnitude" },
};
/** The share of the epochs that pruning takes, as `psilon train` has it. */
const STAGE = 0.4;
const BATCH = 32;
const PEAK = 3e-3;

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "concrete,kin8nm,segment" },
    sparsities: { type: "string", default: "0.5,0.8,0.9,0.95,0.98" },
    decays: { type: "string", default: "1e-3,3e-3,1e-2,3e-2,1e-1" },
    blocks: { type: "string", default: "0.25,0.5,0.75" },
    folds: { type: "string", default: "3" },
    steps: { type: "string", default: "3000" },
    width: { type: "string", default: "128" },
    lambda: { type: "string", default: "1e-4" },
    out: { type: "string", default: fileURLToPath(new URL("results/pruning.jsonl", import.meta.url)) },
    threads: { type: "string", default: String(availableParallelism()) },
    chart: { type: "string" },
  },
});
const numbers = (text) => text.split(",").map(Number);
const sparsities = numbers(flags.sparsities);
const tables = flags.tables.split(",");

/** Every network with every rule that it can have; `amount` is the share of zeros, or the decay before a threshold. */
const members = [
  ...Object.keys(NETWORKS).map((network) => ({ network, rule: "none", amount: 0 })),
  ...["net", "standard", "mlp"].flatMap((network) =>
    rulesFor(network).flatMap((rule) => sparsities.map((amount) => ({ network, rule, amount }))),
  ),
  ...["net", "mlp"].flatMap((network) =>
    numbers(flags.decays).map((amount) => ({ network, rule: "threshold", amount })),
  ),
  ...numbers(flags.blocks).map((amount) => ({ network: "resnet", rule: "residual", amount })),
];
const backend = await createBackend();
const runs = tables.flatMap((table) =>
  (foldsOf(table, Number(flags.folds)) ?? []).flatMap((part, fold) =>
    members.map((member) => ({
      key: { table, ...member, fold },
      job: () => jobOf(part, member, fold),
      measure: ({ networks: [network], validationOutputs }) => ({
        error:
          part.loss === "squared-error" ? part.score(validationOutputs) : 1 - part.score(validationOutputs),
        zeros: shareOfZeros(network),
        ...costs(network, part.test.inputs.subarray(0, part.inputs)),
      }),
    })),
  ),
);
const results = await fileRuns(flags.out, runs, Number(flags.threads));
process.stdout.write(`${tables.filter(isThere).map(report).join("\n\n")}\n`);
if (flags.chart) writeFileSync(flags.chart, await (await import("./chart/pruning.js")).drawPruning(points()));

function rulesFor(network) {
  return Object.keys(RULES).filter((rule) => rule !== "l1-projection" || network === "net");
}

/** The same epochs, batches and starting directions for all; the last part of the epochs is the pruning stage. */
function jobOf({ train, test, inputs, outputs, loss }, { network, rule, amount }, fold) {
  const { penalty, ...layers } = networkKinds[network];
  const share = RULES[rule] ?? { rule };
  const pruning =
    rule === "threshold" ? { rule, stage: STAGE } : { ...share, sparsity: amount, stage: STAGE };
  return {
    network: { ...layers, inputs, width: Number(flags.width), depth: network === "resnet" ? 4 : 3, outputs },
    training: {
      loss,
      penalty,
      lambda: Number(flags.lambda),
      optimizer: rule === "threshold" ? pAdam({ p: 0.8, lambda: amount }) : adam(),
      schedule: { kind: "one-cycle", initial: PEAK / 20, peak: PEAK, final: PEAK / 40, warmup: 0.2 },
      rateMoves: "per-step",
      epochs: Math.max(5, Math.round(Number(flags.steps) / Math.ceil(train.rows / BATCH))),
      batchSize: BATCH,
      initialization: "variance-preserving",
      patience: null,
      pruning: rule === "none" ? null : pruning,
      seed: derive(0, "network", fold),
    },
    train,
    validation: test,
    backend: {},
  };
}

function shareOfZeros({ layers }) {
  const matrices = layers.flatMap((layer) =>
    layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight],
  );
  const zeros = matrices.reduce((sum, values) => sum + values.filter((value) => value === 0).length, 0);
  return zeros / matrices.reduce((sum, values) => sum + values.length, 0);
}

/** Without dead units: bytes in the smaller of the two forms, and microseconds for one row. */
function costs(network, row) {
  const { network: smaller, inputs } = removeDeadUnits(network);
  const { dense, csr } = storedBytes(smaller);
  const mark = backend.arena.mark();
  const predictor = createPredictor(backend, smaller);
  const x = Float32Array.from(inputs, (j) => row[j]);
  const microseconds = quickest(() => predictor.predict(x));
  backend.arena.release(mark);
  return { bytes: Math.min(dense, csr), microseconds };
}

/** The quickest of many short blocks: while networks are trained on all cores, the others are too long. */
function quickest(call) {
  const CALLS = 200;
  let best = Number.POSITIVE_INFINITY;
  for (let block = 0; block < 40; block++) {
    const start = performance.now();
    for (let i = 0; i < CALLS; i++) call();
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * best) / CALLS;
}

/** What the chart shows: PSiLON Net's runs, the folds' means. */
function points() {
  const drawn = members.filter(({ network, rule }) => network === "net" && rule !== "none");
  return tables.flatMap((table) =>
    drawn.flatMap(({ rule, amount }) => {
      const entries = runsOf(table, "net", rule, amount);
      if (entries.length === 0) return [];
      const of = (name) => mean(entries.map((entry) => entry[name]));
      return [{ table, rule, kept: 1 - of("zeros"), kilobytes: of("bytes") / 1000, error: of("error") }];
    }),
  );
}

function runsOf(table, network, rule, amount) {
  const key = { table, network, rule, amount, outcome: "finished" };
  return results.filter((entry) => Object.entries(key).every(([name, value]) => entry[name] === value));
}

function isThere(table) {
  return results.some((entry) => entry.table === table);
}

function report(table) {
  const own = (network, rule, amount) => runsOf(table, network, rule, amount);
  const compared = ["net", "standard", "mlp"].flatMap((network) =>
    rulesFor(network).map((rule) => ({ network, rule })),
  );
  const header = (what) => [table, what, "dense", ...sparsities.map(percent)];
  const line =
    (text) =>
    ({ network, rule }) => [
      NETWORKS[network],
      rule,
      text(own(network, "none", 0)),
      ...sparsities.map((sparsity) => text(own(network, rule, sparsity))),
    ];
  const untargeted = members.filter(({ rule }) => rule === "threshold" || rule === "residual");
  return [
    markdown([header("test error"), ...compared.map(line(errorText))], 2),
    markdown([header("kB; µs for one row"), ...compared.map(line(costText))], 2),
    markdown(
      [
        [table, "rule", "λ of the decay, share of blocks", "zeros", "test error", "kB; µs for one row"],
        ...untargeted.map(({ network, rule, amount }) => {
          const entries = own(network, rule, amount);
          const zeros = entries.length > 0 ? percent(mean(entries.map((entry) => entry.zeros))) : "–";
          return [
            NETWORKS[network],
            rule,
            rule === "threshold" ? amount.toExponential() : percent(amount),
            zeros,
            errorText(entries),
            costText(entries),
          ];
        }),
        [
          NETWORKS.resnet,
          "none",
          "–",
          "–",
          errorText(own("resnet", "none", 0)),
          costText(own("resnet", "none", 0)),
        ],
      ],
      2,
    ),
  ].join("\n\n");
}

const errorText = (entries) => meanAndError(entries.map(({ error }) => error));

function costText(entries) {
  if (entries.length === 0) return "–";
  const of = (name) => mean(entries.map((entry) => entry[name]));
  return `${(of("bytes") / 1000).toPrecision(3)}; ${of("microseconds").toPrecision(2)}`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share) {
  return `${Math.round(1000 * share) / 10} %`;
}
