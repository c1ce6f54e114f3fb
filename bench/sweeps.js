// What halving is worth beside random search, how many trials a minute threads run, and what a trial costs beside its training; into
// docs/sweeps-measured.md. `--tables`, `--seeds`, `--trials` and `--epochs` make it shorter; then write elsewhere by `--out`.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openSweep } from "@psilon/cli/dist/runs/sweepStore.js";
import { halving } from "@psilon/cli/dist/sweeps/halving.js";
import { createLocalPool } from "@psilon/cli/dist/sweeps/localPool.js";
import { objectivesOf } from "@psilon/cli/dist/sweeps/objective.js";
import { randomTrials } from "@psilon/cli/dist/sweeps/randomTrials.js";
import { allAtOnce } from "@psilon/cli/dist/sweeps/search.js";
import { runSweep } from "@psilon/cli/dist/sweeps/sweep.js";
import { markdown } from "./markdown.js";
import { meanAndError } from "./meanAndError.js";
import { readTable, sharedFile, TABLES } from "./tables.js";

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "concrete,energy,pima" },
    seeds: { type: "string", default: "5" },
    /** Configurations at the first rung of halving. */
    trials: { type: "string", default: "81" },
    epochs: { type: "string", default: "162" },
    threads: { type: "string", default: String(Math.min(2, availableParallelism())) },
    out: { type: "string", default: fileURLToPath(new URL("../docs/sweeps-measured.md", import.meta.url)) },
  },
});
const [seeds, configurations, epochs, threads] = [flags.seeds, flags.trials, flags.epochs, flags.threads].map(
  Number,
);

const FOLDS = 3;
const SPACE = {
  lambda: { scale: "log", from: 1e-6, to: 1e-1 },
  learningRate: { scale: "log", from: 3e-4, to: 1e-1 },
  width: { scale: "logint", from: 8, to: 128 },
  depth: { scale: "int", from: 1, to: 3 },
  batchSize: [32, 64, 128],
};

/** Shares of the budget at which the best so far is told. */
const SHARES = [0.25, 0.5, 0.75, 1];

const signal = new AbortController().signal;
const silent = { onProgress() {} };
const nowhere = () => ({ id: "0", isRecorded: false, kept: new Map(), async keep() {}, async end() {} });

/** The best error so far over the seconds that trials took, one thread's work after the other's. */
async function searched(study, task, search) {
  const objectives = objectivesOf(undefined, { task, options: study.options });
  const pool = createLocalPool(study, threads);
  const points = [];
  let [spent, best] = [0, Number.POSITIVE_INFINITY];
  const store = {
    ...nowhere(),
    async keep(_, outcome) {
      if (outcome.status === "failed") return;
      spent += outcome.seconds;
      best = Math.min(best, objectives[0].cost(outcome) ?? Number.POSITIVE_INFINITY);
      points.push({ spent, best });
    },
  };
  const started = performance.now();
  await runSweep({ search: search(objectives[0].cost), pool, store, objectives, signal, ...silent });
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return { points, spent, perMinute: (60 * points.length) / seconds, metric: objectives[0].metric };
}

/** The best that was known when so much was spent. */
const bestAt = (points, spent) => points.filter((point) => point.spent <= spent).at(-1)?.best ?? Number.NaN;

async function compareOn({ name, task }) {
  const data = sharedFile(`${name}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${name}: ../shared/data/${name}.csv is not there\n`);
    return [];
  }
  const frame = readTable(data);
  const found = { random: [], halving: [] };
  const seconds = [];
  let metric = "";
  for (let seed = 0; seed < seeds; seed++) {
    const options = { preset: "fast", encode: "value", backend: "wasm", seed };
    const study = { frame, target: [frame.columns.at(-1).name], options, folds: FOLDS };
    let rungs = 1;
    const halved = await searched(study, task, (cost) => {
      const search = halving(randomTrials(SPACE, options, configurations, seed), epochs, cost);
      rungs = search.rungs;
      return search;
    });
    // A rung has as many epochs as a trial in full, and each of its trials is prepared and scored besides.
    const full = { ...study, options: { ...options, epochs } };
    const drawn = await searched(full, task, () =>
      allAtOnce(randomTrials(SPACE, full.options, 3 * rungs, seed)),
    );
    const budget = halved.spent;
    metric = halved.metric;
    seconds.push(budget);
    found.halving.push(SHARES.map((share) => bestAt(halved.points, share * budget)));
    found.random.push(SHARES.map((share) => bestAt(drawn.points, share * budget)));
    process.stderr.write(`${name}, seed ${seed}: ${budget.toFixed(1)} s\n`);
  }
  return Object.entries(found).map(([search, bests]) => [
    name,
    metric,
    search,
    meanAndError(seconds),
    // A mean over those seeds alone that had a trial by then would be of other seeds than the next.
    ...SHARES.map((_, k) =>
      bests.every((own) => own[k] < Number.POSITIVE_INFINITY)
        ? meanAndError(bests.map((own) => own[k]))
        : "–",
    ),
  ]);
}

