import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { PsilonClassifier, PsilonRegressor } from "../../src/models/estimators.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedRows, mixedTable, quick, refusal } from "../support/synthetic.ts";

const options = { ...quick, epochs: 25 };
const deterministic = { provider: "wasm", relaxedSimd: false } as const;
const rows = mixedRows(160, 1);
const numeric = rows.map(({ length, weight, colour, wet, value }) => ({
  length,
  weight,
  colour,
  wet,
  value,
}));
const classes = rows.map(({ length, weight, colour, wet, kind }) => ({ length, weight, colour, wet, kind }));
const columns = Object.fromEntries(
  (["length", "weight", "colour", "wet", "value"] as const).map((name) => [
    name,
    numeric.map((row) => row[name]),
  ]),
);

describe("a regressor", () => {
  test("fits, predicts and scores rows, columns and tables alike", async () => {
    const fromRows = await new PsilonRegressor(options).fit(numeric, "value");
    const fromColumns = await new PsilonRegressor(options).fit(columns, "value");
    const fromTable = await new PsilonRegressor(options).fit(mixedTable(160, ["value"]), "value");
    const predicted = await fromRows.predict(numeric);
    expect(predicted).toHaveLength(160);
    expect(JSON.parse(JSON.stringify(predicted))).toEqual(predicted);
    expect(await fromRows.predict(numeric, { typed: true })).toEqual(Float64Array.from(predicted));
    expect(await fromColumns.predict(columns)).toEqual(predicted);
    expect(await fromTable.predict(mixedTable(160, []))).toEqual(predicted);
    const score = await fromRows.score(numeric);
    const mean = numeric.reduce((sum, { value }) => sum + value / 160, 0);
    const squares = (of: (i: number) => number) =>
      numeric.reduce((sum, { value }, i) => sum + (value - of(i)) ** 2, 0);
    expect(score).toBeCloseTo(1 - squares((i) => predicted[i]) / squares(() => mean), 8);
    expect(score).toBeGreaterThan(0.9);
  });

  test("predicts a row of several targets", async () => {
    const regressor = await new PsilonRegressor<number[]>(options).fit(
      rows.map(({ length, weight, value, other }) => ({ length, weight, value, other })),
      ["value", "other"],
    );
    const asked = [
      { length: 20, weight: 300 },
      { length: 24, weight: 250 },
    ];
    const predicted = await regressor.predict(asked);
    expect(predicted).toHaveLength(2);
    for (const [value, other] of predicted) {
      expect(value).toBeGreaterThan(900);
      expect(Math.abs(other)).toBeLessThan(20);
    }
    const backend = await createBackend(deterministic);
    const { values } = predictTable(backend, regressor.model, frameFrom(asked)) as { values: Float64Array };
    expect(predicted.flat()).toEqual([...values]);
    expect(JSON.parse(JSON.stringify(predicted))).toEqual(predicted);
    expect(await regressor.predict(asked, { typed: true })).toEqual(
      predicted.map((row) => Float64Array.from(row)),
    );
  });

  test("saves and loads, and predicts the same", async () => {
    const regressor = await new PsilonRegressor(options).fit(numeric, "value");
    const loaded = PsilonRegressor.load(regressor.save(), "saved.safetensors");
    const [a, b] = [await regressor.predict(numeric), await loaded.predict(numeric)];
    a.forEach((value, i) => {
      expect(b[i]).toBeCloseTo(value, 3);
    });
    expect(loaded.save()).toEqual(regressor.save());
    expect(await refusal(() => PsilonClassifier.load(regressor.save()))).toBe(
      "The model is for regression, but one for classification was expected.",
    );
    expect(await refusal(() => PsilonRegressor.load(new Uint8Array(3), "x.safetensors"))).toMatch(
      "x.safetensors",
    );
  });
});

