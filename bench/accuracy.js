// Trains and tests psilon on the shared tables, through the command line, and files each result under
// bench/results/accuracy/<table>-<preset>-<network>.json; what lies there already is not done again. For instance:
//   node bench/accuracy.js --tables concrete,pima --presets fast,best --networks net
// With --splits regressions take so many of their 20 standard splits, with --out results go to another folder (where other settings and
// numbers of splits belong), and what follows `--` goes to `psilon evaluate`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FOLDS, sharedFile, standardSplits, TABLES, targetOf } from "./tables.js";

const psilon = fileURLToPath(new URL("../packages/cli/bin/psilon.js", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: "string", default: TABLES.map(({ name }) => name).join() },
    presets: { type: "string", default: "fast,balanced,best" },
    networks: { type: "string", default: "net,resnet,standard" },
    splits: { type: "string", default: "5" },
    out: { type: "string", default: fileURLToPath(new URL("results/accuracy", import.meta.url)) },
  },
});
mkdirSync(values.out, { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), "psilon-accuracy-"));
for (const name of values.tables.split(",")) {
  const table = TABLES.find((known) => known.name === name);
  if (!table)
    throw new Error(`There is no table "${name}"; there are ${TABLES.map((t) => t.name).join(", ")}.`);
  const data = sharedFile(`${name}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${name}: ../shared/data/${name}.csv is not there\n`);
    continue;
  }
  const split = [data, targetOf(data), splitArguments(table)];
  for (const preset of values.presets.split(",")) {
    for (const network of values.networks.split(",")) evaluate(name, preset, network, ...split);
  }
}
rmSync(temporary, { recursive: true });

function splitArguments({ name, task }) {
  if (task === "classification") return ["--folds", String(FOLDS)];
  const path = join(temporary, `${name}.json`);
  writeFileSync(path, JSON.stringify({ test: standardSplits(name, Number(values.splits)) }));
  return ["--splits", path];
}

/** A run that fails leaves the others to be done. */
function evaluate(name, preset, network, data, target, split) {
  const path = join(values.out, `${name}-${preset}-${network}.json`);
  if (existsSync(path)) return;
  process.stderr.write(`${name}, ${preset}, ${network}\n`);
  const flags = [
    "--target",
    target,
    ...split,
    "--preset",
    preset,
    "--network",
    network,
    "--json",
    "--no-record",
  ];
  const { status, error, stdout } = spawnSync(
    process.execPath,
    [psilon, "evaluate", fileURLToPath(data), ...flags, ...positionals],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  if (error) throw error;
  // Ctrl-C reaches both processes; whoever pressed it wants no next run.
  if (status === 130) process.exit(130);
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  writeFileSync(`${path}.part`, stdout);
  renameSync(`${path}.part`, path);
}
