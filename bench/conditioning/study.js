// Row equilibration (weight conditioning, arXiv:2409.03424) where its paper shows it: occupancy, a picture, a radiance field, a CNN and a vision
// transformer, each with seven kinds of weight, with and without a normalization of its signals, the same steps for all. Three learning rates
// with the first seed, then two more seeds with the best of them. Runs are filed under bench/results/conditioning.jsonl, and what lies there is not
// done again; then the tables are printed as Markdown and, with --draw, docs/weight-conditioning.svg is drawn (`npm ci --prefix bench/chart`).
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openRuns } from "../runs.js";
import { fileTrials } from "../trials.js";
import { reportOf } from "./report.js";
import { KINDS, TASKS } from "./tasks.js";

const SEEDS = [1, 2, 3];

const { values: flags } = parseArgs({
  options: {
    tasks: { type: "string", default: Object.keys(TASKS).join() },
    lanes: { type: "string", default: "2" },
    out: {
      type: "string",
      default: fileURLToPath(new URL("../results/conditioning.jsonl", import.meta.url)),
    },
    draw: { type: "boolean", default: false },
  },
});
const tasks = flags.tasks.split(",");
const runs = openRuns(flags.out);
const groups = tasks.flatMap((task) =>
  [false, true].flatMap((normalize) => Object.keys(KINDS).map((kind) => ({ task, normalize, kind }))),
);

await file(
  groups.flatMap((group) => TASKS[group.task].rates.map((rate) => ({ ...group, rate, seed: SEEDS[0] }))),
);
await file(
  groups.flatMap((group) => SEEDS.slice(1).map((seed) => ({ ...group, rate: bestRate(group), seed }))),
);
const results = groups.map((group) => {
  const rate = bestRate(group);
  return { ...group, rate, trials: SEEDS.map((seed) => runs.measured({ ...group, rate, seed })) };
});
for (const task of tasks) {
  const own = results.filter((result) => result.task === task);
  process.stdout.write(`${reportOf(TASKS[task], task, own)}\n\n`);
}
if (flags.draw) {
  const { drawConditioning } = await import("../chart/conditioning.js");
  const svg = await drawConditioning(results.flatMap(pointsOf));
  writeFileSync(new URL("../../docs/weight-conditioning.svg", import.meta.url), svg);
}

/** The first seed's way to its loss. */
function pointsOf({ task, normalize, kind, trials }) {
  return (trials[0]?.losses ?? []).map(({ step, loss }) => ({
    task,
    normalized: normalize,
    weights: KINDS[kind],
    step,
    loss,
  }));
}

/** The rate of the least training loss in the end: a choice that sees no held-out data. */
function bestRate(group) {
  const lossAt = (rate) => runs.measured({ ...group, rate, seed: SEEDS[0] })?.losses.at(-1)?.loss ?? Infinity;
  return TASKS[group.task].rates.reduce((best, rate) => (lossAt(rate) < lossAt(best) ? rate : best));
}

function file(keys) {
  const trials = keys.map((key) => {
    const { task, normalize, kind, rate, seed } = key;
    const normalization = normalize ? TASKS[task].normalize : "none";
    const options = { weights: kind, normalize: normalization, learningRate: rate, size: "study", seed };
    return { key, example: task, options };
  });
  return fileTrials(runs, trials, Number(flags.lanes));
}
