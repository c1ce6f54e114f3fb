import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { exportPlan } from "../../src/exports/plan.ts";
import { toPython } from "../../src/exports/python/toPython.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { hasNumpy } from "../support/pythonReader.ts";
import { quick } from "../support/synthetic.ts";
import { type Answer, expectAgreement } from "./agreement.ts";
import { type Example, exampleModels, HOSTILE } from "./examples.ts";
import { farExample } from "./farExample.ts";

let folder: string;
let backend: Backend;
let examples: Example[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "psilon-"));
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  if (hasNumpy) examples = await exampleModels();
});
afterAll(() => rmSync(folder, { recursive: true }));

const exampleOf = (name: string) => examples.find((example) => example.name === name) as Example;

/** What `code` leaves in `result`, which finds the model as `model`, `given`, and `answers(rows)`. */
function inPython(model: TabularModel, given: unknown, code: string): unknown {
  const { script, tensors } = toPython(model);
  writeFileSync(join(folder, "exported.py"), script);
  writeFileSync(join(folder, "exported.safetensors"), tensors);
  const program = `
import datetime, json, sys
import numpy as np
from exported import Model
model = Model()
def answers(rows):
    if model.target["task"] == "classification":
        return [{"label": str(label), "numbers": list(shares)} for label, shares in zip(model.predict(rows), model.predict_proba(rows))]
    values = model.predict(rows)
    values = values.reshape(len(values), -1)
    if "interval" not in model.target:
        return [{"numbers": list(row)} for row in values]
    low, high = model.predict_interval(rows)
    ends = np.stack([low, high], axis=2).reshape(len(low), -1)
    return [{"numbers": [*row, *end]} for row, end in zip(values, ends)]
def refusal(rows):
    try:
        model.predict(rows)
    except ValueError as error:
        return str(error)
given = json.load(sys.stdin)
${code}
print(json.dumps(result))`;
  const input = JSON.stringify(given);
  const { stdout, stderr } = spawnSync("python3", ["-c", program], { input, encoding: "utf8", cwd: folder });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

/** The rows as JSON has them; those of another model's columns left out. */
const readBy = (model: TabularModel, rows: readonly Row[]): Row[] => {
  const names = new Set(exportPlan(model).columns.map(({ name }) => name));
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))));
};

