// What a smaller bound costs: the test error against the 1-path-norm over a grid of λ, into docs/error-against-bound.json (what
// stands there already is not trained again) and docs/error-against-bound.svg. Drawing needs `npm ci --prefix bench/chart`.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import { createBackend, scoreTable, splitsFromTestRows, trainModel } from "psilon";
import { drawTradeoff } from "./chart/tradeoff.js";
import { inLanes } from "./lanes.js";
import { readTable, sharedFile, standardSplits } from "./tables.js";

const SPLITS = 2;
const docs = fileURLToPath(new URL("../docs/error-against-bound", import.meta.url));

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "concrete,energy" },
    networks: { type: "string", default: "net,standard" },
    lambdas: { type: "string", default: "1e-6,1e-5,1e-4,1e-3,1e-2,1e-1" },
    /** For a quick look: fewer epochs than the preset's; then write elsewhere. */
    epochs: { type: "string" },
    /** The path of both files, without their endings. */
    out: { type: "string", default: docs },
    threads: { type: "string", default: String(availableParallelism()) },
  },
});
const list = (text) => text.split(",");

const points = previous(`${flags.out}.json`);
const runs = list(flags.tables).flatMap((name) => {
  const data = sharedFile(`${name}.csv`);
  if (!data) {
    process.stderr.write(`skipped ${name}: ../shared/data/${name}.csv is not there\n`);
    return [];
  }
  const table = readTable(data);
  const splits = splitsFromTestRows(table.rowCount, standardSplits(name, SPLITS));
  return list(flags.networks).flatMap((network) =>
    list(flags.lambdas).flatMap((lambda) =>
      splits.map((rows, split) => ({
        table,
        rows,
        key: { table: name, network, lambda: Number(lambda), split },
      })),
    ),
  );
});
const missing = runs.filter(({ key }) => !points.some((point) => isAt(point, key)));

const backend = await createBackend();
const workers = createWorkers(Number(flags.threads));
await inLanes(missing, Number(flags.threads), async ({ table, rows, key }) => {
  const { network, lambda } = key;
  const model = await trainModel(table, table.columns.at(-1).name, {
    preset: "balanced",
    network,
    lambda,
    rows: rows.train,
    run: workers.run,
    ...(flags.epochs && { epochs: Number(flags.epochs) }),
  });
  const { rmse } = scoreTable(backend, model, table, rows.test);
  // For these networks the only bound there is: the 1-path-norm of the weights as they predict.
  points.push({ ...key, rmse, pathNorm: model.record.bounds[0].value });
  writeFileSync(`${flags.out}.json`, `${JSON.stringify(points, null, 1)}\n`);
  process.stderr.write(`${points.length}: ${Object.values(key).join(", ")}\n`);
});
await workers.close();
writeFileSync(`${flags.out}.svg`, await drawTradeoff(points));

function previous(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function isAt(point, key) {
  return Object.keys(key).every((name) => point[name] === key[name]);
}
