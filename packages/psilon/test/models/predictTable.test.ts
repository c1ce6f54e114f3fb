import { beforeAll, describe, expect, test } from "vitest";
import { rightRows } from "../../src/certify/accuracy.ts";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { likeliestLabels } from "../../src/fit/metrics/labels.ts";
import { partialDependence } from "../../src/models/partialDependence.ts";
import { predictTable, scoreTable, testTable, withOutputs } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { truthOf } from "../../src/preprocess/target.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { handMade, layers, number, numeric, classes as toldApart } from "../certify/handMade.ts";
import { allRows } from "../support/csv.ts";
import { forward } from "../support/forward.ts";
import { mixedTable, quick, refusal, renamed, rowOf, withCells } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 20 };
const features = mixedTable(60, []);
let backend: Backend;
let regression: TabularModel;
let classes: TabularModel;
let ensemble: TabularModel;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  regression = await trainModel(mixedTable(120, ["value", "other"]), ["value", "other"], options);
  classes = await trainModel(mixedTable(120, ["kind"]), "kind", { ...options, network: "resnet" });
  ensemble = await trainModel(mixedTable(120, ["value"]), "value", { ...options, preset: "best", epochs: 5 });
});

/** The outputs of the definition, in float64. */
function reference(model: TabularModel, table: Frame): number[] {
  const { inputs: coded, width: inputs } = encode(model.encoder, table, allRows(table));
  const values = writtenOut(coded);
  return Array.from({ length: table.rowCount }, (_, i) => {
    const row = values.subarray(i * inputs, (i + 1) * inputs);
    const outputs = model.members.map(({ network, inputs: kept }) =>
      forward(
        network,
        Array.from(kept, (j) => row[j]),
      ),
    );
    return outputs[0].map((_, k) => outputs.reduce((sum, of) => sum + of[k] / outputs.length, 0));
  }).flat();
}

describe("predictions", () => {
  test("of numbers are the networks' mean output in the targets' units, row by row", () => {
    for (const model of [regression, ensemble]) {
      const found = predictTable(backend, model, features);
      if (found.task !== "regression" || model.target.task !== "regression") throw new Error("regression");
      const { names, centers, scales } = model.target;
      expect(found.targets).toEqual(names);
      expect(found.values).toHaveLength(60 * names.length);
      reference(model, features).forEach((output, i) => {
        const [center, scale] = [centers[i % names.length], scales[i % names.length]];
        expect(Math.abs(found.values[i] - (center + scale * output)) / scale).toBeLessThan(1e-5);
      });
      expect(found.notes).toEqual([]);
    }
  });

  test("of classes are probabilities that sum to 1, and the likeliest class", () => {
    const found = predictTable(backend, classes, features);
    if (found.task !== "classification") throw new Error("expected classes");
    expect(found.classes).toEqual(["high", "low", "middle"]);
    for (let i = 0; i < 60; i++) {
      const shares = found.probabilities.subarray(3 * i, 3 * i + 3);
      expect(shares[0] + shares[1] + shares[2]).toBeCloseTo(1, 12);
      expect(shares.every((share) => share >= 0)).toBe(true);
    }
    expect(found.labels).toEqual(likeliestLabels(found.probabilities, 3));
    expect(new Set(found.labels).size).toBe(3);
  });

  test("of some rows, in any order, are those rows' predictions", () => {
    const all = predictTable(backend, ensemble, features);
    const some = predictTable(backend, ensemble, features, Int32Array.of(7, 3, 7));
    if (all.task !== "regression" || some.task !== "regression") throw new Error("regression");
    [7, 3, 7].forEach((row, i) => {
      expect(some.values[i]).toBeCloseTo(all.values[row], 6);
    });
    expect(predictTable(backend, ensemble, features, new Int32Array())).toMatchObject({
      values: new Float64Array(),
    });
  });

  test("take columns in any order and ignore others, the target among them", () => {
    const [target] = mixedTable(60, ["value"]).columns.slice(-1);
    const reversed: Frame = { ...features, columns: [...[...features.columns].reverse(), target] };
    expect(predictTable(backend, ensemble, reversed)).toEqual(predictTable(backend, ensemble, features));
  });

  test("keep nothing in the arena, even when they fail", () => {
    const used = backend.arena.used;
    predictTable(backend, ensemble, features);
    expect(() => withOutputs(backend, ensemble, (outputs) => outputs(new Float32Array(1)))).toThrow();
    expect(backend.arena.used).toBe(used);
  });
});

