import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { shortest } from "../../src/exports/javascript/literals.ts";
import { loopedNetworks } from "../../src/exports/javascript/looped.ts";
import { moduleText, toJavaScript } from "../../src/exports/javascript/toJavaScript.ts";
import { unrolledNetworks } from "../../src/exports/javascript/unrolled.ts";
import { exportPlan } from "../../src/exports/plan.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { chromiumPath, outputInChromium, runInChromiumWorker } from "../support/chromium.ts";
import { quick } from "../support/synthetic.ts";
import { type Answer, expectAgreement } from "./agreement.ts";
import { type Example, exampleModels, HOSTILE } from "./examples.ts";
import { farExample } from "./farExample.ts";

type Prediction = Readonly<Record<string, number>> &
  Partial<{ label: string; probabilities: Readonly<Record<string, number>> }>;

interface Exported {
  predict(row: unknown): Prediction;
  predictRows(rows: Iterable<unknown>): Prediction[];
  readonly bounds?: { readonly changes: string; readonly columns: unknown };
}

let folder: string;
let backend: Backend;
let examples: Example[];
let written = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "psilon-"));
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  examples = await exampleModels();
});
afterAll(() => rmSync(folder, { recursive: true }));

const exampleOf = (name: string) => examples.find((example) => example.name === name) as Example;

async function imported(text: string): Promise<Exported> {
  const path = join(folder, `model${written++}.mjs`);
  writeFileSync(path, text);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Exported;
}

const exported = (model: TabularModel) => imported(toJavaScript(model).module);

const answerOf = ({ label, probabilities, ...numbers }: Prediction): Answer =>
  label === undefined
    ? { numbers: Object.values(numbers) as number[] }
    : { label, numbers: Object.values(probabilities!) };

/** Expects that the module reads the rows as a table that is made of them is read. */
async function expectSameReading(model: TabularModel, rows: readonly Row[]) {
  const { predictRows } = await exported(model);
  // Whoever says that a column is one of categories keeps its texts, "010" among them, from being taken for numbers.
  const texts = exportPlan(model).columns.filter(({ holds }) => holds === "texts");
  const frame = frameFrom([...rows], { asText: new Set(texts.map(({ name }) => name)) });
  const example = { name: "rows", model, rows, predicted: predictTable(backend, model, frame) };
  expectAgreement(example, predictRows(rows).map(answerOf));
}

/** The sentence with which a row is refused. */
function sentence(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
}

