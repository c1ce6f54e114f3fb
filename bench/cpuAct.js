// The PSiLON paper's tabular protocol (arXiv:2404.19112, section 9 of the mathematics) on cpu-act, network by network and λ by λ.
// Each run is filed under bench/results/cpu-act/, and what lies there is not trained again; then the tables are printed. A subset:
//   node bench/cpuAct.js --networks net --lambdas 1e-3,1e-2
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import { createBackend, fitPreprocessing, holdout, inferSchema, prepare, writtenOut } from "psilon";
import { pathBounds } from "psilon/bounds";
import { adam, createRandom, derive, nearSparsity, networkKinds } from "psilon/engine";
import { createPredictor } from "psilon/folded";
import { cpuActReport } from "./cpuActReport.js";
import { inLanes } from "./lanes.js";
import { readTable, sharedFile } from "./tables.js";

const SEED = 0;
const TRAIN_ROWS = 2000;
const BATCHES = 5;
const LAMBDAS = "5e-5,1e-4,2.5e-4,5e-4,1e-3,2.5e-3,5e-3,1e-2,2.5e-2,5e-2,1e-1,2.5e-1,5e-1";

const { values: flags } = parseArgs({
  options: {
    networks: { type: "string", default: "net,standard" },
    lambdas: { type: "string", default: LAMBDAS },
    /** For a quick look; then file elsewhere. */
    epochs: { type: "string", default: "1000" },
    out: { type: "string", default: fileURLToPath(new URL("results/cpu-act", import.meta.url)) },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const data = sharedFile("cpu-act.csv");
if (!data) {
  process.stderr.write("skipped: ../shared/data/cpu-act.csv is not there\n");
  process.exit();
}
mkdirSync(flags.out, { recursive: true });
const lambdas = flags.lambdas.split(",").map(Number);
const networks = flags.networks.split(",");
const runs = networks.flatMap((network) =>
  lambdas.map((lambda) => ({ network, lambda, path: pathOf(network, lambda) })),
);

const parts = prepareParts(readTable(data));
const backend = await createBackend();
const workers = createWorkers(Number(flags.threads));
await inLanes(
  runs.filter(({ path }) => !existsSync(path)),
  Number(flags.threads),
  async ({ network, lambda, path }) => {
    const [result] = await workers.run([jobOf(network, lambda)], {});
    writeFileSync(`${path}.part`, `${JSON.stringify({ network, lambda, ...measure(result) })}\n`);
    renameSync(`${path}.part`, path);
    process.stderr.write(
      `${network}, λ = ${lambda}: ${result.outcome} after ${result.seconds.toFixed(0)} s\n`,
    );
  },
);
await workers.close();
const results = networks.map((network) =>
  lambdas.map((lambda) => JSON.parse(readFileSync(pathOf(network, lambda)))),
);
process.stdout.write(cpuActReport(results));

function pathOf(network, lambda) {
  return join(flags.out, `${network}-${lambda.toExponential()}.json`);
}

/** Train, validation and test rows as numbers, scaled by what the train rows show. The table has fewer than 20,000 rows. */
function prepareParts(table) {
  const random = createRandom(derive(SEED, "rows"));
  const { train, test: held } = holdout(table.rowCount, 1 - TRAIN_ROWS / table.rowCount, random);
  const halves = holdout(held.length, 0.5, random);
  const schema = inferSchema(table, { target: table.columns.at(-1).name });
  const fitted = fitPreprocessing(table, train, schema);
  const part = (rows) => {
    const { inputs, targets, weights } = prepare(fitted, table, rows);
    return { rows: rows.length, inputs: writtenOut(inputs), targets, weights };
  };
  return {
    train: part(train),
    validation: part(halves.train.map((place) => held[place])),
    test: part(halves.test.map((place) => held[place])),
  };
}

function jobOf(network, lambda) {
  const { architecture, hidden, output, penalty } = networkKinds[network];
  const { train } = parts;
  return {
    network: {
      architecture,
      inputs: train.inputs.length / train.rows,
      width: 500,
      depth: 3,
      outputs: 1,
      hidden,
      output,
    },
    training: {
      loss: "squared-error",
      penalty,
      lambda,
      optimizer: adam(),
      schedule: { kind: "one-cycle", initial: 1e-4, peak: 2e-3, final: 5e-5, warmup: 0.2 },
      rateMoves: "per-epoch",
      epochs: Number(flags.epochs),
      batchSize: train.rows / BATCHES,
      initialization: "paper",
      patience: null,
      pruning: null,
      seed: derive(SEED, "network", network, lambda),
    },
    train,
    validation: null,
    backend: {},
  };
}

/** RMSE on the scaled target; what the weights are like. A network that diverged is measured as its last good weights are. */
function measure({ networks: [network], outcome, seconds }) {
  const mark = backend.arena.mark();
  const predictor = createPredictor(backend, network);
  const rmse = ({ rows, inputs, targets }) =>
    Math.sqrt(predictor.predict(inputs).reduce((sum, y, i) => sum + (y - targets[i]) ** 2, 0) / rows);
  const figures = { validation: rmse(parts.validation), test: rmse(parts.test) };
  backend.arena.release(mark);
  const layers = network.layers.map(({ weight, columns }) => nearSparsity(weight, columns));
  return {
    ...figures,
    nearSparsity: layers.reduce((sum, value) => sum + value, 0) / layers.length,
    bound: pathBounds([{ network }])[0].atMost,
    outcome,
    seconds,
  };
}
