import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBackend } from "../../../psilon/src/engine/backend/backend.ts";
import { sqlDialects, toSql } from "../../../psilon/src/exports/index.ts";
import { BLANKS } from "../../../psilon/src/exports/sql/dialect.ts";
import type { FoldedDense } from "../../../psilon/src/folded/folded.ts";
import { saveModel } from "../../../psilon/src/models/modelFile.ts";
import { predictTable } from "../../../psilon/src/models/predictTable.ts";
import type { TabularModel } from "../../../psilon/src/models/tabularModel.ts";
import type { Target } from "../../../psilon/src/preprocess/target.ts";
import { frameFrom, type Row } from "../../../psilon/src/tables/frameFrom.ts";
import { type Example, exampleModels, HOSTILE } from "../../../psilon/test/exports/examples.ts";
import { type Cell, type Database, databases, type TableColumn } from "../support/databases.js";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

/** How far a prediction in SQL may be from the model's, of numbers relative to the larger of them and their spread. */
const NEAR = 1e-5;

let examples: readonly Example[];
const open = {} as Record<(typeof sqlDialects)[number], Database>;

beforeAll(async () => {
  examples = await exampleModels();
  for (const dialect of sqlDialects) open[dialect] = await databases[dialect]();
});

const exampleOf = (name: string): Example => examples.find((one) => one.name === name) as Example;

/** What the model says of other rows. */
async function exampleWith(model: TabularModel, rows: readonly Row[]): Promise<Example> {
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  return { name: "other rows", model, rows, predicted: predictTable(backend, model, frameFrom([...rows])) };
}

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

afterAll(async () => {
  for (const database of Object.values(open)) await database.close();
});

/** The rows as columns, after one of their numbers. */
function columnsOf(rows: Example["rows"]): TableColumn[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    { name: "row number", cells: rows.map((_, i) => i) },
    ...names.map((name) => ({ name, cells: rows.map((row) => (row[name] ?? null) as Cell) })),
  ];
}

/** What a model predicts for each row as SQL shows it: numbers, or the label before the classes' probabilities. */
function expectedOf({ model, predicted }: Example): (string | number)[][] {
  if (predicted.task === "classification") {
    const { classes, labels, probabilities } = predicted;
    return Array.from(labels, (label, i) => [
      classes[label],
      ...probabilities.slice(i * classes.length, (i + 1) * classes.length),
    ]);
  }
  const { targets, values, interval } = predicted;
  const names = model.target.task === "regression" ? model.target.names : [];
  return Array.from({ length: values.length / targets.length }, (_, i) => [
    ...values.slice(i * targets.length, (i + 1) * targets.length),
    ...names.flatMap((_, k) =>
      interval ? [interval.low[i * names.length + k], interval.high[i * names.length + k]] : [],
    ),
  ]);
}

/** The example's predictions in the table, in the order of its first column. */
async function predictedIn(database: Database, sql: string, own: number): Promise<unknown[][]> {
  const rows = await database.query(sql);
  return rows.sort((a, b) => Number(a[0]) - Number(b[0])).map((row) => row.slice(own));
}

function expectNear(example: Example, found: unknown[][], where: string): void {
  const { target } = example.model;
  const expected = expectedOf(example);
  expect(found.length, where).toBe(expected.length);
  expected.forEach((values, i) => {
    expect(found[i].length, where).toBe(values.length);
    values.forEach((value, k) => {
      const given = found[i][k];
      const place = `${where}, row ${i}, ${k}: ${given} for ${value}`;
      if (typeof value === "number") {
        const size =
          target.task === "regression"
            ? Math.max(Math.abs(value), target.link ? 0 : Math.max(...target.scales))
            : 1;
        expect(Math.abs(Number(given) - value), place).toBeLessThanOrEqual(NEAR * size);
        expect(given, place).not.toBeNull();
      } else expect(given, place).toBe(value);
    });
  });
}

test("Blanks are what trim takes off", () => {
  const codes = Array.from({ length: 0x10000 }, (_, code) => code);
  expect(codes.filter((code) => String.fromCharCode(code).trim() === "")).toEqual(BLANKS);
});