describe("a model as a JavaScript module", () => {
  test.each(["unrolled", "looped"] as const)(
    "predicts as the library does, with its networks %s",
    async (kind) => {
      for (const example of examples) {
        const plan = exportPlan(example.model);
        const networks = kind === "unrolled" ? unrolledNetworks : loopedNetworks;
        const { predict } = await imported(moduleText(plan, networks(plan)));
        expectAgreement(
          example,
          example.rows.map((row) => answerOf(predict(row))),
        );
      }
    },
  );

  test("is written out where its weights are few, and goes through matrices where they are many", () => {
    const isUnrolled = ({ model }: Example) => toJavaScript(model).module.includes("function network0");
    expect(isUnrolled(exampleOf("pruned to 95 %"))).toBe(true);
    expect(isUnrolled(exampleOf("an ensemble"))).toBe(false);
  });

  test("finds weights behind many zeros, however its networks are written", async () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const plan = exportPlan(model);
    const [member] = plan.members;
    const [first, ...others] = member.layers;
    // Column by column the zeros between two rows' first and last inputs are more than a byte can count.
    const weight = first.weight.map((value, at) =>
      at < 2 || at % first.columns > first.columns - 3 ? value : 0,
    );
    expect(first.rows * (first.columns - 5)).toBeGreaterThan(255);
    const sparse = { ...plan, members: [{ ...member, layers: [{ ...first, weight }, ...others] }] };
    const [looped, unrolled] = await Promise.all(
      [loopedNetworks, unrolledNetworks].map((networks) => imported(moduleText(sparse, networks(sparse)))),
    );
    for (const row of rows) expect(looped.predict(row).value).toBeCloseTo(unrolled.predict(row).value, 3);
    expect(looped.predict(rows[0])).not.toEqual(looped.predict(rows[1]));
  });

  test("holds no weight that is 0, and asks for no column that none reads", async () => {
    const { model, rows } = exampleOf("pruned to 95 %");
    const { unread, columns } = exportPlan(model);
    const { module, types } = toJavaScript(model);
    expect(module).not.toMatch(/[-+] 0 \*/);
    for (const name of unread) expect(types).not.toContain(`readonly ${JSON.stringify(name)}`);
    const { predict } = await imported(module);
    const own = Object.fromEntries(columns.map(({ name }) => [name, rows[0][name]]));
    expect(predict(own)).toEqual(predict(rows[0]));
  });

  test("leaves numbers what they are as the nearest float32 to a decimal", () => {
    const values = Float32Array.of(0.1, 1 / 3, -2.5e-8, 16777217, 3.4e38, 1.17e-38, 1e-45, 0);
    for (const value of values) expect(Math.fround(Number(shortest(value)))).toBe(value);
    expect(shortest(Math.fround(0.1))).toBe("0.1");
  });

  test("reads cells as a table's are read: texts, numbers, truths and dates however they are given", async () => {
    const given = exampleOf("values and bins, an ordered category, a date's parts");
    const texts = given.rows.slice(0, 40).map((row, i) => ({
      ...row,
      length: `  ${Number(row.length).toExponential()} `,
      weight: row.weight === null ? ["NA", "?", " ", "nan"][i % 4] : `+${row.weight}`,
      [HOSTILE]: i % 5 === 0 ? ".5" : "3.",
      colour: ` ${row.colour ?? "NULL"}\t`,
      wet: [" YES", "f", "T", "no ", "1", "0", "1.0", "n/a"][i % 8],
      size: row.size === null ? "" : ` ${row.size} `,
      code: [" 10", "20.0", "30.000", "010"][i % 4],
      day: ["2024-02-29T24:00", "2024-3-1 5:07", "2023-12-31T23:59:59.9+05:30", "2024-01-05", " NA "][i % 5],
    }));
    await expectSameReading(given.model, texts);
    const mixed = texts.map((row, i) => ({
      ...row,
      length: i % 2 ? row.length : BigInt(i),
      wet: i % 2 ? row.wet : i % 4,
      code: i % 2 ? row.code : 10,
    }));
    await expectSameReading(
      given.model,
      mixed.map((row) => ({ ...row, wet: row.wet === 2 ? 1 : row.wet })),
    );
    await expectSameReading(
      given.model,
      given.rows.map((row) => ({ ...row, day: new Date(Number.NaN), weight: undefined, length: Number.NaN })),
    );
  });

  test("clips numbers, and has dates by their parts and rare categories by one input, as the library does", async () => {
    const example = await farExample(backend);
    expect(example.model.encoder.columns.some((column) => "clip" in column)).toBe(true);
    expect(example.model.encoder.columns.some((column) => "other" in column)).toBe(true);
    const { predictRows } = await exported(example.model);
    expectAgreement(example, predictRows(example.rows).map(answerOf));
  });

  test("takes what else stands for a missing value as the model does", async () => {
    const rows = Array.from({ length: 90 }, (_, i) => ({
      a: i % 7 === 0 ? -999 : i % 11,
      b: i % 5 === 0 ? "none" : ["x", "y"][i % 2],
      y: (i % 11) + (i % 2),
    }));
    const missing = ["-999", " none"];
    const model = await trainModel(frameFrom(rows, { missing }), "y", { ...quick, epochs: 20 });
    const { predict } = await exported(model);
    const nothing = predict({ a: null, b: null });
    expect(predict({ a: -999, b: "none" })).toEqual(nothing);
    expect(predict({ a: " -999.0 ", b: " none " })).toEqual(nothing);
    expect(predict({ a: -999, b: "x" })).not.toEqual(nothing);
  });

  test("has names of its columns and classes that mean something to JavaScript", async () => {
    const names = ["__proto__", "constructor", "</script>", "\u2028*/", "a\\`$b"];
    const rowOf = (cells: readonly unknown[]) =>
      Object.fromEntries(names.map((name, j) => [name, cells[j]])) as Row;
    const rows = Array.from({ length: 120 }, (_, i) => ({
      ...rowOf([i % 5, i % 3, (i * i) % 7, `k${i % 2}`, i % 11]),
      target: ["__proto__", "</script>"][Number((i % 5) + (i % 3) > 3)],
    }));
    const model = await trainModel(frameFrom(rows), "target", { ...quick, epochs: 30 });
    const { module } = toJavaScript(model);
    expect(module).not.toContain("</script>");
    const { predict } = await imported(module);
    await expectSameReading(model, rows);
    expect(Object.keys(predict(rows[0]).probabilities!)).toEqual(["</script>", "__proto__"]);
    for (const name of names.slice(1)) {
      const { [name]: _, ...rest } = rows[0] as Row;
      expect(() => predict(rest)).toThrow(/ in column | has no column /);
    }
  });
});

