// What training for a promise is worth: accuracy and certified accuracy on test rows of plain training, of λ chosen for certificates, of margins in
// closed form, of interval bounds, and of what validation chooses among all of them. Results are filed under
// bench/results/certifiedTraining.json, and what lies there is not trained again; then the table is printed as Markdown. Needs ../shared/data.
// `--encode bins` trains on another encoding of numbers than their values, `--encode any` on the one that validation chooses, which is then measured alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import {
  certifyTable,
  classLabels,
  createBackend,
  fitTarget,
  frameFrom,
  inferSchema,
  kFolds,
  rightRows,
  rowsWithTarget,
  textAt,
  trainModel,
} from "psilon";
import { createRandom, derive } from "psilon/engine";
import { markdown } from "./markdown.js";
import { readTable, sharedFile } from "./tables.js";

const all = (by) => (columns) => ({ move: Object.fromEntries(columns.map((name) => [name, { by }])) });
const radius = (r, move) => () => ({ radius: r, ...(move && { move }) });

/** `moves` of the columns' names. Those that are `fixed` have a split of their own, the others folds. */
const PROBLEMS = [
  { name: "breast-cancer, every column by 0.3", fixed: "breast-cancer", moves: all(0.3) },
  { name: "diabetes, every column by 0.05", fixed: "diabetes", moves: all(0.05) },
  { name: "ionosphere, 0.2 standard deviations", table: "ionosphere", moves: radius(0.2) },
  { name: "ionosphere, 0.1 standard deviations", table: "ionosphere", moves: radius(0.1) },
  { name: "segment, 0.1 standard deviations", table: "segment", moves: radius(0.1) },
  { name: "pima, 0.1 standard deviations", table: "pima", moves: radius(0.1) },
  {
    name: "credit-g, 0.1 standard deviations, any housing, telephone and purpose",
    table: "credit-g",
    moves: radius(0.1, { housing: "any", own_telephone: "any", purpose: "any" }),
  },
];

/** By name which of the trainings that a search tries it may choose from, and by which rule. */
const WAYS = {
  plain: { from: ({ worst }) => !worst, rule: leastLoss },
  "λ for certificates": { from: ({ worst }) => !worst, rule: mostCertified },
  "margins in closed form": { from: ({ worst }) => worst?.method === "margin", rule: mostCertified },
  "interval bounds": { from: ({ worst }) => worst?.method === "interval", rule: mostCertified },
  chosen: { from: () => true, rule: mostCertified },
};