describe("a table that is not like the training rows", () => {
  test("gets a note for every column with new categories or unexpected gaps", () => {
    const strange = withCells(features, (cell, row, name) =>
      name === "colour" && row < 2 ? "violet" : name === "length" && row === 5 ? null : cell,
    );
    const { notes } = predictTable(backend, regression, strange);
    expect(notes).toEqual([
      'Column "colour" has 2 values that no training row had; each counts as none of the known categories.',
      'Column "length" has 1 missing cell although it had none in training; the mean takes their place.',
    ]);
  });

  test("gets a note that says, for each kind of column, what stands for the missing cells", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ x: i, even: i % 2 === 0, c: "pqr"[i % 3], y: i }));
    const model = await trainModel(frameFrom(rows), "y", { ...options, epochs: 1 });
    const gaps = frameFrom([{ x: null, even: null, c: null }]);
    const note = (name: string) => `Column "${name}" has 1 missing cell although it had none in training; `;
    expect(predictTable(backend, model, gaps).notes).toEqual([
      `${note("x")}the mean takes their place.`,
      `${note("even")}each counts as half way between false and true.`,
      `${note("c")}each counts as none of the known categories.`,
    ]);
  });

  test("that lacks a column is refused by name", async () => {
    const [, ...others] = features.columns.map(({ name }) => name);
    const lacking = renamed({ ...features, columns: features.columns.slice(1) }, [
      "Weight",
      ...others.slice(1),
    ]);
    expect(await refusal(() => predictTable(backend, regression, lacking))).toMatch(
      'needs the columns "length", "weight"',
    );
    const misspelt = renamed(features, ["lenght", ...others]);
    expect(await refusal(() => predictTable(backend, regression, misspelt))).toMatch(
      'did you mean "lenght"?',
    );
  });

  test("with text in a numeric column is refused by row and column", async () => {
    const spoiled = withCells(features, (cell, row, name) =>
      name === "length" && row === 4 ? "long" : cell,
    );
    expect(await refusal(() => predictTable(backend, regression, spoiled))).toMatch('row 5 has "long"');
  });

  test("with a row that overflows float32 is refused by row, whatever is predicted", async () => {
    const steep = layers([[[1e30]], [0]], [[[1]], [0]]);
    const steepToThree = layers(
      [[[1e30]], [0]],
      [
        [[1], [-1], [0]],
        [0, 0, 0],
      ],
    );
    const table = frameFrom({ x: [1, 2, 1e9, 3] });
    for (const model of [
      handMade(steep, [numeric("x")], number()),
      handMade(steep, [numeric("x")], toldApart("a", "b")),
      handMade(steepToThree, [numeric("x")], toldApart("a", "b", "c")),
    ]) {
      expect(await refusal(() => predictTable(backend, model, table))).toMatch(
        /^Row 3 of the given columns has no prediction: .* 3\.4e38, .*; check/,
      );
      expect(await refusal(() => predictTable(backend, model, table, Int32Array.of(3, 2)))).toMatch("Row 3 ");
      expect(predictTable(backend, model, table, Int32Array.of(0, 1, 3)).notes).toEqual([]);
    }
  });
});

