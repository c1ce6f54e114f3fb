import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../src/engine/random/random.ts";
import { writeOnnx } from "../src/formats/onnx/writeOnnx.ts";
import * as psilon from "../src/index.ts";
import { InputError } from "../src/index.ts";
import { linearOnnx } from "./support/onnxModels.ts";
import { mixedRows, quick } from "./support/synthetic.ts";

/** What programs without types hand over by mistake. */
const garbage: readonly (readonly [name: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 3],
  ["no number", Number.NaN],
  ["a large integer", 5n],
  ["a text", "x"],
  ["truth", true],
  ["an empty object", {}],
  ["an empty list", []],
  ["a list of null", [null]],
  ["a function", () => 0],
  ["a promise", Promise.resolve({})],
];

/** How a function is called rightly; a last argument that is a plain object of options is varied option by option as well. */
interface Call {
  readonly call: (...values: never[]) => unknown;
  readonly values: readonly unknown[];
  /** The place of the options among the values, each of which is varied as well. */
  readonly options?: number;
}

const rows = mixedRows(60, 3).map(({ length, colour, wet, value }) => ({ length, colour, wet, value }));
const kinds = mixedRows(60, 3).map(({ length, colour, kind }) => ({ length, colour, kind }));
const options = { ...quick, width: 4, epochs: 1 } as const;
const csv = "a,b\n1,2\n3,4\n5,7\n";
const some = () => Int32Array.of(0, 1, 2, 3);
const stop = new AbortController().signal;

const calls: Record<string, Call> = {};
const regressor = new psilon.PsilonRegressor(options);
const classifier = new psilon.PsilonClassifier(options);