describe("a classifier", () => {
  test("fits, predicts classes and probabilities, and scores accuracy", async () => {
    const classifier = await new PsilonClassifier(options).fit(classes, "kind");
    expect(classifier.classes).toEqual(["high", "low", "middle"]);
    const predicted = await classifier.predict(classes);
    const shares = await classifier.predictProba(classes);
    expect(shares).toHaveLength(160);
    expect(JSON.parse(JSON.stringify(shares))).toEqual(shares);
    expect(await classifier.predictProba(classes, { typed: true })).toEqual(
      shares.map((row) => Float64Array.from(row)),
    );
    predicted.forEach((name, i) => {
      const row = shares[i];
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(name).toBe(classifier.classes[row.indexOf(Math.max(...row))]);
    });
    const right = predicted.filter((name, i) => name === classes[i].kind).length / 160;
    expect(await classifier.score(classes)).toBeCloseTo(right, 12);
    expect(right).toBeGreaterThan(0.7);
    const loaded = PsilonClassifier.load(classifier.save());
    expect(await loaded.predict(classes)).toEqual(predicted);
  });

  test("takes numbers as classes, and a regressor text as nothing it can learn", async () => {
    const numbers = classes.map((row) => ({
      ...row,
      kind: row.kind === "low" ? 1 : row.kind === "middle" ? 2 : 3,
    }));
    const classifier = await new PsilonClassifier({ ...options, epochs: 2 }).fit(numbers, "kind");
    expect(classifier.classes).toEqual(["1", "2", "3"]);
    await refusal(() => new PsilonRegressor(options).fit(classes, "kind"));
  });

  test("scores the rows that have the target", async () => {
    const classifier = await new PsilonClassifier({ ...options, epochs: 3 }).fit(classes, "kind");
    const gaps = classes.map((row, i) => (i < 10 ? { ...row, kind: null } : row));
    expect(await classifier.score(gaps)).toBe(await classifier.score(classes.slice(10)));
  });
});

describe("an estimator", () => {
  test("has no model before it was fitted or loaded, and says so", async () => {
    for (const estimator of [new PsilonRegressor(), new PsilonClassifier()]) {
      const sentence = "There is no model yet: call fit or load first.";
      expect(await refusal(() => estimator.predict(numeric))).toBe(sentence);
      expect(await refusal(() => estimator.score(numeric))).toBe(sentence);
      expect(await refusal(() => estimator.save())).toBe(sentence);
      expect(await refusal(() => estimator.model)).toBe(sentence);
    }
  });

  test("predicts nothing of no rows", async () => {
    const regressor = await new PsilonRegressor({ ...options, epochs: 2 }).fit(numeric, "value");
    const classifier = await new PsilonClassifier({ ...options, epochs: 2 }).fit(classes, "kind");
    for (const none of [[], frameFrom([]), { length: [] }, mixedTable(0, [])]) {
      expect(await regressor.predict(none)).toEqual([]);
      expect(await classifier.predict(none)).toEqual([]);
      expect(await classifier.predictProba(none)).toEqual([]);
      expect(await classifier.predictProba(none, { typed: true })).toEqual([]);
    }
  });

  test("refuses categories that are new to it, or counts them as none, as the command line does", async () => {
    const fitted = await new PsilonClassifier({ ...options, epochs: 2 }).fit(classes, "kind");
    const asked = [{ ...classes[0], colour: "mauve" }];
    for (const estimator of [fitted, PsilonClassifier.load(fitted.save())]) {
      const sentence = /"mauve" in column "colour", a category that the model was not trained on/;
      expect(await refusal(() => estimator.predict(asked))).toMatch(sentence);
      expect(await refusal(() => estimator.predictProba(asked))).toMatch(sentence);
      expect(await refusal(() => estimator.score(asked))).toMatch(sentence);
      estimator.setOptions({ backend: "wasm", relaxedSimd: false, unseen: "zeros" });
      const backend = await createBackend(deterministic);
      const model = { ...fitted.model, encoder: { ...fitted.model.encoder, unseen: "zeros" as const } };
      const { probabilities } = predictTable(backend, model, frameFrom(asked)) as {
        probabilities: Float64Array;
      };
      expect((await estimator.predictProba(asked)).flat()).toEqual([...probabilities]);
      expect(await estimator.score(asked)).toBeLessThanOrEqual(1);
    }
    // It is no part of the model, whose file stays what it was.
    expect(fitted.save()).toEqual(
      (await new PsilonClassifier({ ...options, epochs: 2 }).fit(classes, "kind")).save(),
    );
  });

  test("tells the options that it was given, and takes others, which are checked at once", async () => {
    const estimator = new PsilonRegressor({ ...options, epochs: 2, seed: 3 });
    expect(estimator.getOptions()).toEqual({ ...options, epochs: 2, seed: 3 });
    expect(estimator.setOptions({ seed: 4, width: 8 })).toBe(estimator);
    expect(estimator.getOptions()).toEqual({ ...options, epochs: 2, seed: 4, width: 8 });
    for (const [wrong, sentence] of [
      [{ epoch: 3 }, 'There is no option "epoch"; did you mean "epochs"?'],
      [{ preset: 3 }, 'The preset is one of fast, balanced, best, paper, but "3" was given.'],
      [{ unseen: "ignore" }, 'The option "unseen" is the text "ignore", but "error" or "zeros" is needed.'],
      [{ rows: [1, 2] }, /^The option "rows" is a list, but an Int32Array of rows/],
      [3, "The argument of options is the number 3, but an object of names and values is needed."],
    ] as const) {
      const given = typeof wrong === "number" ? wrong : { width: 5, ...wrong };
      expect(await refusal(() => estimator.setOptions(given as never))).toMatch(sentence);
      expect(await refusal(() => new PsilonRegressor(wrong as never))).toMatch(sentence);
      expect(await refusal(() => new PsilonClassifier(wrong as never))).toMatch(sentence);
    }
    expect(estimator.getOptions()).toEqual({ ...options, epochs: 2, seed: 4, width: 8 });
    await estimator.fit(numeric, "value");
    expect(estimator.model.record).toMatchObject({ seed: 4, width: 8 });
    const again = await new PsilonRegressor(estimator.getOptions()).fit(numeric, "value");
    expect(again.save()).toEqual(estimator.save());
  });

  test("is loaded from whatever holds a file's bytes", async () => {
    const fitted = await new PsilonRegressor({ ...options, epochs: 2 }).fit(numeric, "value");
    const bytes = fitted.save();
    const padded = new Uint8Array(bytes.length + 24);
    padded.set(bytes, 16);
    const holders = [
      bytes,
      Buffer.from(bytes),
      bytes.slice().buffer,
      padded.subarray(16, 16 + bytes.length),
      new DataView(padded.buffer, 16, bytes.length),
    ];
    for (const holder of holders) expect(PsilonRegressor.load(holder).save()).toEqual(bytes);
    for (const none of ["model.safetensors", [...bytes], null, undefined, Promise.resolve(bytes)]) {
      expect(await refusal(() => PsilonRegressor.load(none as never))).toMatch(
        /^The model file is .*an ArrayBuffer, a Uint8Array or a Buffer of its bytes/,
      );
    }
    expect(await refusal(() => PsilonRegressor.load("m.st" as never))).toMatch(/; read the file first/);
    expect(await refusal(() => PsilonRegressor.load(Promise.resolve(bytes) as never))).toMatch(
      /; await it first\.$/,
    );
  });

  test("keeps its model when another fit fails", async () => {
    const regressor = await new PsilonRegressor({ ...options, epochs: 2 }).fit(numeric, "value");
    const before = regressor.save();
    await refusal(() => regressor.fit(numeric, "price"));
    expect(regressor.save()).toEqual(before);
  });

  test("refuses data that is none", async () => {
    for (const data of [null, undefined, 5, "rows", [1, 2], { x: 3 }]) {
      await refusal(() => new PsilonRegressor(options).fit(data as never, "y"));
    }
  });

  test("computes on the backend that its options name", async () => {
    const fitted = await new PsilonRegressor({ ...options, epochs: 3 }).fit(numeric, "value");
    expect(fitted.model.record.backend).toBe("WebAssembly SIMD");
    const backend = await createBackend(deterministic);
    const expected = predictTable(backend, fitted.model, mixedTable(160, []));
    expect(await fitted.predict(numeric, { typed: true })).toEqual(
      expected.task === "regression" && expected.values,
    );
  });
});

