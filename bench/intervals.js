// How many test rows lie in the intervals that are to hold 90 % of them, on the shared tables of numbers: `node bench/intervals.js` trains on
// standard splits and prints the table as Markdown.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import { createBackend, testTable, trainModel } from "psilon";
import { markdown } from "./markdown.js";
import { meanAndError } from "./meanAndError.js";
import { readTable, sharedFile, standardSplits, TABLES, targetOf } from "./tables.js";

const { values: flags } = parseArgs({
  options: {
    splits: { type: "string", default: "5" },
    preset: { type: "string", default: "balanced" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const COVERAGE = 0.9;
const backend = await createBackend();
const workers = createWorkers(Number(flags.threads));
const lines = [];
for (const { name } of TABLES.slice(0, 5)) {
  const url = sharedFile(`${name}.csv`);
  const [frame, target] = [readTable(url), targetOf(url)];
  const runs = [];
  for (const [s, test] of standardSplits(name, Number(flags.splits)).entries()) {
    const isTest = new Set(test);
    const rows = Int32Array.from({ length: frame.rowCount }, (_, row) => row).filter(
      (row) => !isTest.has(row),
    );
    const options = { preset: flags.preset, interval: COVERAGE, rows, seed: s, run: workers.run };
    const model = await trainModel(frame, target, { ...options, runBaselines: workers.runBaselines });
    const { scores, predicted } = testTable(backend, model, frame, Int32Array.from(test));
    const { low, high } = predicted.interval;
    const width = low.reduce((sum, from, i) => sum + (high[i] - from) / low.length, 0);
    runs.push({ ...scores.metrics, width, rows: model.target.heldOut.rows, tested: test.length });
    process.stderr.write(`${name}, split ${s}: ${JSON.stringify(runs.at(-1))}\n`);
  }
  const tested = runs.reduce((sum, run) => sum + run.tested, 0);
  const held = runs.reduce((sum, run) => sum + run.intervalCoverage * run.tested, 0) / tested;
  const of = (key) => meanAndError(runs.map((run) => run[key]));
  lines.push([
    name,
    String(runs[0].rows),
    String(tested),
    `${(100 * held).toFixed(1)} %`,
    of("width"),
    of("rmse"),
  ]);
}
await workers.close();
const heads = ["table", "held-out rows", "test rows", "in the interval", "mean width", "RMSE"];
process.stdout.write(`${markdown([heads, ...lines], 1)}\n`);