describe("scores", () => {
  test("are those of the predictions, on the rows that have the target", () => {
    const table = withCells(mixedTable(60, ["kind"], 9), (cell, row, name) =>
      name === "kind" && row < 10 ? null : cell,
    );
    const rows = allRows(table).filter((row) => row >= 10);
    const found = predictTable(backend, classes, table, rows);
    if (found.task !== "classification") throw new Error("expected classes");
    const right = rows.filter((row, i) => found.classes[found.labels[i]] === rowOf(table, row).kind).length;
    const scores = scoreTable(backend, classes, table);
    expect("accuracy" in scores && scores.accuracy).toBeCloseTo(right / 50, 12);
    expect(scoreTable(backend, classes, table, rows)).toEqual(scores);
    const tested = testTable(backend, classes, table, rows);
    expect(tested).toEqual({
      scores: expect.objectContaining({ metrics: expect.objectContaining(scores) }),
      truth: truthOf(classes.target, table, rows),
      predicted: predictTable(backend, classes, table, rows),
    });
    expect(testTable(backend, classes, table)).toEqual(tested);
  });

  test("need a target, in rows named as well as in any row at all", async () => {
    const table = withCells(mixedTable(20, ["kind"]), (cell, row, name) =>
      name === "kind" && row === 0 ? null : cell,
    );
    expect(await refusal(() => scoreTable(backend, classes, table, Int32Array.of(0)))).toMatch(
      'Row 1 of the given rows has no value in the target column "kind"',
    );
    const empty = withCells(table, (cell, _, name) => (name === "kind" ? null : cell));
    expect(await refusal(() => scoreTable(backend, classes, empty))).toMatch("there is nothing to score");
    const unknown = withCells(table, (cell, _, name) => (name === "kind" ? "huge" : cell));
    expect(await refusal(() => scoreTable(backend, classes, unknown))).toMatch('the class "huge"');
    await refusal(() => scoreTable(backend, classes, features));
  });
});

test("a pruned model that uses few inputs predicts from whole tables", async () => {
  const noise = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const table = frameFrom({
    unused: noise,
    used: Array.from({ length: 200 }, (_, i) => Math.cos(3 * i)),
    other: noise.map((value) => -value * value),
    y: Array.from({ length: 200 }, (_, i) => 5 * Math.cos(3 * i)),
  });
  const model = await trainModel(table, "y", { ...quick, depth: 1, prune: 0.7, lambda: 1e-2, epochs: 100 });
  const [{ inputs, network }] = model.members;
  expect(inputs.length).toBeLessThan(encodedInputs(model.encoder).length);
  expect(inputs).toContain(1);
  expect(network.layers[0].columns).toBe(inputs.length);
  const found = predictTable(backend, model, table);
  if (found.task !== "regression" || model.target.task !== "regression") throw new Error("regression");
  const { centers, scales } = model.target;
  reference(model, table).forEach((output, i) => {
    expect(found.values[i]).toBeCloseTo(centers[0] + scales[0] * output, 4);
  });
  const scores = scoreTable(backend, model, table);
  expect("r2" in scores && scores.r2).toBeGreaterThan(0.8);
});

test("Rows that the table does not have are refused, whatever is asked of them", async () => {
  const model = await trainModel(mixedTable(60, ["value"]), "value", { ...options, epochs: 2 });
  const labelled = mixedTable(60, ["value"]);
  for (const row of [-1, 60]) {
    const rows = Int32Array.of(0, row);
    const asks: (() => unknown)[] = [
      () => predictTable(backend, model, labelled, rows),
      () => scoreTable(backend, model, labelled, rows),
      () => testTable(backend, model, labelled, rows),
      () => rightRows(backend, model, labelled, rows, 1),
      () => certifyTable(backend, model, labelled, { rows, moves: { radius: 0.1 }, tolerance: 1 }),
      () => certifiedRadii(model, labelled, { rows, tolerance: 1 }),
      () => partialDependence(backend, model, labelled, "length", { rows }),
    ];
    for (const ask of asks) {
      expect(await refusal(ask)).toMatch(
        new RegExp(`^Row ${row} was named to [a-z ]+, but the rows of .* are numbered from 0 to 59\\.$`),
      );
    }
  }
});