describe("a row that does not fit", () => {
  test("is refused in a sentence that says what stands where", async () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const { predict, predictRows } = await exported(model);
    const [row] = rows;
    const refused = (cells: Row) => sentence(() => predict({ ...row, ...cells }));
    const { length: _, ...without } = row;
    expect([
      sentence(() => predict(without)),
      refused({ length: "long" }),
      refused({ length: "1e999" }),
      refused({ length: Number.NEGATIVE_INFINITY }),
      refused({ length: 1e300 }),
      refused({ length: [1] }),
      refused({ length: true }),
      refused({ wet: 2 }),
      refused({ day: 5 }),
      refused({ day: "2024-02-30" }),
      refused({ colour: {} }),
      sentence(() => predict(null)),
      sentence(() => predictRows([row, { ...row, wet: "soaked" }])),
    ]).toEqual([
      'The row has no column "length", which the model reads; where it is missing it is null.',
      'The row has "long" in column "length", which holds numbers.',
      'The row has "1e999" in column "length", which holds finite numbers.',
      'The row has "-Infinity" in column "length", which holds finite numbers.',
      'The row has "1e+300" in column "length", too far from what the model was trained on to be computed with.',
      'The row has a value of type object in column "length", which holds numbers.',
      'The row has "true" in column "length", which holds numbers.',
      'The row has "2" in column "wet", which holds true or false.',
      'The row has "5" in column "day", which holds dates, each a Date or an ISO text such as 2024-12-31T23:59Z.',
      'The row has "2024-02-30" in column "day", which holds dates, each a Date or an ISO text such as 2024-12-31T23:59Z.',
      'The row has a value of type object in column "colour", which holds texts.',
      "The row is no object of cells by the names of their columns.",
      'Row 2 has "soaked" in column "wet", which holds true or false.',
    ]);
    expect(sentence(() => predict({}))).toMatch(/^The row /);
  });

  test("has a prediction only if float32 holds the model's outputs", async () => {
    const { model, rows } = exampleOf("a network of numbers");
    const [member] = model.members;
    const layers = member.network.layers.map((layer) => ({ ...layer, bias: layer.bias.map(() => 3e38) }));
    const members = [{ ...member, network: { ...member.network, layers } }];
    const { predict } = await exported({ ...model, members });
    expect(sentence(() => predict(rows[0]))).toBe(
      "The row has no prediction: on the way to it numbers exceed 3.4e38, the largest of float32.",
    );
  });

  test("is refused for what is new to a model that takes nothing new", async () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const strict = { ...model, encoder: { ...model.encoder, unseen: "error" as const } };
    const { predict } = await exported(strict);
    expect([
      sentence(() => predict({ ...rows[0], colour: "violet" })),
      sentence(() => predict({ ...rows[0], size: "XS" })),
    ]).toEqual([
      'The row has "violet" in column "colour", where the model knows no such category.',
      'The row has "XS" in column "size", of whose levels it is none.',
    ]);
    const known = rows.slice(0, 40);
    const { predictRows } = await exported(model);
    expect(known.map(predict)).toEqual(predictRows(known));
  });
});

