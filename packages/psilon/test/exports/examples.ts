import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { mixedRows, quick } from "../support/synthetic.ts";

/** A model, rows that it predicts, some of them with cells that are missing or new to it, and what it says of them. */
export interface Example {
  readonly name: string;
  readonly model: TabularModel;
  readonly rows: readonly Row[];
  readonly predicted: ReturnType<typeof predictTable>;
}

/** A name that has to be quoted wherever it goes. */
export const HOSTILE = "a\"; DROP TABLE rows; -- 'b' `c` $1 \\ </script>\n👍";

const SIZES = ["S", "M", "L", "XL"];

/** Columns of all kinds, and targets of all kinds. */
function manyRows(count: number, seed: number) {
  return mixedRows(count, seed).map(({ value, other, kind, sign, ...features }, i) => ({
    ...features,
    [HOSTILE]: (i % 7) - 3 + (i % 2) / 4,
    size: i % 11 === 3 ? null : SIZES[(i * 7 + Math.floor(features.length)) % 4],
    city: `place ${(i * i) % 13}`,
    code: [10, 20, 30][i % 3],
    day: i % 17 === 5 ? null : new Date(Date.UTC(2024, 0, 1 + ((i * 37) % 600), (i * 5) % 24)),
    value: value + (i % 3) + ((i * 7) % 4),
    other,
    kind,
    sign,
    amount: 100 * Math.exp(-other / 3),
    count: Math.round(9 * Math.exp(-other / 6)),
  }));
}

const TARGETS = ["value", "other", "kind", "sign", "amount", "count"] as const;
type TargetName = (typeof TARGETS)[number];

const only = (rows: ReturnType<typeof manyRows>, kept: readonly TargetName[]): Row[] =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(
        ([name]) => !TARGETS.includes(name as TargetName) || kept.includes(name as TargetName),
      ),
    ),
  );

/** New rows, the last of them with what no row to learn from had. */
function rowsToPredict(): Row[] {
  const rows = only(manyRows(40, 5), []);
  const missing = Object.fromEntries(Object.keys(rows[0]).map((name) => [name, null]));
  return [
    ...rows,
    missing,
    { ...rows[0], colour: "violet", city: "elsewhere", code: 99 },
    { ...rows[1], length: null, [HOSTILE]: null, wet: null, size: null, day: null },
    { ...rows[2], length: 1e6, weight: -1e6, [HOSTILE]: 1e9 },
  ];
}

const cases: readonly {
  name: string;
  targets: readonly TargetName[];
  options?: FitOptions;
  after?: (model: TabularModel) => TabularModel;
}[] = [
  { name: "a network of numbers", targets: ["value"] },
  { name: "two targets, by bins", targets: ["value", "other"], options: { encode: "bins" } },
  {
    name: "values and bins, an ordered category, a date's parts",
    targets: ["value"],
    options: {
      encode: "both",
      columns: { size: { ordered: SIZES }, day: "date:month,weekday,hour", code: "categorical" },
    },
  },
  { name: "a resnet of three classes", targets: ["kind"], options: { network: "resnet" } },
  {
    name: "two classes, a temperature, a threshold",
    targets: ["sign"],
    options: { threshold: "f1", epochs: 120 },
  },
  { name: "an ensemble", targets: ["value"], options: { preset: "best", epochs: 5 } },
  { name: "a shared ensemble of classes", targets: ["kind"], options: { members: 4 } },
  { name: "pruned to 95 %", targets: ["value"], options: { prune: 0.95, epochs: 80 } },
  { name: "a pruned resnet", targets: ["kind"], options: { network: "resnet", prune: 0.8, epochs: 80 } },
  { name: "monotone in a column", targets: ["value"], options: { monotone: { length: "+" } } },
  { name: "quantiles", targets: ["value"], options: { quantile: [0.1, 0.5, 0.9] } },
  { name: "a logarithm with intervals", targets: ["amount"], options: { targetScale: "log", interval: 0.8 } },
  { name: "counts", targets: ["count"], options: { loss: "poisson" } },
];

/** One model of each kind, all of them small. */
export async function exampleModels(): Promise<Example[]> {
  const backend: Backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const rows = rowsToPredict();
  const examples: Example[] = [];
  for (const { name, targets, options } of cases) {
    const table = frameFrom(only(manyRows(240, 1), targets));
    const settings = { ...quick, width: 8, epochs: 40, ...options };
    const model = await trainModel(table, targets.length === 1 ? targets[0] : [...targets], settings);
    examples.push({ name, model, rows, predicted: predictTable(backend, model, frameFrom([...rows])) });
  }
  return examples;
}
