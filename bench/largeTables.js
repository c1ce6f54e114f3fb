// Seconds and peak memory of `psilon train --preset fast` and `psilon predict` on large tables, beside scikit-learn's MLPRegressor and
// XGBoost on the same files; Markdown on stdout, for docs/large-tables.md. The tables are made once (3 GB) in the folder that `--folder`
// names. `--scale 0.01` makes all of them shorter, to try the script; `--only million` runs the jobs whose table has that in its name;
// `--without-peers` leaves the peers out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeTable, TABLES } from "./largeData.js";
import { markdown } from "./markdown.js";

const { values: flags } = parseArgs({
  options: {
    folder: { type: "string", default: join(tmpdir(), "psilon-large") },
    scale: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    "without-peers": { type: "boolean", default: false },
  },
});
const scale = Number(flags.scale);
const folder = resolve(flags.folder, flags.scale);
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), "psilon-large-run-"));

const psilon = fileURLToPath(new URL("../packages/cli/bin/psilon.js", import.meta.url));
const peer = fileURLToPath(new URL("peers/large_tables.py", import.meta.url));
// Debian's modules belong to Debian's Python, whatever other Python comes first.
const python = ["/usr/bin/python3", "-B", peer];

/** What trains and predicts; the file of what was learned is its own. */
const TOOLS = [
  {
    name: "psilon",
    train: (data, target, model) => [
      process.execPath,
      psilon,
      ...["train", data, "--target", target, "--preset", "fast", "--out", model, "--json", "--no-record"],
    ],
    predict: (data, model, out) => [
      process.execPath,
      psilon,
      ...["predict", model, data, "--unseen", "zeros", "--out", out],
    ],
    reads: () => true,
  },
  ...["MLPRegressor", "XGBoost"].map((name) => ({
    name,
    train: (data, target, model) => [...python, name, "train", data, target, model],
    predict: (data, model, out) => [...python, name, "predict", data, model, out],
    // Debian has no pyarrow.
    reads: (file) => file.endsWith(".csv"),
  })),
];

const absent = new Set(flags["without-peers"] ? ["MLPRegressor", "XGBoost"] : []);
const rows = [["job", "file", "tool", "seconds", "peak memory, MB", "RMSE of the test rows"]];
const load = loadavg()[0];
for (const table of TABLES.filter(({ name }) => name.includes(flags.only))) {
  for (const kind of table.kinds) {
    const file = join(folder, `${table.name}.${kind}`);
    if (!existsSync(file)) {
      process.stderr.write(`making ${file}\n`);
      await makeTable(table, Math.round(scale * table.rows), file);
    }
    for (const tool of TOOLS) {
      if (absent.has(tool.name) || !tool.reads(file)) continue;
      process.stderr.write(`${tool.name}: ${table.job} ${table.name}.${kind}\n`);
      const model = join(work, `${tool.name}.${table.model ?? table.name}`);
      const command =
        table.job === "train"
          ? tool.train(file, "y", model)
          : tool.predict(file, model, join(work, `predictions.${kind}`));
      if (table.model && !existsSync(model)) {
        process.stderr.write(`skipped: ${table.model} has to be learned from in the same run\n`);
        continue;
      }
      const measured = measure(tool.name, command);
      if (measured === null) continue;
      const { seconds, megabytes, rmse } = measured;
      process.stderr.write(`  ${seconds} s, ${megabytes.toFixed(0)} MB\n`);
      const size = table.title(Math.round(scale * table.rows));
      rows.push([`${table.job} ${size}`, kind, tool.name, seconds.toFixed(0), megabytes.toFixed(0), rmse]);
    }
  }
}
rmSync(work, { recursive: true });
process.stdout.write(`${machine()}\n\n${markdown(rows)}\n`);

/** Seconds and most memory of a process of its own; null where a peer is not installed, which is said once. */
function measure(name, command) {
  const figures = join(work, "time");
  const timed = ["-f", "%e %M", "-o", figures, ...command];
  const { status, error, stdout, stderr } = spawnSync("/usr/bin/time", timed, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error) throw new Error(`GNU time measures the processes (${error.message}); install it.`);
  if (status !== 0) {
    if (
      name !== "psilon" &&
      /ModuleNotFoundError|No such file/.test(stderr + readFileSync(figures, "utf8"))
    ) {
      absent.add(name);
      process.stderr.write(`skipped ${name}: \`sh bench/install-peers.sh\` installs it\n`);
      return null;
    }
    throw new Error(`${command.join(" ")} failed:\n${stderr}`);
  }
  const [seconds, kilobytes] = readFileSync(figures, "utf8").trim().split("\n").at(-1).split(" ").map(Number);
  return { seconds, megabytes: (kilobytes * 1024) / 1e6, rmse: rmseIn(stdout) };
}

/** Of JSON that says what came of training. */
function rmseIn(stdout) {
  if (!stdout.startsWith("{")) return "";
  const found = JSON.parse(stdout);
  return (found.test?.model.rmse ?? found.rmse).toFixed(3);
}

function machine() {
  const { model } = cpus()[0];
  return `${model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 1e9).toFixed(0)} GB of memory, Node ${process.versions.node}; load at the start ${load.toFixed(1)}.`;
}