const { values: flags } = parseArgs({
  options: {
    problems: { type: "string", default: "" },
    folds: { type: "string", default: "3" },
    preset: { type: "string", default: "fast" },
    encode: { type: "string", default: "value" },
    out: {
      type: "string",
      default: fileURLToPath(new URL("results/certifiedTraining.json", import.meta.url)),
    },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});

const backend = await createBackend();
const workers = createWorkers(Number(flags.threads));
const results = existsSync(flags.out) ? JSON.parse(readFileSync(flags.out, "utf8")) : [];
mkdirSync(dirname(flags.out), { recursive: true });
const chosen = PROBLEMS.filter(({ name }) => name.startsWith(flags.problems));
for (const problem of chosen) {
  const parts = partsOf(problem);
  for (const [fold, { table, train, test }] of (parts ?? []).entries()) {
    const key = { problem: problem.name, fold, preset: flags.preset, encode: flags.encode };
    const isKnown = results.some((one) => Object.keys(key).every((name) => one[name] === key[name]));
    if (isKnown) continue;
    results.push({ ...key, ways: await measure(problem, table, train, test) });
    writeFileSync(flags.out, `${JSON.stringify(results, null, 1)}\n`);
    process.stderr.write(`${problem.name}, part ${fold + 1}: ${JSON.stringify(results.at(-1).ways)}\n`);
  }
}
await workers.close();
const ways = flags.encode === "any" ? ["chosen"] : Object.keys(WAYS);
const percent = (of) => (100 * of).toFixed(1);
const rows = chosen.flatMap(({ name }) => {
  const own = results.filter(
    (one) => one.problem === name && one.preset === flags.preset && one.encode === flags.encode,
  );
  const share = (way, of) => percent(mean(own.map(({ ways }) => ways[way][of])));
  const cells = ways.map((way) => `${share(way, "right")} / ${share(way, "certified")}`);
  return own.length === 0 ? [] : [[name, ...cells]];
});
process.stdout.write(`${markdown([["right / right and certified, %", ...ways], ...rows])}\n`);

function mean(list) {
  return list.reduce((sum, value) => sum + value, 0) / list.length;
}

/** Of each way the shares of test rows that are right, and right and certified, with how it was trained. */
async function measure({ moves }, table, train, test) {
  const target = table.columns.at(-1).name;
  const objective = moves(table.columns.slice(0, -1).map(({ name }) => name));
  const jobs = [];
  const model = await trainModel(table, target, {
    preset: flags.preset,
    rows: train,
    ...(flags.encode !== "any" && { encode: flags.encode }),
    objective,
    run: (next, hooks) => {
      jobs.push(...next);
      return workers.run(next, hooks);
    },
  });
  const { lambdaGrid: grid } = model.record;
  if (flags.encode === "any") {
    const { lambda, worst, plain, encoding } = grid.find(({ chosen }) => chosen);
    return { chosen: { ...(await shares(model, table, test, objective)), lambda, worst, plain, encoding } };
  }
  // The jobs of each trial, then those on all rows.
  const refits = jobs.slice(-model.members.length);
  const splits = (jobs.length - refits.length) / grid.length;
  const ways = {};
  for (const [way, { from, rule }] of Object.entries(WAYS)) {
    const trial = rule(grid.filter(from));
    const { network, training } = jobs[grid.indexOf(trial) * splits];
    const results = await workers.run(
      refits.map((job) => {
        const { epochs, batchSize, seed } = job.training;
        return { ...job, network, training: { ...training, epochs, batchSize, seed } };
      }),
      {},
    );
    const members = results.map(({ networks, lengths }, m) => ({
      ...model.members[m],
      network: networks[0],
      lengths: lengths[0],
    }));
    const { lambda, worst, plain } = trial;
    ways[way] = { ...(await shares({ ...model, members }, table, test, objective)), lambda, worst, plain };
  }
  return ways;
}

async function shares(model, table, test, moves) {
  const certificates = await certifyTable(backend, model, table, { moves, rows: test });
  const isRight = rightRows(backend, model, table, test);
  const good = certificates.filter(({ verdict, row }) => verdict === "certified" && isRight.get(row));
  return {
    right: mean([...isRight.values()].map(Number)),
    certified: good.length / test.length,
  };
}

/** As training without an objective has it: of losses within one percent the one with the largest λ. */
function leastLoss(trials) {
  const least = Math.min(...trials.map(({ scores }) => scores.logLoss));
  return trials
    .filter(({ scores }) => scores.logLoss <= 1.01 * least)
    .reduce((a, b) => (a.lambda > b.lambda ? a : b));
}

/** As training for a promise has it: of missing shares within one percent the one that is right most often. */
function mostCertified(trials) {
  const least = Math.min(...trials.map(({ certified }) => 1 - certified));
  return trials
    .filter(({ certified }) => 1 - certified <= 1.01 * least)
    .reduce((a, b) => (a.scores.accuracy >= b.scores.accuracy ? a : b));
}

/** Train and test rows of a problem's table; null where its files are not there. */
function partsOf({ name, fixed, table: tableName }) {
  if (fixed) {
    const [first, second] = ["train", "test"].map((part) => sharedFile(`certified/${fixed}-${part}.csv`));
    if (!first || !second) return skip(name);
    const tables = [first, second].map(readTable);
    const texts = (name) =>
      tables.flatMap(({ columns, rowCount }) => {
        const column = columns.find((one) => one.name === name);
        return Array.from({ length: rowCount }, (_, row) => textAt(column, row));
      });
    const table = frameFrom(Object.fromEntries(tables[0].columns.map(({ name }) => [name, texts(name)])));
    const count = tables[0].rowCount;
    const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
    return [{ table, train: rows.slice(0, count), test: rows.slice(count) }];
  }
  const data = sharedFile(`${tableName}.csv`);
  if (!data) return skip(name);
  const table = readTable(data);
  const target = table.columns.at(-1).name;
  const rows = rowsWithTarget(table, [target]);
  const whole = fitTarget(table, rows, inferSchema(table, { target }));
  const folds = Number(flags.folds);
  return kFolds(rows.length, folds, createRandom(derive(0, "folds")), classLabels(whole, table, rows)).map(
    ({ train, test }) => ({
      table,
      train: train.map((place) => rows[place]),
      test: test.map((place) => rows[place]),
    }),
  );
}

function skip(name) {
  process.stderr.write(`skipped ${name}: its files in ../shared/data are not there\n`);
  return null;
}