describe("the module's header", () => {
  test("names what is read, what is not, and what is to be given as numbers or dates", async () => {
    const rows = Array.from({ length: 80 }, (_, i) => ({
      price: `$${(i % 9) * 1000 + 1000}.50`,
      when: `${(i % 12) + 1}/2${i % 9}/2024`,
      y: i % 9,
    }));
    const model = await trainModel(frameFrom(rows), "y", { ...quick, epochs: 10 });
    const { module } = toJavaScript(model);
    expect(module.split("\n").slice(0, 4)).toEqual([
      "// A model of psilon, which predicts from the rows of a table; this module needs nothing else.",
      '// It reads "price", "when".',
      '// Column "price" was read as numbers in $ from texts: here it takes numbers, or texts that are plain numbers.',
      '// Column "when" was read as dates, month/day/year from texts: here it takes a Date, or an ISO text such as 2024-12-31T23:59Z.',
    ]);
    const { predict } = await imported(module);
    expect(predict({ price: 3000.5, when: "2024-02-21" })).toEqual(
      predict({ price: "3000.5", when: new Date("2024-02-21") }),
    );
    expect(() => predict({ price: "$3000.5", when: null })).toThrow('has "$3000.5" in column "price"');
  });
});

describe("a certified module", () => {
  test("has the bounds that inspecting the model has, and their promise", async () => {
    for (const { model, name } of examples) {
      const { changes, columns } = inspectModel(model);
      const { bounds } = await imported(toJavaScript(model, { certify: true }).module);
      expect(bounds!.columns, name).toEqual(JSON.parse(JSON.stringify(columns)));
      expect(bounds!.changes.startsWith(changes)).toBe(true);
      expect((await exported(model)).bounds).toBeUndefined();
    }
  });
});

test("the declarations hold rows and predictions to the model's columns and classes", () => {
  const kinds = toJavaScript(exampleOf("a resnet of three classes").model, { certify: true });
  writeFileSync(join(folder, "kinds.mjs"), kinds.module);
  writeFileSync(join(folder, "kinds.d.mts"), kinds.types);
  const programs = examples.map(({ model }, i) => {
    writeFileSync(join(folder, `typed${i}.d.mts`), toJavaScript(model, { certify: true }).types);
    return `import * as typed${i} from "./typed${i}.mjs"; export const found${i}: typed${i}.Prediction[] = typed${i}.predictRows([]);`;
  });
  const row = `{ length: 1, weight: " 2 ", colour: null, wet: "yes", ${JSON.stringify(HOSTILE)}: 1n, size: undefined, city: true, code: 3, day: new Date() }`;
  const program = `${programs.join("\n")}
import { bounds, predict, type Label } from "./kinds.mjs";
const { label, probabilities } = predict(${row});
export const shares: number[] = [probabilities[label], probabilities.high, probabilities["low"]];
export const known: Label[] = [label, "middle"];
export const most: (number | null)[] = bounds.columns.map(({ change }) => change);
// @ts-expect-error: there is no such class.
export const wrong: Label = "lowest";
// @ts-expect-error: columns are missing.
predict({ length: 1 });
// @ts-expect-error: a date is no number.
predict({ ...${row}, length: new Date() });
`;
  writeFileSync(join(folder, "program.mts"), program);
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022"];
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags, "program.mts"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stdout).toBe("");
});

const skipped = chromiumPath ? "" : " (skipped: no Chromium found, name one in PSILON_CHROMIUM)";

describe("in a browser", () => {
  const asJson = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");

  test.skipIf(!chromiumPath)(`a worker predicts as Node does${skipped}`, async () => {
    for (const name of ["an ensemble", "two classes, a temperature, a threshold"]) {
      const example = exampleOf(name);
      const source = `${toJavaScript(example.model).module}\npostMessage(predictRows(${asJson(example.rows)}));`;
      const predicted = (await runInChromiumWorker(source)) as Prediction[];
      expectAgreement(example, predicted.map(answerOf));
    }
  });

  test.skipIf(!chromiumPath)(`a page has the module between its script tags${skipped}`, async () => {
    const example = exampleOf("values and bins, an ordered category, a date's parts");
    const { module } = toJavaScript(example.model, { certify: true });
    const page = `<!doctype html><output></output><script type="module">${module}
document.querySelector("output").value = JSON.stringify(predictRows(${asJson(example.rows)}));</script>`;
    const predicted: Prediction[] = JSON.parse(await outputInChromium(page, "script-src 'unsafe-inline'"));
    expectAgreement(example, predicted.map(answerOf));
  });
});
