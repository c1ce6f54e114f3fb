// What certificates are worth on the classification tables: accuracy, certified accuracy and bounds of PSiLON Net, PSiLON ResNet and Standard Net at
// equal accuracy, and on small networks each bound beside the exact change. Results are filed under bench/results/certificates.jsonl, and what
// lies there is not trained again; then the tables are printed as Markdown.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createBackend, holdout } from "psilon";
import {
  analyse,
  boundedModel,
  boxAround,
  changeOver,
  classDemands,
  exactChange,
  globalBounds,
  isCertified,
  pathBounds,
} from "psilon/bounds";
import { adam, createRandom, derive, networkKinds } from "psilon/engine";
import { createPredictor } from "psilon/folded";
import { foldsOf } from "./folds.js";
import { markdown } from "./markdown.js";
import { fileRuns } from "./runs.js";

const TABLES = ["ionosphere", "pima", "breast-w", "segment", "credit-g"];
const NETWORKS = { net: "PSiLON Net", resnet: "PSiLON ResNet", standard: "Standard Net" };
const LAMBDAS = [1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
/** Standard deviations by which every number may move, all at once; categories stay. */
const RADII = [0.05, 0.1, 0.2];
const CHOSEN = 1;
const BATCH = 32;
/** Hidden units a layer: of the networks that are compared, and of those whose exact change is found. */
const WIDTHS = { compared: 64, exact: 16 };
const EXACT_ROWS = 6;
const EXACT_SECONDS = 10;

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: TABLES.join() },
    lambdas: { type: "string", default: LAMBDAS.join() },
    folds: { type: "string", default: "3" },
    steps: { type: "string", default: "2000" },
    out: { type: "string", default: fileURLToPath(new URL("results/certificates.jsonl", import.meta.url)) },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const lambdas = flags.lambdas.split(",").map(Number);
const backend = await createBackend();

const parts = flags.tables.split(",").flatMap((table) =>
  (foldsOf(table, Number(flags.folds)) ?? []).map((part, fold) => ({
    table,
    fold,
    part: inner(part, fold),
  })),
);
const runs = parts.flatMap(({ table, fold, part }) =>
  Object.keys(NETWORKS).flatMap((network) =>
    Object.values(WIDTHS).flatMap((width) =>
      lambdas.map((lambda) => ({
        key: { table, fold, network, width, lambda },
        job: () => jobOf(part, network, width, lambda, fold),
        measure: ({ networks: [folded] }) => ({
          validation: certifiedShares(folded, part, part.validation),
          test: certifiedShares(folded, part, part.test),
          bounds: Object.fromEntries(
            pathBounds([{ network: folded }]).map(({ method, atMost }) => [method, atMost]),
          ),
        }),
      })),
    ),
  ),
);
const results = await fileRuns(flags.out, runs, Number(flags.threads));
const chosen = (width) =>
  parts.flatMap(({ table, fold, part }) => {
    const own = results.filter((run) => run.table === table && run.fold === fold && run.width === width);
    const best = Math.max(...own.map(({ validation }) => validation.right));
    return Object.keys(NETWORKS).map((network) => ({ ...choose(own, network, best), part }));
  });
const exactRuns = chosen(WIDTHS.exact).map(({ table, fold, network, width, lambda, part }) => ({
  key: { table, fold, network, width, lambda, exact: EXACT_ROWS },
  job: () => jobOf(part, network, width, lambda, fold),
  measure: async ({ networks: [folded] }) => ({ rows: await exactRows(folded, part) }),
}));
const exact = await fileRuns(flags.out, exactRuns, Number(flags.threads));

process.stdout.write(
  `${[...flags.tables.split(",").map(accuracyTable), tightnessTable(), residualText()].join("\n\n")}\n`,
);

/** Holds a fifth of the train rows out, to choose λ on. */
function inner(part, fold) {
  const { train, inputs } = part;
  const { train: kept, test: held } = holdout(
    train.rows,
    0.2,
    createRandom(derive(0, "validation", fold)),
    train.targets,
  );
  const take = (places) => ({
    rows: places.length,
    inputs: Float32Array.from(
      Array.from(places).flatMap((i) => [...train.inputs.subarray(i * inputs, (i + 1) * inputs)]),
    ),
    targets: Float32Array.from(places, (i) => train.targets[i]),
    weights: null,
  });
  return { ...part, train: take(kept), validation: take(held) };
}

function jobOf({ train, inputs, outputs, loss }, network, width, lambda, fold) {
  const { penalty, ...layers } = networkKinds[network];
  return {
    network: { ...layers, inputs, width, depth: 2, outputs },
    training: {
      loss,
      penalty,
      lambda,
      optimizer: adam(),
      schedule: { kind: "one-cycle", initial: 2e-4, peak: 1e-2, final: 1e-5, warmup: 0.25 },
      rateMoves: "per-step",
      epochs: Math.max(1, Math.round(Number(flags.steps) / Math.ceil(train.rows / BATCH))),
      batchSize: BATCH,
      initialization: "variance-preserving",
      patience: null,
      pruning: null,
      seed: derive(0, "network", fold),
    },
    train,
    validation: null,
    backend: {},
  };
}

function rowOf({ inputs }, rows, i) {
  return rows.inputs.subarray(i * inputs, (i + 1) * inputs);
}