test("a row is predicted in a time that grows as its columns do: names are not looked through for every column", async () => {
  /** How often a name of the table is looked at while one row is predicted. */
  const looksAt = async (columns: number) => {
    const origin = { source: "wide", firstRow: 1 };
    let looks = 0;
    const table = (rows: number): Frame => ({
      origin,
      columns: Array.from({ length: columns + 1 }, (_, j) => ({
        kind: "numbers",
        origin,
        get name() {
          looks++;
          return j < columns ? `column ${j}` : "y";
        },
        values: Float64Array.from({ length: rows }, (_, i) => ((i + 1) * (j + 3)) % 13),
      })),
      rowCount: rows,
    });
    const regressor = await new PsilonRegressor({ ...quick, width: 2, epochs: 1 }).fit(
      table(columns + 5),
      "y",
    );
    looks = 0;
    await regressor.predict(table(1));
    return looks;
  };
  const [few, many] = [await looksAt(50), await looksAt(200)];
  expect(few).toBeGreaterThan(0);
  expect(many).toBeLessThan(5 * few);
});

test("what stood for a missing value in training does so in every table that the model reads later", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => ({
    age: i % 8 === 0 ? "-999" : String(20 + (i % 40)),
    y: i % 40,
  }));
  const frame = frameFrom(rows, { missing: ["-999"] });
  const regressor = await new PsilonRegressor(quick).fit(frame, "y");
  const loaded = PsilonRegressor.load(regressor.save());
  const [marked, empty, far] = await loaded.predict([{ age: -999 }, { age: null }, { age: -998 }]);
  expect(marked).toBe(empty);
  expect(far).not.toBe(empty);
});
