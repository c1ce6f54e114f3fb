import { describe, expect, test } from "vitest";
import { sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import type { FoldedDense } from "../../../psilon/src/folded/folded.ts";
import type { TabularModel } from "../../../psilon/src/models/tabularModel.ts";
import type { Target } from "../../../psilon/src/preprocess/target.ts";
import { HOSTILE } from "../../../psilon/test/exports/examples.ts";
import {
  checkIn,
  columnsOf,
  exampleWith,
  expectNear,
  openDatabases,
  predictedIn,
  trainedExamples,
} from "../support/sqlExamples.js";

const open = openDatabases();
const examples = trainedExamples();

/** A network of the one column "length" with these layers. */
function modelOf(target: Target, ...layers: FoldedDense[]): TabularModel {
  const { model } = examples[0];
  const length = {
    name: "length",
    kind: "numeric",
    mean: 20,
    std: 4,
    integer: false,
    varies: true,
    missing: false,
  } as const;
  const network = { architecture: "mlp", layers } as const;
  return {
    ...model,
    target,
    encoder: { unseen: "zeros", columns: [length] },
    members: [{ network, inputs: Int32Array.of(0), lengths: [] }],
  };
}

/** Every k-th weight by `weight`. */
const dense = (rows: number, columns: number, weight: (k: number) => number): FoldedDense => ({
  kind: "dense",
  rows,
  columns,
  weight: Float32Array.from({ length: rows * columns }, (_, k) => weight(k)),
  bias: Float32Array.from({ length: rows }, (_, i) => i / rows),
});

const numberTarget = { task: "regression", names: ["value"], centers: [0], scales: [1] } as const;

describe.each(sqlDialects)("a model in SQL for %s", (dialect) => {
  const check = checkIn(open, dialect);

  test("predicts what the model does, of missing cells and new ones too", async () => {
    const columns = columnsOf(examples[0].rows);
    await open[dialect].create("rows", columns);
    for (const example of examples) {
      const sql = toSql(example.model, { dialect, table: "rows" });
      expectNear(example, await predictedIn(open[dialect], sql, columns.length), example.name);
      expect(toSql(example.model, { dialect, table: "rows" })).toBe(sql);
    }
  });

  test("is one SELECT that keeps the table's columns", async () => {
    for (const { model } of examples) {
      const sql = toSql(model, { dialect, table: HOSTILE });
      const bare = sql.replace(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, "");
      expect(bare).toMatch(/^SELECT t\.\*,[^;]*$/);
      expect(bare).not.toMatch(/--|\/\*|NaN|Infinity|undefined/);
    }
  });

  test("computes however far outputs go", async () => {
    const rows = [-1e30, -3000, 0, 20, 20.0001, 3000, 1e30, null].map((length) => ({ length }));
    const layers = (outputs: number, by: number) => [
      dense(4, 1, (k) => (k % 2 === 0 ? by : -by)),
      dense(outputs, 4, (k) => 1 - ((k >> 2) % 5) / 2),
    ];
    const targets: readonly (readonly [Target, number])[] = [
      [{ ...numberTarget, link: "log" }, 1],
      [{ ...numberTarget, link: "log", loss: "poisson", interval: { coverage: 0.9, margins: [2] } }, 1],
      [
        { ...numberTarget, levels: [0.1, 0.3, 0.5, 0.7, 0.9], interval: { coverage: 0.8, margins: [-0.4] } },
        5,
      ],
      [{ task: "classification", name: "value", classes: ["a", "b"], temperature: 0.01 }, 1],
      [{ task: "classification", name: "value", classes: ["a", "b", "c"], temperature: 0.01 }, 3],
      [
        {
          task: "classification",
          name: "value",
          classes: Array.from({ length: 230 }, (_, k) => `class ${k}`),
        },
        230,
      ],
    ];
    for (const [target, outputs] of targets) {
      const example = await exampleWith(modelOf(target, ...layers(outputs, outputs > 9 ? 1e-3 : 900)), rows);
      await check(example, columnsOf(rows), JSON.stringify(target).slice(0, 200));
    }
    const constant = modelOf(
      numberTarget,
      dense(2, 1, () => 0),
      dense(1, 2, () => 1),
    );
    await check(await exampleWith(constant, rows), columnsOf(rows), "no column is read");
  });

  test("goes through as many networks as there are", async () => {
    const rows = [{ length: 18 }, { length: 25.5 }, { length: null }];
    const one = modelOf(numberTarget, ...Array.from({ length: 3 }, (_, l) => dense(1, 1, () => 1 + l / 8)));
    const [{ network, ...member }] = one.members;
    const members = Array.from({ length: 60 }, (_, m) => {
      const layers = network.layers.map((layer) => ({ ...layer, bias: Float32Array.of(m / 60) }));
      return { ...member, network: { ...network, layers } };
    });
    await check(await exampleWith({ ...one, members }, rows), columnsOf(rows), "60 networks");
  });

  test("refuses a model with more units than the dialect has columns", async () => {
    const wide = modelOf(
      numberTarget,
      dense(2100, 1, (k) => (k % 7) - 3.5),
      dense(1, 2100, (k) => (k % 5) / 1000 - 0.0021),
    );
    const write = () => toSql(wide, { dialect, table: "rows" });
    if (dialect !== "duckdb") {
      expect(write).toThrow(
        /^The step layer_1 of the model has 2101 columns in SQL, but \w+ has (1664|2000) at most; prune the model/,
      );
      return;
    }
    const rows = [{ length: 18 }, { length: 25.5 }];
    await check(await exampleWith(wide, rows), columnsOf(rows), "wide");
  });
});