describe.skipIf(!hasNumpy)("a model as a Python script (needs python3 with numpy)", () => {
  test("predicts rows as the library does, by the columns alone that some weight reads", () => {
    for (const example of examples) {
      const rows = readBy(example.model, example.rows);
      expectAgreement(example, inPython(example.model, rows, "result = answers(given)") as Answer[]);
    }
  });

  test("clips numbers, and has dates by their parts and rare categories by one input, as the library does", async () => {
    const example = await farExample(backend);
    expectAgreement(example, inPython(example.model, example.rows, "result = answers(given)") as Answer[]);
  });

  test("predicts columns, lists and numpy's arrays, as it predicts rows", () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const code = `
lists = {name: [row[name] for row in given] for name in given[0]}
days = [None if day is None else datetime.datetime.fromisoformat(day.replace("Z", "+00:00")) for day in lists["day"]]
stamps = np.array([np.datetime64("NaT") if day is None else np.datetime64(day.replace(tzinfo=None), "us") for day in days])
floats = lambda name: np.array(lists[name], dtype="f8")
truths = np.array(lists["wet"], dtype=object)
arrays = {**lists, "length": floats("length"), "weight": floats("weight"), "code": floats("code"), "day": stamps, "wet": truths}
result = [list(model.predict(data)) for data in (given, lists, {**lists, "day": days}, arrays)]`;
    const [first, ...others] = inPython(model, rows, code) as number[][];
    for (const other of others) expect(other).toEqual(first);
  });

  test("reads cells as a table's are read", () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const given = rows.slice(0, 40).map((row, i) => ({
      ...row,
      length: `  ${Number(row.length).toExponential()}\u00a0`,
      weight: row.weight === null ? ["NA", "?", " ", "nan"][i % 4] : `+${row.weight}`,
      [HOSTILE]: i % 5 === 0 ? ".5" : "3.",
      colour: ` ${row.colour ?? "NULL"}\t`,
      wet: [" YES", "f", "T", "no ", "1", "0", "1.0", "n/a"][i % 8],
      size: row.size === null ? "" : ` ${row.size} `,
      code: [" 10", "20.0", "30.000", "010"][i % 4],
      day: [
        "2024-02-29T24:00",
        "2024-3-1 5:07",
        "2023-12-31T23:59:59.9+05:30",
        "2024-01-05",
        " NA ",
        "0000-02-29",
      ][i % 6],
    }));
    const asText = new Set(["colour", "size", "city", "code"]);
    const predicted = predictTable(backend, model, frameFrom(given, { asText }));
    const answers = inPython(model, given, "result = answers(given)") as Answer[];
    expectAgreement({ name: "texts", model, rows: given, predicted }, answers);
  });

  test("shows numbers and dates among texts as the library does, and takes its marks of missing values", async () => {
    const cells = [0.1, 1e-5, 1e-7, 123456.75, 1e21, -2, 2 ** 60, true, "x", -999, "none"];
    const rows = Array.from({ length: 110 }, (_, i) => ({
      a: cells[i % 11],
      b: i % 7 === 0 ? -999 : i % 5,
      y: (i % 11) + (i % 5),
    }));
    const missing = ["-999", "none"];
    const options = { ...quick, epochs: 20, columns: { a: "categorical" } } as const;
    const model = await trainModel(frameFrom(rows, { missing, asText: new Set(["a"]) }), "y", options);
    const predicted = predictTable(backend, model, frameFrom(rows, { missing, asText: new Set(["a"]) }));
    expectAgreement(
      { name: "texts", model, rows, predicted },
      inPython(model, rows, "result = answers(given)") as Answer[],
    );
    const code = `
from exported import number_text, shown_date, days_in
result = [number_text(x) for x in given] + [days_in("0000-02-29"), days_in("0001-01-01")] + [shown_date(days_in(text)) for text in ("2024-02-29", "2024-02-29T05:07", "1969-12-31T23:59:59.5")]`;
    const numbers = [0.1, 1e-5, 1e-7, 1.5e-9, 123456.75, 1e21, 1.25e300, -2, 2 ** 60];
    const dates = ["2024-02-29", "2024-02-29 05:07", "1969-12-31 23:59:59.500"];
    expect(inPython(model, numbers, code)).toEqual([...numbers.map(String), -719469, -719162, ...dates]);
  });

  test("refuses a cell that does not fit in a sentence that says what stands where", () => {
    const { model, rows } = exampleOf("values and bins, an ordered category, a date's parts");
    const { length: _, ...without } = rows[0];
    const strangers = [
      { length: "long" },
      { length: "1e999" },
      { length: 1e300 },
      { wet: 2 },
      { day: 5 },
      { day: "2024-02-30" },
      { colour: [1] },
    ].map((cells) => [rows[0], { ...rows[0], ...cells }]);
    expect(inPython(model, [[without], ...strangers], "result = [refusal(rows) for rows in given]")).toEqual([
      'Row 1 has no column "length", which the model reads; where it is missing it is None.',
      'Row 2 has "long" in column "length", which holds numbers.',
      'Row 2 has "1e999" in column "length", which holds finite numbers.',
      'Row 2 has "1e+300" in column "length", too far from what the model was trained on to be computed with.',
      'Row 2 has "2" in column "wet", which holds true or false.',
      'Row 2 has "5" in column "day", which holds dates, each a datetime or an ISO text such as 2024-12-31T23:59Z.',
      'Row 2 has "2024-02-30" in column "day", which holds dates, each a datetime or an ISO text such as 2024-12-31T23:59Z.',
      'Row 2 has "[1]" in column "colour", which holds texts.',
    ]);
    const strict = { ...model, encoder: { ...model.encoder, unseen: "error" as const } };
    const unknown = [{ colour: "violet" }, { size: "XS" }].map((cells) => [{ ...rows[0], ...cells }]);
    expect(inPython(strict, unknown, "result = [refusal(rows) for rows in given]")).toEqual([
      'Row 1 has "violet" in column "colour", where the model knows no such category.',
      'Row 1 has "XS" in column "size", of whose levels it is none.',
    ]);
  });

  test("recomputes the record's bounds and those of every column", () => {
    const near = (found: number | null, own: number | null, what: string) => {
      if (own === null || found === null) expect(found, what).toBe(own);
      else expect(Math.abs(found - own), what).toBeLessThanOrEqual(1e-9 * Math.abs(own));
    };
    const { model: given } = examples[0];
    const endless = given.schema.columns.map((column) =>
      column.name === "length" ? { ...column, min: -Number.MAX_VALUE, max: Number.MAX_VALUE } : column,
    );
    const imported = {
      name: "an endless range",
      model: { ...given, schema: { ...given.schema, columns: endless } },
    };
    for (const { name, model } of [...examples, imported]) {
      const { record, columns } = inPython(model, null, "result = model.bounds()") as {
        record: Record<string, number>;
        columns: Record<string, Record<string, number | null>>;
      };
      const report = inspectModel(model);
      expect(Object.keys(record).sort(), name).toEqual(report.bounds.map((bound) => bound.name).sort());
      for (const bound of report.bounds) near(record[bound.name], bound.value, `${name}, ${bound.name}`);
      expect(Object.keys(columns), name).toHaveLength(report.columns.length);
      for (const own of report.columns) {
        for (const key of ["change", "perUnit", "total", "withinRange", "missing"] as const) {
          near(columns[own.column][key], own[key], `${name}, ${key} of ${own.column}`);
        }
      }
    }
  });
});