beforeAll(async () => {
  const frame = psilon.frameFrom(rows);
  const { model } = await regressor.fit(rows, "value");
  await classifier.fit(kinds, "kind");
  const backend = await psilon.createBackend({ provider: "wasm", relaxedSimd: false });
  const schema = psilon.inferSchema(frame, { target: "value" });
  const all = Int32Array.from(rows, (_, row) => row);
  const fitted = psilon.fitPreprocessing(frame, all, schema);
  const moves = { radius: 0.1, move: { length: { by: 1 } }, fixed: [] };
  const random = createRandom(1);
  const place = (name: string, call: unknown, values: readonly unknown[], at?: number) => {
    calls[name] = { call: call as Call["call"], values, ...(at !== undefined && { options: at }) };
  };
  const cells = { commas: "thousands", missing: ["?"], readings: {}, asText: new Set(["a"]) };
  place("frameFrom", psilon.frameFrom, [rows, cells], 1);
  place(
    "readCsv",
    psilon.readCsv,
    [csv, { ...cells, source: "t", delimiter: ",", skip: 0, header: true, encoding: "utf-8", onNote() {} }],
    1,
  );
  place("readParquet", psilon.readParquet, [new Uint8Array(9), { ...cells, source: "t" }], 1);
  place(
    "inferSchema",
    psilon.inferSchema,
    [frame, { target: "value", task: "regression", overrides: { wet: "ignore" }, rows: all, kinds: schema }],
    1,
  );
  place("rowsWithTarget", psilon.rowsWithTarget, [frame, ["value"]]);
  place(
    "fitPreprocessing",
    psilon.fitPreprocessing,
    [
      frame,
      all,
      schema,
      { unseen: "error", encodingOf: () => "value", targetScale: "value", loss: undefined, quantile: [0.5] },
    ],
    3,
  );
  place("fitTarget", psilon.fitTarget, [frame, all, schema]);
  place("prepare", psilon.prepare, [fitted, frame, all, { sampleWeights: all, classWeights: undefined }], 3);
  place("describeFrame", psilon.describeFrame, [frame, schema]);
  place("warningsOf", psilon.warningsOf, [frame, schema]);
  place("columnFinder", psilon.columnFinder, [frame]);
  place("checkOptions", psilon.checkOptions, [options], 0);
  const held = {
    threshold: "f1",
    positive: "a",
    groups: "colour",
    timeColumn: undefined,
    interval: undefined,
  };
  place("checkOptions, of rows held out", psilon.checkOptions, [held], 0);
  place("settingsWithoutMeaning", psilon.settingsWithoutMeaning, [options]);
  place("checkTest", psilon.checkTest, [frame, "value", options, { frame, rows: some() }], 2);
  place(
    "compare",
    psilon.compare,
    [frame, "value", { width: [2] }, { preset: "fast", epochs: 1, folds: 2, backend: "wasm" }],
    3,
  );
  place("createBackend", psilon.createBackend, [{ provider: "wasm", relaxedSimd: false, threads: 1 }], 0);
  place("saveModel", psilon.saveModel, [model]);
  place(
    "importOnnx",
    psilon.importOnnx,
    [
      writeOnnx(linearOnnx),
      { source: "t", columns: ["a", "b"], like: undefined, target: "y", classes: ["no", "yes"] },
    ],
    1,
  );
  place("loadModel", psilon.loadModel, [psilon.saveModel(model), "t"]);
  place("trainModel", psilon.trainModel, [frame, "value", { ...options, onModel() {} }], 2);
  place("predictTable", psilon.predictTable, [backend, model, frame, some()]);
  place("scoreTable", psilon.scoreTable, [backend, model, frame, some()]);
  place("testTable", psilon.testTable, [backend, model, frame, some()]);
  place("createTablePredictor", psilon.createTablePredictor, [backend, model]);
  place("inspectModel", psilon.inspectModel, [model]);
  place("toOnnx", psilon.toOnnx, [model]);
  place("toJavaScript", psilon.toJavaScript, [model, { certify: true }], 1);
  place("toPython", psilon.toPython, [model]);
  place(
    "partialDependence",
    psilon.partialDependence,
    [backend, model, frame, "length", { rows: some(), resolution: 2, signal: stop }],
    4,
  );
  place(
    "permutationImportance",
    psilon.permutationImportance,
    [backend, model, frame, { rows: some(), repeats: 1, seed: 1, onProgress() {}, signal: stop }],
    3,
  );
  place(
    "pruneModel",
    psilon.pruneModel,
    [model, frame, 0.5, { seed: 1, epochs: 1, backend: "wasm", relaxedSimd: false, rows: all, signal: stop }],
    3,
  );
  place(
    "certifyTable",
    psilon.certifyTable,
    [
      backend,
      model,
      frame,
      { moves, tolerance: 5, rows: some(), exactSeconds: null, seed: 1, onRow() {}, signal: stop },
    ],
    3,
  );
  place(
    "certifiedRadii",
    psilon.certifiedRadii,
    [model, frame, { tolerance: 5, fixed: ["length"], alone: false, rows: some(), onRow() {}, signal: stop }],
    2,
  );
  place("certifyMonotone", psilon.certifyMonotone, [backend, model, { length: "+" }, frame, 0]);
  place("toSql", psilon.toSql, [model, { dialect: "sqlite", table: "t" }], 1);
  place("checkQuestion", psilon.checkQuestion, [model, { moves, tolerance: 5 }], 1);
  place(
    "checkQuestion, its moves",
    (asked: never) => psilon.checkQuestion(model, { moves: asked, tolerance: 5 }),
    [moves],
    0,
  );
  place(
    "checkQuestion, one move",
    (how: never) => psilon.checkQuestion(model, { moves: { move: { length: how } }, tolerance: 5 }),
    [{ by: 1, only: "up" }],
    0,
  );
  place("guaranteeOf", psilon.guaranteeOf, [backend, model, frame, { rows: some(), signal: stop }], 3);
  place("rightRows", psilon.rightRows, [backend, model, frame, some(), 5]);
  place("holdout", psilon.holdout, [10, 0.2, random]);
  place("kFolds", psilon.kFolds, [10, 2, random]);
  const columns = { groups: "wet", timeColumn: undefined };
  for (const how of ["holdout", "folds"] as const) {
    const split = (...given: Parameters<typeof psilon.rowSplitter>) =>
      psilon.rowSplitter(...given)[how](how === "folds" ? 2 : 0.2);
    place(`rowSplitter, ${how}`, split, [frame, all, undefined, columns, random], 3);
  }
  const learned = { ...columns, columns: {}, task: "regression", kinds: schema, rows: all, seed: 1 };
  const drawn = { ...learned, sampleWeights: all, folds: 2, repeats: 1, testRows: undefined };
  place("evaluationSplits", psilon.evaluationSplits, [frame, "value", drawn], 2);
  place("evaluationSplits, given", psilon.evaluationSplits, [frame, "value", { testRows: [[0, 1]] }], 2);
  place("holdoutRows", psilon.holdoutRows, [frame, "value", learned, 0.2], 2);
  place(
    "crossValidate",
    psilon.crossValidate,
    [frame, "value", { ...options, folds: 2, repeats: 1, predictions: true, onProgress() {}, signal: stop }],
    2,
  );
  const test = { frame, rows: some() };
  const train = { frame, rows: all, weights: { sampleWeights: all } };
  place("scoreBaselines", psilon.scoreBaselines, [model, train, test, { signal: stop }], 3);
  place("scoreBaselines, its part", (part: never) => psilon.scoreBaselines(model, part, test), [train], 0);
  place("withInterval", psilon.withInterval, [model, 0.5]);
  place("splitsFromTestRows", psilon.splitsFromTestRows, [4, [[0, 1]]]);
  for (const [name, Made, estimator, target, data] of [
    ["PsilonRegressor", psilon.PsilonRegressor, regressor, "value", rows],
    ["PsilonClassifier", psilon.PsilonClassifier, classifier, "kind", kinds],
  ] as const) {
    const fresh = { ...options, unseen: "error", onModel() {} };
    place(name, (given: never) => new Made(given), [fresh], 0);
    place(`${name}.setOptions`, (given: never) => new Made().setOptions(given), [fresh], 0);
    place(`${name}.fit`, (given: never, of: never) => new Made(options).fit(given, of), [data, target]);
    place(`${name}.predict`, (given: never) => estimator.predict(given), [data]);
    const estimates = { seed: 1, onProgress() {}, signal: stop };
    place(`${name}.scores`, estimator.scores.bind(estimator), [data, estimates], 1);
    const table = psilon.frameFrom(data);
    const { truth, predicted } = psilon.testTable(backend, estimator.model, table);
    place(
      `estimateScores of a ${name}`,
      psilon.estimateScores,
      [estimator.model, { truth, predicted }, estimates],
      2,
    );
    place(
      `estimateScores of a ${name}, its test`,
      (tested: never) => psilon.estimateScores(estimator.model, tested),
      [{ truth, predicted }],
      0,
    );
    place(`constantTestScores of a ${name}`, psilon.constantTestScores, [estimator.model, truth]);
    place(`${name}.score`, (given: never) => estimator.score(given), [data]);
    place(`${name}.load`, Made.load.bind(Made), [estimator.save(), "t"]);
  }
  place(
    "PsilonRegressor.predict, typed",
    (given: never) => regressor.predict(rows, given),
    [{ typed: false }],
    0,
  );
  place("PsilonRegressor.predictInterval", regressor.predictInterval.bind(regressor), [rows, 0.5]);
  place(
    "PsilonClassifier.predictProba",
    (data: never, given: never) => classifier.predictProba(data, given),
    [kinds, { typed: true }],
    1,
  );
});