describe.each(sqlDialects)("a model in SQL for %s", (dialect) => {
  /** Compares the example with what its SQL says of a table with these columns. */
  async function check(example: Example, columns: readonly TableColumn[], where: string): Promise<void> {
    await open[dialect].create("rows", columns);
    const sql = toSql(example.model, { dialect, table: "rows" });
    expectNear(example, await predictedIn(open[dialect], sql, columns.length), where);
  }

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

  test("reads cells of other types by what they say", async () => {
    const example = exampleOf("values and bins, an ordered category, a date's parts");
    const columns = columnsOf(example.rows);
    const texts = (cell: Cell, i: number): Cell => {
      if (cell === null) return ["NA", " ?\u00a0", "\u2029", null][i % 4];
      if (cell instanceof Date) {
        const ahead = new Date(cell.getTime() + 5.5 * 3_600_000).toISOString().slice(0, 19);
        return [cell.toISOString(), `${ahead}+05:30`, cell.toISOString().slice(0, 16).replace("T", " ")][
          i % 3
        ];
      }
      if (typeof cell === "boolean")
        return (cell ? ["Yes", "t", "\u00a01", "TRUE", "1.0"] : ["no", "F", "0 ", "n", "0.00"])[i % 5];
      return typeof cell === "number" && !Number.isInteger(cell)
        ? `\t\u202f${cell.toExponential()}\u3000 `
        : `\ufeff ${cell}${typeof cell === "number" ? ["", ".0", ".000"][i % 3] : ""}\u2003\n`;
    };
    const asTexts = columns.map(({ name, cells }, k) =>
      k === 0 ? { name, cells } : { name, cells: cells.map(texts) },
    );
    await check(example, asTexts, "texts");
    const asNumbers = columns.map(({ name, cells }) => {
      if (name === "wet") return { name, cells: cells.map((cell) => (cell === null ? null : Number(cell))) };
      if (name === "code") return { name, cells, type: dialect === "sqlite" ? "INTEGER" : "DECIMAL(12, 3)" };
      if (name !== "day") return { name, cells };
      return dialect === "sqlite"
        ? {
            name,
            cells: cells.map((cell) =>
              cell instanceof Date ? cell.getTime() / 86_400_000 + 2_440_587.5 : null,
            ),
            type: "REAL",
          }
        : {
            name,
            cells: cells.map((cell) => (cell instanceof Date ? cell.toISOString() : null)),
            type: "TIMESTAMPTZ",
          };
    });
    // Of DECIMAL(12, 3) 10.000 is the category 10.
    const zones = {
      duckdb: "SET TimeZone = 'Asia/Kolkata'",
      postgres: "SET TimeZone = 'Asia/Kolkata'; SET DateStyle = 'German'",
      sqlite: "SELECT 1",
    };
    await open[dialect].run(zones[dialect]);
    await check(example, asNumbers, "numbers");
    const rounded = example.rows.map((row) => {
      const days = row.day instanceof Date ? Math.floor(row.day.getTime() / 86_400_000) : null;
      return {
        ...row,
        length: row.length === null ? null : Math.round(Number(row.length)),
        [HOSTILE]: row[HOSTILE] === null ? null : Math.trunc(Number(row[HOSTILE])),
        day: days === null ? null : new Date(days * 86_400_000),
      };
    });
    const types: Record<string, string> = {
      length: "INTEGER",
      [HOSTILE]: "BIGINT",
      weight: "REAL",
      day: dialect === "sqlite" ? "TEXT" : "DATE",
    };
    const whole = columnsOf(rounded).map(({ name, cells }) => {
      const own =
        name === "day"
          ? cells.map((cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : null))
          : cells;
      return { name, cells: own, ...(types[name] && { type: types[name] }) };
    });
    await check(await exampleWith(example.model, rounded), whole, "integers");
    await open[dialect].run(
      { ...zones, duckdb: "SET TimeZone = 'UTC'", postgres: "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'" }[
        dialect
      ],
    );
  });

  test("reads moments with and without seconds in zones however ISO 8601 writes them", async () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const zones = { Z: 0, "": 0, "+05:30": 5.5, "-0530": -5.5, "+05": 5, "-14": -14 };
    const times = ["2024-12-31T23:59", "2024-02-29 10:00:07", "2023-03-01T00:00:00.500"];
    const moments = Object.entries(zones).flatMap(([zone, ahead]) =>
      times.map((time) => ({
        text: time + zone,
        date: new Date(Date.parse(`${time.replace(" ", "T")}Z`) - ahead * 3_600_000),
      })),
    );
    const asked = moments.map(({ text }) => ({ ...rows[0], day: text }));
    const read = moments.map(({ date }) => ({ ...rows[0], day: date }));
    const { predicted } = await exampleWith(model, read);
    await check({ name: "zones", model, rows: asked, predicted }, columnsOf(asked), "zones");
  });

  test("counts what stands for a missing value as missing, in texts and in numbers", async () => {
    const { model, rows } = exampleOf("two targets, by bins");
    const marked = { ...model, schema: { ...model.schema, missing: ["-999", " none given"] } };
    const example = await exampleWith(marked, rows);
    const columns = columnsOf(rows).map(({ name, cells }, k) => {
      const areNumbers = cells.some((cell) => typeof cell === "number");
      const areTexts = cells.some((cell) => typeof cell === "string");
      return k === 0 || !(areNumbers || areTexts)
        ? { name, cells }
        : { name, cells: cells.map((cell) => cell ?? (areNumbers ? -999 : "none given")) };
    });
    await check(example, columns, "marks");
    const inWords = columns.map(({ name, cells }, k) =>
      k === 0 || cells.some((cell) => cell instanceof Date)
        ? { name, cells }
        : {
            name,
            cells: cells.map((cell) => (cell === -999 ? "-9.99e2" : cell === null ? null : String(cell))),
          },
    );
    await check(example, inWords, "marks in texts");
    if (dialect === "sqlite") return;
    const nan = columns.map(({ name, cells }) => ({
      name,
      cells: cells.map((cell) => (cell === -999 ? Number.NaN : cell)),
    }));
    await check(example, nan, "NaN");
  });

  test("tells a number that stands for a missing cell from texts that write it otherwise", async () => {
    const { model, rows } = exampleOf("a network of numbers");
    const marked = { ...model, schema: { ...model.schema, missing: ["-999", "7.0"] } };
    const colours: readonly (readonly [string, string | null])[] = [
      ["-999", null],
      ["-999.0", "violet"],
      ["-9.99e2", "violet"],
      ["7.0", null],
      ["7", "violet"],
      ["red", "red"],
    ];
    const asked = colours.map(([colour]) => ({ ...rows[0], colour }));
    const read = colours.map(([, colour]) => ({ ...rows[0], colour }));
    const { predicted } = await exampleWith(marked, read);
    const [missing, other] = predicted.task === "regression" ? predicted.values : [];
    expect(missing).not.toBe(other);
    await check({ name: "texts", model: marked, rows: asked, predicted }, columnsOf(asked), "marks as texts");
    const numbers = columnsOf([-999, 7, 8].map((colour) => ({ ...rows[0], colour })));
    const expected = await exampleWith(
      marked,
      [null, null, "violet"].map((colour) => ({ ...rows[0], colour })),
    );
    for (const type of dialect === "sqlite"
      ? ["REAL", "INTEGER"]
      : ["DOUBLE PRECISION", "DECIMAL(12, 3)", "BIGINT"]) {
      const typed = numbers.map((column) => (column.name === "colour" ? { ...column, type } : column));
      await check(expected, typed, `marks as ${type}`);
    }
    const truths = columnsOf(["-999", "-999.0"].map((wet) => ({ ...rows[0], wet })));
    await open[dialect].create("rows", truths);
    const sql = toSql(marked, { dialect, table: "rows" });
    const [[kept], [refused]] = await predictedIn(open[dialect], sql, truths.length);
    expect(typeof kept).toBe("number");
    expect(refused).toBeNull();
  });

  test("gives rows no prediction in which a cell does not fit, and all others theirs", async () => {
    const example = exampleOf("values and bins, an ordered category, a date's parts");
    const [first] = example.rows;
    const strange: readonly (readonly [string, string])[] = [
      ["length", "abc"],
      ["length", "1e999"],
      ["length", "-Infinity"],
      ["length", "1_000"],
      ["length", "1e39000"],
      ["length", "0x10"],
      ["length", `${"9".repeat(400)}`],
      ["length", "'; DROP TABLE rows; --"],
      ["wet", "perhaps"],
      ["wet", "2"],
      ["day", "2024-02-31"],
      ["day", "now"],
      ["day", "2024-13-01"],
      ["day", "2024-01-01 25:00"],
      ["day", "infinity"],
    ];
    const good: readonly (readonly [string, string])[] = [
      ["length", "1e-400"],
      ["length", "-1e-310"],
      ["length", `0.${"0".repeat(300)}1`],
      ["length", `2${"0".repeat(20)}`],
    ];
    const rows = [...strange, ...good].map(([name, cell]) => ({ ...first, [name]: cell }));
    const columns = columnsOf([first, ...rows]).map(({ name, cells }, k) =>
      k === 0
        ? { name, cells }
        : {
            name,
            cells: cells.map((cell) =>
              cell instanceof Date ? cell.toISOString() : cell === null ? null : String(cell),
            ),
          },
    );
    await open[dialect].create("rows", columns);
    const found = await predictedIn(
      open[dialect],
      toSql(example.model, { dialect, table: "rows" }),
      columns.length,
    );
    strange.forEach((cell, i) => {
      expect(found[i + 1], String(cell)).toEqual(found[i + 1].map(() => null));
    });
    const fitting = [first, ...good.map(([name, cell]) => ({ ...first, [name]: Number(cell) }))];
    const { predicted } = await exampleWith(example.model, fitting);
    expectNear({ ...example, predicted }, [found[0], ...found.slice(1 + strange.length)], "those that fit");
  });

  test("gives no prediction to numbers too far off, nor to new categories where these are errors", async () => {
    for (const name of ["a network of numbers", "values and bins, an ordered category, a date's parts"]) {
      const { model, rows } = exampleOf(name);
      const strict = { ...model, encoder: { ...model.encoder, unseen: "error" as const } };
      const asked = [...rows, { ...rows[0], size: "XXL" }, { ...rows[0], length: 1e300, weight: -1e300 }];
      const columns = columnsOf(asked);
      await open[dialect].create("rows", columns);
      const found = await predictedIn(
        open[dialect],
        toSql(strict, { dialect, table: "rows" }),
        columns.length,
      );
      for (const [i, row] of asked.entries()) {
        const example = await exampleWith(strict, [row]).catch(() => null);
        if (example) expectNear(example, [found[i]], `${name}, row ${i}`);
        else expect(found[i], `${name}, row ${i}`).toEqual(found[i].map(() => null));
      }
    }
  });

  test("takes names as they are, its own among them", async () => {
    const { model, rows } = exampleOf("two classes, a temperature, a threshold");
    const names = [
      "t",
      "p",
      "h1",
      "x1",
      "c1",
      "v1",
      "o1",
      "known",
      "cells",
      "inputs",
      "layer_1",
      "value",
      "predicted_sign",
    ];
    const more = rows.map((row) => ({ ...Object.fromEntries(names.map((name) => [name, -7])), ...row }));
    const columns = columnsOf(more);
    const named =
      model.target.task === "classification"
        ? { ...model.target, classes: ['it\'s \\ "both"\n', HOSTILE] }
        : model.target;
    const hostile = { ...model, target: named };
    const example = await exampleWith(hostile, more);
    for (const table of [HOSTILE, "layer_1", "t", 'a"; DROP TABLE "rows"; --']) {
      await open[dialect].create(table, columns);
      const sql = toSql(hostile, { dialect, table });
      expectNear(example, await predictedIn(open[dialect], sql, columns.length), table);
    }
    const known = {
      ...model.schema,
      columns: [...model.schema.columns, { ...model.schema.columns[0], name: "PREDICTED_sign" }],
    };
    expect(toSql({ ...model, schema: known }, { dialect, table: "rows" })).toContain('AS "predicted_sign_"');
    for (const [table, what] of [
      ["a\0b", /NUL/],
      ["a\ud800b", /half a letter/],
    ] as const) {
      expect(() => toSql(model, { dialect, table })).toThrow(what);
    }
    if (dialect === "sqlite") expect(toSql(model, { dialect, table: "" })).toContain('FROM "" AS t');
    else expect(() => toSql(model, { dialect, table: "" })).toThrow(/has no names without letters/);
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

  /** The example with other names for some columns. */
  const renamed = (
    { model, rows, ...example }: Example,
    names: Readonly<Record<string, string>>,
  ): Example => {
    const nameOf = (name: string) => names[name] ?? name;
    const columns = model.encoder.columns.map((column) => ({ ...column, name: nameOf(column.name) }));
    return {
      ...example,
      model: { ...model, encoder: { ...model.encoder, columns } },
      rows: rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, cell]) => [nameOf(name), cell])),
      ),
    };
  };

  test("tells columns apart as the dialect does", async () => {
    const example = exampleOf("a network of numbers");
    const write = () => toSql(renamed(example, { weight: "LENGTH" }).model, { dialect, table: "rows" });
    if (dialect === "postgres") expect(write()).toContain('t."LENGTH"');
    else
      expect(write).toThrow(
        /^The columns "length" and "LENGTH" differ in upper and lower case alone, which \w+ cannot tell apart; give/,
      );
    const umlauts = renamed(example, { length: "ÄÖ", weight: "äö" });
    await check(umlauts, columnsOf(umlauts.rows), "umlauts");
  });

  test("takes names of any length, as much of them as counts", async () => {
    const letters = "ä".repeat(40);
    const { model, rows } = exampleOf("two classes, a temperature, a threshold");
    const target = { ...model.target, name: letters, classes: [`${letters}1`, `${letters}2`] };
    const taken = { ...model.schema.columns[0], name: `probability_${letters}` };
    const named = {
      ...model,
      target: target as Target,
      schema: { ...model.schema, columns: [...model.schema.columns, taken] },
    };
    const more = rows.map((row) => ({ ...row, [taken.name]: -7 }));
    const example = renamed(await exampleWith(named, more), { length: `${letters} in cm` });
    const columns = columnsOf(example.rows);
    await check(example, columns, "long names");
    const sql = toSql(example.model, { dialect, table: "rows" });
    await open[dialect].run(`CREATE TABLE scored AS ${sql}`);
    expectNear(example, await predictedIn(open[dialect], "SELECT * FROM scored", columns.length), "scored");
    const alike = renamed(example, { weight: `${letters} in m` });
    const write = () => toSql(alike.model, { dialect, table: "rows" });
    if (dialect === "postgres")
      expect(write).toThrow(
        /^The columns "ä+ in cm" and "ä+ in m" differ behind their first 63 bytes alone, which PostgreSQL cannot tell apart; give/,
      );
    else expect(write()).toContain(`t."${letters} in m"`);
  });
});

