// Tests XGBoost tuned with 20 random settings, a forest of 300 trees and scikit-learn's MLP on the shared tables, on the splits of
// bench/accuracy.js, two threads at most. Each split is filed in bench/results/peers.jsonl as it ends, and what stands there is not done
// again, so that it can be stopped and taken up (a line that is deleted is measured anew); bench/accuracyReport.js prints it beside
// psilon. A part of it:
//   node bench/accuracyPeers.js --tables concrete,pima --peers forest --splits 20
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { foldRows } from "@psilon/cli/dist/splits.js";
import { inferSchema } from "psilon";
import { openRuns } from "./runs.js";
import { FOLDS, readTable, sharedFile, standardSplits, TABLES, targetOf } from "./tables.js";

/** What each peer is made of. */
const PEERS = {
  forest: "pandas, sklearn",
  mlp: "pandas, sklearn",
  xgboost: "pandas, sklearn, xgboost",
};

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: TABLES.map(({ name }) => name).join() },
    peers: { type: "string", default: Object.keys(PEERS).join() },
    /** Of the 20 that regressions have. */
    splits: { type: "string", default: "5" },
    out: { type: "string", default: fileURLToPath(new URL("results/peers.jsonl", import.meta.url)) },
  },
});
// Debian's modules belong to Debian's Python, whatever other Python comes first.
const python = "/usr/bin/python3";
const script = fileURLToPath(new URL("peers/accuracy.py", import.meta.url));
const filed = openRuns(flags.out);
const peers = flags.peers.split(",").filter(isInstalled);

for (const table of TABLES.filter(({ name }) => flags.tables.split(",").includes(name))) {
  const data = sharedFile(`${table.name}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${table.name}: ../shared/data/${table.name}.csv is not there\n`);
    continue;
  }
  const tests = testRows(table, data);
  for (const peer of peers) await evaluate(peer, table, data, tests);
}

/** One list of test rows a split, those of `psilon evaluate`. */
function testRows({ name, task }, data) {
  if (task === "regression") return standardSplits(name, Number(flags.splits));
  const frame = readTable(data);
  const target = [targetOf(data)];
  const aim = { target, schema: inferSchema(frame, { target }), options: {} };
  return foldRows(frame, aim, FOLDS).map(({ test }) => [...test]);
}

/** Whether Debian's Python has what the peer needs; one that is not installed is skipped by name. */
function isInstalled(peer) {
  const { status, stderr } = spawnSync(python, ["-c", `import ${PEERS[peer]}`], { encoding: "utf8" });
  if (status === 0) return true;
  const reason = stderr?.trim().split("\n").at(-1) || `there is no ${python}`;
  process.stderr.write(`skipped ${peer} (${reason}): \`sh bench/install-peers.sh\` installs it\n`);
  return false;
}

/** Files the splits that are not filed yet. */
async function evaluate(peer, { name, task }, data, tests) {
  const keys = tests.map((_, split) => ({ table: name, peer, split }));
  const missing = keys.filter((key) => !filed.measured(key));
  if (missing.length === 0) return;
  const command = [script, peer, fileURLToPath(data), targetOf(data), task];
  // Two threads are asked for where they pay: never by products of small matrices, nor by each of two settings tried at a time.
  const env = { ...process.env, PYTHONWARNINGS: "ignore", OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const child = spawn(python, ["-B", ...command], { env, stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  child.stdin.end(missing.map(({ split }) => `${JSON.stringify({ split, test: tests[split] })}\n`).join(""));
  let done = 0;
  for await (const line of createInterface(child.stdout)) {
    const measured = JSON.parse(line);
    filed.add(missing[done], measured);
    process.stderr.write(`${Object.values(missing[done++]).join(", ")}: ${measured.score}\n`);
  }
  const [status] = await closed;
  if (status !== 0) throw new Error(`${peer} failed on ${name}.`);
}
