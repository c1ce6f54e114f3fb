// Every export of every kind of model on the shared tables, beside what psilon predicts: how large it is, how far its predictions are off at
// most over all rows, and how long one takes. Printed as Markdown; ends with 1 where a difference exceeds 1e-5. --tables, --variants and --formats
// ask for a part. A format is a file in exports/, which writes a model's files into a folder and predicts by them.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createBackend, frameFrom, predictTable, trainModel } from "psilon";
import { markdown } from "./markdown.js";
import { readTable, sharedFile, TABLES, targetOf } from "./tables.js";

const ALL = [
  ...TABLES.map(({ name }) => name),
  "cpu-act",
  "certified/breast-cancer-train",
  "certified/diabetes-train",
];
const LARGEST = 1e-5;
/** Rows to learn from: exports need no good model. */
const LEARNED = 800;

const VARIANTS = {
  dense: {},
  "pruned to 95 %": { options: { prune: 0.95, pruning: "path-magnitude", epochs: 40 } },
  resnet: { options: { network: "resnet" } },
  ensemble: { options: { preset: "best", epochs: 2 } },
  monotone: { options: ({ number }) => ({ monotone: { [number]: "+" } }) },
  "missing cells": { cells: (value, i, j) => ((7 * i + 3 * j) % 11 === 0 ? null : value) },
  // What has the fewest values becomes a category.
  "unseen categories": {
    options: ({ fewest }) => ({ columns: { [fewest]: "categorical" } }),
    newCells: (value, i, j, { columns, fewest }) => (columns[j] === fewest && i % 5 === 0 ? "987654" : value),
  },
};

const names = readdirSync(new URL("exports/", import.meta.url)).map((file) => file.replace(/\.js$/, ""));
const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: ALL.join(",") },
    variants: { type: "string", default: Object.keys(VARIANTS).join(",") },
    formats: { type: "string", default: names.join(",") },
  },
});
const formats = [];
for (const name of flags.formats.split(",")) {
  const format = await import(`./exports/${name}.js`);
  if (format.isThere === false) console.error(`${name} is skipped: what it needs is not installed`);
  else formats.push({ name, ...format });
}

const backend = await createBackend();
const folder = mkdtempSync(join(tmpdir(), "psilon-exports-"));
const lines = [];
let isOff = false;
for (const table of flags.tables.split(",")) {
  const url = sharedFile(`${table}.csv`);
  if (!url) console.error(`${table} is skipped: it is not among the shared tables`);
  else for (const variant of flags.variants.split(",")) await measure(table, url, variant);
}
rmSync(folder, { recursive: true });
const header = formats.flatMap(({ name }) => [`${name}: bytes`, "difference", "ns a row"]);
process.stdout.write(`${markdown([["table", "model", "rows", "weights", ...header], ...lines], 2)}\n`);
process.exitCode = isOff ? 1 : 0;

async function measure(table, url, variant) {
  const { options = {}, cells = (value) => value, newCells = cells } = VARIANTS[variant];
  const about = aboutTable(url);
  const { target, rows } = about;
  const changed = (change) =>
    rows.map((row, i) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value], j) => [
          name,
          name === target ? value : change(value, i, j, about),
        ]),
      ),
    );
  const own = typeof options === "function" ? options(about) : options;
  const learned = changed(cells).filter((_, i) => i % Math.ceil(rows.length / LEARNED) === 0);
  const settings = { preset: "fast", width: 32, depth: 2, epochs: 5, lambda: 1e-4, encode: "value", ...own };
  const asText = new Set(Object.entries(own.columns ?? {}).map(([name]) => name));
  let model;
  try {
    model = await trainModel(frameFrom(learned, { asText }), target, settings);
  } catch (error) {
    console.error(`${table}, ${variant}: ${error.message}`);
    return;
  }
  const asked = changed(newCells);
  const predicted = predictTable(backend, model, frameFrom(asked, { asText }));
  const values = predicted.probabilities ?? predicted.values;
  const width = values.length / rows.length;
  const difference = (predictions) =>
    Math.max(
      ...values.map((y, at) => {
        const unit = predicted.task === "regression" ? Math.max(Math.abs(y), model.target.scales[0]) : 1;
        return Math.abs(predictions[Math.floor(at / width)][at % width] - y) / unit;
      }),
    );
  const figures = [];
  for (const { name, write, predict } of formats) {
    const place = join(folder, `${lines.length}-${name}`);
    mkdirSync(place);
    const { predictions, bytes, ns } = await predict(write(model, place), asked);
    const off = difference(predictions);
    isOff ||= !(off <= LARGEST);
    figures.push(bytes.toLocaleString("en"), off.toExponential(1), Math.round(ns).toLocaleString("en"));
  }
  lines.push([table, variant, String(rows.length), String(weightsOf(model)), ...figures]);
}

/** The table's rows as a program has them, and its columns. */
function aboutTable(url) {
  const target = targetOf(url);
  const { columns, rowCount } = readTable(url);
  const cellOf = ({ kind, values, codes, dictionary }, row) =>
    kind === "categories" ? (dictionary[codes[row]] ?? null) : Number.isNaN(values[row]) ? null : values[row];
  const rows = Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, cellOf(column, row)])),
  );
  const counts = columns.map(({ name }) => ({ name, count: new Set(rows.map((row) => row[name])).size }));
  const [fewest] = counts
    .filter(({ name, count }) => name !== target && count > 2)
    .sort((a, b) => a.count - b.count);
  const number = columns.find(({ name, kind }) => kind === "numbers" && name !== target).name;
  return { target, rows, columns: columns.map(({ name }) => name), fewest: fewest.name, number };
}

/** Those that are not 0. */
function weightsOf({ members }) {
  const matrices = members.flatMap(({ network }) =>
    network.layers.flatMap(({ weight, positive, negative }) => (weight ? [weight] : [positive, negative])),
  );
  return matrices.reduce((sum, matrix) => sum + matrix.filter((value) => value !== 0).length, 0);
}