function outputsOf(network, rows) {
  const mark = backend.arena.mark();
  const outputs = createPredictor(backend, network).predict(rows.inputs);
  backend.arena.release(mark);
  return outputs;
}

/** The classes of the two largest outputs; of one output its sign, and null. */
function classesOf(outputs, count, i) {
  if (count === 1) return [outputs[i] > 0 ? 1 : 0, null];
  const row = outputs.subarray(i * count, (i + 1) * count);
  const [first, second] = [...row.keys()].sort((a, b) => row[b] - row[a]);
  return [first, second];
}

/** The share of rows whose class is right, and of those that are also certified, by radius. */
function certifiedShares(network, part, rows) {
  const model = boundedModel([{ network }]);
  const outputs = outputsOf(network, rows);
  const right = Array.from({ length: rows.rows }, (_, i) => i).filter(
    (i) => classesOf(outputs, part.outputs, i)[0] === rows.targets[i],
  );
  const certified = RADII.map((radius) => {
    const radii = part.numeric.map((moves) => moves * radius);
    return (
      right.filter((i) => {
        const row = rowOf(part, rows, i);
        return isCertified(model, [boxAround(row, radii)], classDemands(model, row));
      }).length / rows.rows
    );
  });
  return { right: right.length / rows.rows, certified };
}

/** Of the λs whose validation accuracy is within a point of the best of all networks, the most certified; else the most accurate. */
function choose(own, network, best) {
  const of = own.filter((run) => run.network === network);
  const close = of.filter(({ validation }) => validation.right >= best - 0.01);
  const size = ({ validation }) =>
    close.length > 0 ? validation.certified[CHOSEN] + 1e-6 * validation.right : validation.right;
  return (close.length > 0 ? close : of).reduce((a, b) => (size(b) > size(a) ? b : a));
}

/** Of some test rows every bound on how far the margin between the two likeliest classes can move, divided by how far it does. */
async function exactRows(network, part) {
  const model = boundedModel([{ network }]);
  const outputs = outputsOf(network, part.test);
  const radii = part.numeric.map((moves) => moves * RADII[CHOSEN]);
  const rows = [];
  for (let k = 0; k < EXACT_ROWS; k++) {
    const i = Math.floor(((k + 0.5) * part.test.rows) / EXACT_ROWS);
    const [plus, minus] = classesOf(outputs, part.outputs, i);
    const output = part.outputs === 1 ? { plus: 0, minus: null } : { plus, minus };
    const analysis = analyse(model, boxAround(rowOf(part, part.test, i), radii));
    const start = performance.now();
    const { upper, gap } = await exactChange(analysis, output, EXACT_SECONDS);
    const seconds = (performance.now() - start) / 1000;
    const ratios = {};
    for (const { method, atMost, sensitivities } of globalBounds(model, output)) {
      const change = sensitivities
        ? sensitivities.reduce((sum, s, j) => sum + s * radii[j], 0)
        : atMost * RADII[CHOSEN];
      ratios[`global ${method}`] ??= change / upper.atMost;
    }
    for (const { method, atMost } of changeOver(analysis, output)) {
      if (method !== "global") ratios[`local ${method}`] = atMost / upper.atMost;
    }
    rows.push({ ratios, seconds, finished: gap <= 1e-4 * Math.max(1, upper.atMost) });
  }
  return rows;
}

function accuracyTable(table) {
  const own = chosen(WIDTHS.compared).filter((run) => run.table === table);
  if (own.length === 0) return `${table} was skipped.`;
  const body = Object.entries(NETWORKS).map(([network, name]) => {
    const of = own.filter((run) => run.network === network);
    const smallest = ({ bounds: values }) => Math.min(...Object.values(values));
    return [
      name,
      percent(mean(of.map(({ test }) => test.right))),
      ...RADII.map((_, r) => percent(mean(of.map(({ test }) => test.certified[r])))),
      Math.exp(mean(of.map((run) => Math.log(smallest(run))))).toPrecision(3),
    ];
  });
  return markdown([[table, "accuracy", ...RADII.map((r) => `certified at ${r}`), "bound"], ...body]);
}

function tightnessTable() {
  const found = exact.flatMap(({ network, rows }) => rows.map((row) => ({ network, ...row })));
  const methods = [...new Set(found.flatMap(({ ratios }) => Object.keys(ratios)))].sort();
  const body = methods.map((method) => [
    method,
    ...Object.keys(NETWORKS).map((network) => {
      const ratios = found
        .filter((row) => row.network === network && row.finished && method in row.ratios)
        .map((row) => row.ratios[method]);
      return ratios.length > 0 ? median(ratios).toPrecision(3) : "–";
    }),
  ]);
  const seconds = found.map((row) => row.seconds);
  const done = found.filter(({ finished }) => finished).length;
  const header = ["bound ÷ exact, median", ...Object.values(NETWORKS)];
  return `${markdown([header, ...body])}\n\n${done} of ${found.length} exact changes were found in ${EXACT_SECONDS} s each, the median in ${median(seconds).toPrecision(2)} s.`;
}

/** How much the column bound gains on the improved one. */
function residualText() {
  const gains = chosen(WIDTHS.compared)
    .filter(({ network }) => network === "resnet")
    .map(({ bounds: { column, improved } }) => 1 - column / improved);
  return `B_col is below B on the chosen ResNets by ${percent(Math.min(...gains))} to ${percent(Math.max(...gains))}, in the median ${percent(median(gains))}.`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