/** Trials a minute of a small study by threads. */
async function paceOf(count) {
  const data = sharedFile("pima.csv");
  if (!data) return "–";
  const frame = readTable(data);
  const options = { preset: "fast", encode: "value", backend: "wasm", epochs: 20, lambda: 1e-3 };
  const study = { frame, target: [frame.columns.at(-1).name], options, folds: FOLDS };
  const pool = createLocalPool(study, count);
  const run = async (some) => {
    const started = performance.now();
    await pool.run(some, { signal, async onOutcome() {} });
    return (60_000 * some.length) / (performance.now() - started);
  };
  const trials = randomTrials({ width: { scale: "int", from: 32, to: 127 } }, options, 12 * count, 0);
  // Threads begin, and get warm.
  await run(trials.slice(0, 2 * count));
  const perMinute = await run(trials);
  await pool.close();
  return perMinute.toFixed(0);
}

/** Milliseconds for each of `count` trials that do nothing, through the coordinator and a store. */
async function overheadOf(count, record) {
  const folder = mkdtempSync(join(tmpdir(), "psilon-bench-"));
  const objectives = objectivesOf(undefined, { task: "regression", options: {} });
  const summary = { mean: 1, stderr: 0, perSplit: [1, 1, 1] };
  const outcome = {
    status: "done",
    metrics: { rmse: summary, bound: summary },
    linear: {},
    lambdas: [0, 0, 0],
    seconds: 0,
  };
  const pool = {
    async run(trials, { onOutcome }) {
      for (const trial of trials) await onOutcome(trial, outcome);
    },
    async close() {},
  };
  const place = record ? { runs: join(folder, "runs.duckdb") } : {};
  const recordingFlags = { ...place, record, seed: 0, backend: "wasm", threads: 1 };
  const store = await openSweep(
    {
      ...{ command: "sweep", flags: recordingFlags, target: ["y"], objectives, trials: count, isHere: true },
      ...{ line: "psilon sweep", trainBy: () => "psilon train" },
      io: { stderr: process.stderr, signal },
    },
    { data: { source: "t", hash: "0", rows: 1, columns: [] }, options: {} },
    false,
  );
  const search = allAtOnce(randomTrials({ lambda: SPACE.lambda }, {}, count, 0));
  const started = performance.now();
  await runSweep({ search, pool, store, objectives, signal, ...silent });
  const each = (performance.now() - started) / count;
  rmSync(folder, { recursive: true });
  return each.toPrecision(2);
}

/** The same through a thread: what sending a trial and its outcome takes, found out by trials that are refused at once. */
async function threadOverhead(count) {
  const frame = { origin: { source: "t", firstRow: 1 }, columns: [], rowCount: 0 };
  const study = { frame, target: [], options: {}, folds: 2 };
  const pool = createLocalPool(study, 1);
  const trials = Array.from({ length: count }, (_, number) => ({ number, settings: {} }));
  const run = (some) => pool.run(some, { signal, async onOutcome() {} });
  await run(trials.slice(0, 1));
  const started = performance.now();
  await run(trials);
  const each = (performance.now() - started) / count;
  await pool.close();
  return each.toPrecision(2);
}

const rows = [];
for (const name of flags.tables.split(","))
  rows.push(...(await compareOn(TABLES.find((table) => table.name === name))));
const compared = markdown(
  [["table", "metric", "search", "seconds", ...SHARES.map((share) => `best at ${100 * share} %`)], ...rows],
  3,
);
const paces = markdown([
  ["threads", "trials a minute"],
  ["1", await paceOf(1)],
  ["2", await paceOf(2)],
]);
const overheads = markdown([
  ["what a trial takes beside its training", "ms"],
  ["coordinator, nothing recorded", await overheadOf(300, false)],
  ["coordinator and run database", await overheadOf(100, true)],
  ["a thread's way there and back", await threadOverhead(300)],
]);

writeFileSync(
  flags.out,
  `# Sweeps, measured

\`node bench/sweeps.js\` wrote this page. Trials run on ${FOLDS} folds in ${threads} threads (preset \`fast\`, numbers as they are, WebAssembly); the metric is the mean over the folds, lower is better; seeds are ${seeds}, ± is the standard error over them.

**Halving beside random search.** ${configurations} configurations by halving, the last rung with ${epochs} epochs, and random ones with ${epochs} epochs each: the best held-out error when a share of the seconds that halving took was spent
(training time of all trials together).

${compared}

**Pace.** Trials a minute on pima (20 epochs, one λ, ${FOLDS} folds).

${paces}

**Overhead.**

${overheads}
`,
);
