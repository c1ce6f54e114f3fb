// What each part of the preset balanced is worth: its test scores with that part alone and with that part left out, on the splits of
// bench/accuracy.js (five, folds for classes). Each split is filed in bench/results/ablation.jsonl as it ends, and what stands there is not
// done again; then errors beside those of the preset are printed as Markdown. Needs ../shared/data. A part of it:
//   node bench/ablation.js --tables concrete,pima --variants balanced,"without encodings"
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import { createBackend, scoreTable, trainModel } from "psilon";
// No interface for users: presets are data.
import { presets } from "../packages/psilon/dist/fit/presets.js";
import { markdown } from "./markdown.js";
import { openRuns } from "./runs.js";
import { splitsOf } from "./splits.js";
import { readTable, sharedFile, TABLES } from "./tables.js";

const SPLITS = 5;
const { balanced } = presets;
const { shapes, search, selection } = balanced;
const shapesThat = (keeps) =>
  Object.fromEntries(
    Object.entries(shapes).map(([task, [first, ...others]]) => [task, [first, ...others.filter(keeps)]]),
  );

/** What leaves a part out of a preset. */
const WITHOUT = {
  encodings: { encodings: ["value"] },
  mixing: { search: { ...search, mixes: "nothing" } },
  "several networks": { selection: { ...selection, networks: { mixed: 1, alone: 1 } } },
  "the climb over λ": { search: { ...search, climbs: false, mixes: "nothing" } },
  "other shapes": { shapes: shapesThat(() => false) },
  "linear models": { shapes: shapesThat(({ depth }) => depth > 0) },
};
const all = (...parts) => Object.assign({}, ...parts.map((part) => WITHOUT[part]));
const bare = all("encodings", "several networks", "other shapes", "the climb over λ");
const VARIANTS = {
  balanced: {},
  ...Object.fromEntries(Object.entries(WITHOUT).map(([part, change]) => [`without ${part}`, change])),
  "none of them": bare,
  "encodings alone": { ...bare, encodings: balanced.encodings },
  "the climb over λ alone": { ...bare, search: { ...search, mixes: "nothing" } },
  "several networks alone": { ...bare, selection: { ...selection, networks: { mixed: 4, alone: 4 } } },
};

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: TABLES.map(({ name }) => name).join() },
    variants: { type: "string", default: Object.keys(VARIANTS).join() },
    out: { type: "string", default: fileURLToPath(new URL("results/ablation.jsonl", import.meta.url)) },
  },
});
const names = flags.variants.split(",");
const tables = TABLES.filter(
  ({ name }) => flags.tables.split(",").includes(name) && sharedFile(`${name}.csv`),
);
const filed = openRuns(flags.out);
const backend = await createBackend();
const workers = createWorkers(2);
for (const { name } of tables) {
  const frame = readTable(sharedFile(`${name}.csv`));
  const target = frame.columns.at(-1).name;
  const splits = splitsOf(name, frame, SPLITS);
  for (const variant of names) {
    for (const [split, { train, test }] of splits.entries()) {
      const key = { table: name, variant, split };
      if (filed.measured(key)) continue;
      presets.balanced = { ...balanced, ...VARIANTS[variant] };
      const started = performance.now();
      const model = await trainModel(frame, target, { rows: train, run: workers.run });
      const seconds = (performance.now() - started) / 1000;
      const { rmse, accuracy } = scoreTable(backend, model, frame, test);
      filed.add(key, { error: rmse ?? 1 - accuracy, seconds });
      process.stderr.write(`${name}, ${variant}, split ${split + 1}\n`);
    }
  }
}
await workers.close();

const meanOf = (table, variant, figure) => {
  const runs = Array.from({ length: SPLITS }, (_, split) => filed.measured({ table, variant, split }));
  return runs.every(Boolean) ? runs.reduce((sum, run) => sum + run[figure] / SPLITS, 0) : Number.NaN;
};
const percent = (ratio) =>
  Number.isFinite(ratio) ? `${ratio < 1 ? "−" : "+"}${Math.abs(100 * ratio - 100).toFixed(1)}` : "–";
const geometric = (list) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);
const rows = names
  .filter((variant) => variant !== "balanced")
  .map((variant) => {
    const ratios = (figure) =>
      tables.map(({ name }) => meanOf(name, variant, figure) / meanOf(name, "balanced", figure));
    const errors = ratios("error");
    return [
      variant,
      ...errors.map(percent),
      percent(geometric(errors)),
      geometric(ratios("seconds")).toFixed(2),
    ];
  });
const header = ["error beside balanced, %", ...tables.map(({ name }) => name), "all", "seconds"];
process.stdout.write(`${markdown([header, ...rows])}\n`);
