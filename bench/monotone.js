// What monotone columns cost: the test error with and without them over five splits, beside XGBoost with the same constraints where
// python3 has it; Markdown on stdout. Needs ../shared/data. `--epochs` and `--splits` make it quick.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import {
  createBackend,
  encodedInputs,
  fitPreprocessing,
  inferSchema,
  inspectModel,
  prepare,
  scoreTable,
  summarizeScores,
  trainModel,
  writtenOut,
} from "psilon";
import { markdown } from "./markdown.js";
import { splitsOf } from "./splits.js";
import { readTable, sharedFile } from "./tables.js";

/** More cement never weakens concrete; of two classes the direction is of the second one's probability: tested_positive, and good credit. */
const PROBLEMS = [
  { name: "concrete", monotone: { cement: "+" } },
  { name: "pima", monotone: { plas: "+", mass: "+" } },
  { name: "credit-g", monotone: { duration: "-" } },
];

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: PROBLEMS.map(({ name }) => name).join(",") },
    splits: { type: "string", default: "5" },
    preset: { type: "string", default: "balanced" },
    epochs: { type: "string" },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});

const script = fileURLToPath(new URL("peers/xgboost_monotone.py", import.meta.url));
const hasXgboost = spawnSync("python3", ["-c", "import numpy, xgboost"]).status === 0;
if (!hasXgboost) process.stderr.write("skipped XGBoost: python3 has no module xgboost\n");

const backend = await createBackend();
const workers = createWorkers(Number(flags.threads));
const rows = [["table", "monotone in", "score", "net", "net, monotone", "XGBoost", "XGBoost, monotone"]];
for (const { name, monotone } of PROBLEMS.filter(({ name }) => flags.tables.split(",").includes(name))) {
  const data = sharedFile(`${name}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${name}: ../shared/data/${name}.csv is not there\n`);
    continue;
  }
  const table = readTable(data);
  const splits = splitsOf(name, table, Number(flags.splits));
  const scores = { free: [], monotone: [] };
  for (const [split, { train, test }] of splits.entries()) {
    for (const how of ["free", "monotone"]) {
      const model = await trainModel(table, table.columns.at(-1).name, {
        preset: flags.preset,
        rows: train,
        run: workers.run,
        ...(how === "monotone" && { monotone }),
        ...(flags.epochs && { epochs: Number(flags.epochs) }),
      });
      if (how === "monotone") checkGuarantee(model, monotone);
      const { rmse, accuracy } = scoreTable(backend, model, table, test);
      scores[how].push(rmse ?? accuracy);
      process.stderr.write(`${name}, split ${split + 1}, ${how}: ${rmse ?? accuracy}\n`);
    }
  }
  const peer = hasXgboost ? xgboost(table, splits, monotone) : null;
  rows.push([
    name,
    Object.entries(monotone)
      .map(([column, sign]) => `${column} ${sign}`)
      .join(", "),
    inferSchema(table, { target: [table.columns.at(-1).name] }).task === "regression" ? "RMSE" : "accuracy",
    ...[scores.free, scores.monotone, peer?.map(([free]) => free), peer?.map(([, bound]) => bound)].map(
      figure,
    ),
  ]);
}
await workers.close();
process.stdout.write(`${markdown(rows, 3)}\n`);

/** Mean ± standard error over the splits. */
function figure(values) {
  if (!values) return "not installed";
  const { mean, stderr } = summarizeScores(values.map((score) => ({ score }))).score;
  return `${mean.toFixed(3)} ± ${(stderr ?? 0).toFixed(3)}`;
}

/** A column that pruning or λ left no influence needs no direction. */
function checkGuarantee(model, monotone) {
  const said = new Map(inspectModel(model).columns.map((report) => [report.column, report]));
  for (const [column, sign] of Object.entries(monotone)) {
    const { monotone: found, change } = said.get(column);
    const expected = sign === "+" ? "non-decreasing" : "non-increasing";
    if (change !== 0 && found !== expected) throw new Error(`${column} is not proven ${expected}`);
  }
}

/** Pairs of scores, without and with constraints, on the same encoded rows. */
function xgboost(table, splits, monotone) {
  const target = [table.columns.at(-1).name];
  const schema = inferSchema(table, { target });
  const lines = splits.map(({ train, test }) => {
    const fitted = fitPreprocessing(table, train, schema);
    const part = (places) => {
      const { inputs, inputCount, truth } = prepare(fitted, table, places);
      const matrix = writtenOut(inputs);
      const x = Array.from(places, (_, i) => [...matrix.subarray(i * inputCount, (i + 1) * inputCount)]);
      return { x, y: [...truth] };
    };
    const directions = encodedInputs(fitted.encoder).map(({ column, kind }) =>
      kind === "missing" || !monotone[column] ? 0 : monotone[column] === "+" ? 1 : -1,
    );
    const problem = {
      train: part(train),
      test: part(test),
      directions,
      classes: schema.task !== "regression",
    };
    return JSON.stringify(problem);
  });
  const { stdout, stderr, status } = spawnSync("python3", [script], {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split("\n").map(JSON.parse);
}