/** How the call ends: with a sentence, a result, or what is a fault of ours. */
async function endOf({ call }: Call, values: readonly unknown[]): Promise<string> {
  try {
    await call(...(values as never[]));
    return "a result";
  } catch (error) {
    if (!(error instanceof InputError)) return `${(error as Error).stack}`;
    expect(error.message).toMatch(/^[A-Zλ"].*[.?]$/s);
    return "a sentence";
  }
}

const instead = (values: readonly unknown[], place: number, value: unknown) =>
  values.map((own, k) => (k === place ? value : own));

describe("A function that is called from plain JavaScript", () => {
  test("ends in a sentence or a result whatever stands for any of its arguments", async () => {
    const faults: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      for (const place of call.values.keys()) {
        // Without options, trainings take their time.
        const wrong =
          place === call.options
            ? garbage.filter(([what]) => !/^undefined|empty object/.test(what))
            : garbage;
        for (const [what, value] of wrong) {
          const end = await endOf(call, instead(call.values, place, value));
          if (end.includes("\n")) faults.push(`${name}, argument ${place + 1}: ${what}: ${end}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });

  test("and whatever stands for any of its options, of which it refuses those that there are not", async () => {
    const faults: string[] = [];
    for (const [name, call] of Object.entries(calls)) {
      if (call.options === undefined) continue;
      const given = call.values[call.options] as Record<string, unknown>;
      const withOption = (option: string, value: unknown) =>
        instead(call.values, call.options ?? 0, { ...given, [option]: value });
      for (const option of Object.keys(given)) {
        for (const [what, value] of garbage) {
          const end = await endOf(call, withOption(option, value));
          if (end.includes("\n")) faults.push(`${name}, option ${option}: ${what}: ${end}`);
        }
      }
      // Their options come along with others.
      if (/^(prepare|rowSplitter|evaluationSplits|holdoutRows|.*, its (test|part)$)/.test(name)) continue;
      if (!(await endOf(call, withOption("epoch", 3))).startsWith("a sentence"))
        faults.push(`${name}: there is no option "epoch"`);
    }
    expect(faults).toEqual([]);
  });

  test("works where nothing is wrong", async () => {
    for (const [name, call] of Object.entries(calls)) {
      if (name === "readParquet") continue;
      expect(`${name}: ${await endOf(call, call.values)}`).toBe(`${name}: a result`);
    }
  });
});