describe("psilon export --to sql", () => {
  const folder = temporaryFolder();

  test("writes what predicts as psilon predict does", async () => {
    const cwd = folder.path;
    const cells = Array.from({ length: 150 }, (_, i) => {
      const [size, colour] = [i % 9 === 4 ? "" : String((i * 7) % 31), ["red", "green", "blue"][i % 3]];
      const day = `2024-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + ((i * 5) % 28)).padStart(2, "0")}`;
      const kind = (i * 7) % 31 > 12 ? "it's" : colour === "red" ? "b" : "c";
      return [size, colour, i % 4 > 1 ? "yes" : "no", day, kind];
    });
    const names = ["size", "colour", "is new", "day"];
    const lines = (width: number) =>
      [[...names, "kind"], ...cells].map((row) => row.slice(0, width).join(",")).join("\n");
    folder.write("data.csv", lines(5));
    folder.write("new.csv", lines(4));
    const quick = ["--preset", "fast", "--width", "8", "--depth", "1", "--epochs", "60", "--threads", "1"];
    await psilon(["train", "data.csv", "--target", "kind", ...quick, "--out", "m.safetensors"], { cwd });
    const { stdout } = await psilon(["predict", "m.safetensors", "new.csv", "--json"], { cwd });
    const { predictions, probabilities } = JSON.parse(stdout);
    const columns = names.map((name, k) => ({ name, cells: cells.map((row) => row[k]), type: "TEXT" }));
    const numbered = [{ name: "row number", cells: cells.map((_, i) => i) }, ...columns];
    for (const dialect of sqlDialects) {
      const asked = ["--to", "sql", "--dialect", dialect, "--table", "new rows", "--out", "predict.sql"];
      const { stderr } = await psilon(["export", "m.safetensors", ...asked], { cwd });
      expect(stderr).toBe("");
      await open[dialect].create("new rows", numbered);
      const sql = readFileSync(join(cwd, "predict.sql"), "utf8");
      const found = await predictedIn(open[dialect], sql, numbered.length);
      expect(found.map(([label]) => label)).toEqual(predictions);
      found.forEach(([, ...own], i) => {
        const far = own.map((share, k) => Math.abs(Number(share) - probabilities[i][k]));
        expect(Math.max(...far)).toBeLessThanOrEqual(NEAR);
      });
    }
  });

  test("is DuckDB's and of a table rows where nothing else is said", async () => {
    const model = exampleOf("a network of numbers").model;
    folder.write("number.safetensors", saveModel(model));
    const asked = ["export", "number.safetensors", "--to", "sql", "--out", "number.sql"];
    expect((await psilon(asked, { cwd: folder.path })).code).toBe(0);
    const sql = readFileSync(join(folder.path, "number.sql"), "utf8");
    expect(sql).toBe(toSql(model, { dialect: "duckdb", table: "rows" }));
  });

  test("alone has options of its own", async () => {
    const asked = ["export", "number.safetensors", "--to", "safetensors", "--table", "x", "--out", "copy"];
    const { code, stderr } = await psilon(asked, { cwd: folder.path });
    expect(stderr).toBe("error: The option --table means nothing to the format safetensors; leave it out.\n");
    expect(code).toBe(2);
  });
});
