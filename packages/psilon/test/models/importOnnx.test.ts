import { beforeAll, describe, expect, test } from "vitest";
import { certifyTable } from "../../src/certify/index.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { OnnxModel } from "../../src/formats/onnx/model.ts";
import { writeOnnx } from "../../src/formats/onnx/writeOnnx.ts";
import { type ImportOptions, importOnnx } from "../../src/models/importOnnx.ts";
import {
  inspectModel,
  loadModel,
  predictTable,
  pruneModel,
  saveModel,
  type TabularModel,
  testTable,
} from "../../src/models/index.ts";
import { type Frame, frameFrom } from "../../src/tables/index.ts";
import { interpret } from "../support/onnxInterpreter.ts";
import { linearOnnx, modelOf, node, tensor } from "../support/onnxModels.ts";

const random = createRandom(21);
const some = (name: string, ...dims: number[]) => tensor(name, dims, () => 2 * random.next() - 1);

/** Three inputs, of which all are scaled first, and so many outputs. */
const scaled = (outputs: number, ...last: readonly ReturnType<typeof node>[]): OnnxModel =>
  modelOf(
    { x: ["rows", 3] },
    [
      node("Sub", ["x", "mean"], "s"),
      node("Div", ["s", "std"], "z"),
      node("Gemm", ["z", "w", "b"], "h"),
      node("LeakyRelu", ["h"], "r", { alpha: 0.125 }),
      node("Gemm", ["r", "v"], "y"),
      ...last,
    ],
    [
      tensor("mean", [3], (i) => [40, 1000, -0.5][i]),
      tensor("std", [3], (i) => [12.5, 300, 0.25][i]),
      some("w", 3, 6),
      some("b", 6),
      some("v", 6, outputs),
    ],
  );

const rows = Array.from({ length: 80 }, () => ({
  age: Math.round(80 * random.next()),
  income: 1000 * random.next(),
  ratio: -random.next(),
}));
const frame = frameFrom(rows);
const inputs = rows.map(({ age, income, ratio }) => [age, income, ratio]);

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const imported = (model: OnnxModel, options: ImportOptions = {}) =>
  importOnnx(writeOnnx(model), { source: "models/net.onnx", ...options });

function numbers(model: TabularModel, of: Frame): number[] {
  const predicted = predictTable(backend, model, of);
  return Array.from(predicted.task === "regression" ? predicted.values : predicted.probabilities);
}

function r2(model: TabularModel, of: Frame): number {
  const { scores } = testTable(backend, model, of);
  return scores.task === "regression" ? (scores.metrics.r2 ?? 0) : 0;
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i])).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i])));
  });
}

const named = ["age", "income", "ratio"];

describe("An imported network", () => {
  test("predicts a table as the graph does, from columns in any order, and its file the same to the last bit", () => {
    const onnx = scaled(2);
    const model = imported(onnx, { columns: named, target: ["low", "high"] });
    const found = numbers(model, frame);
    expectClose(
      found,
      inputs.flatMap((row) => interpret(onnx, row)),
    );
    const turned = frameFrom(rows.map(({ age, income, ratio }) => ({ ratio, age, other: "x", income })));
    expect(numbers(model, turned)).toEqual(found);
    const bytes = saveModel(model);
    const loaded = loadModel(bytes);
    expect(loaded).toEqual(model);
    expect(numbers(loaded, frame)).toEqual(found);
    expect(saveModel(imported(onnx, { columns: named, target: ["low", "high"] }))).toEqual(bytes);
  });

  test("says where it came from and nothing of a training, and has the bounds of its weights", () => {
    const { record, encoder } = imported(
      { ...scaled(1), producer: "pytorch", producerVersion: "1.13" },
      { columns: named },
    );
    expect(record.imported).toEqual({ file: "net.onnx", producer: "pytorch 1.13" });
    expect(record).toMatchObject({ rows: 0, epochs: 0, validation: null, pruning: null, lambdaGrid: [] });
    expect(record).not.toHaveProperty("history");
    expect(record.bounds[0].value).toBeGreaterThan(0);
    encoder.columns.forEach((column, j) => {
      expect(column).toMatchObject({ kind: "numeric", name: named[j] });
      if (column.kind === "numeric") expect(column.std).toBeCloseTo([12.5, 300, 0.25][j], 6);
    });
  });

  test("is called as the graph calls it, where nothing else is said", () => {
    const of = (model: OnnxModel) => {
      const { encoder, target } = imported(model);
      return [
        encoder.columns.map(({ name }) => name),
        target.task === "regression" ? target.names : target.name,
      ];
    };
    expect(of(scaled(1))).toEqual([["x1", "x2", "x3"], ["y"]]);
    expect(of(scaled(2))).toEqual([
      ["x1", "x2", "x3"],
      ["y_1", "y_2"],
    ]);
    const apart = modelOf(
      { age: ["rows", 1], income: ["rows", 1] },
      [node("Concat", ["age", "income"], "x", { axis: 1 }), node("Gemm", ["x", "w"], "y")],
      [some("w", 2, 1)],
    );
    expect(of(apart)).toEqual([["age", "income"], ["y"]]);
  });

  test("tells classes apart where it ends in Softmax, where they are named, and where a table's target is of texts", () => {
    const softmax = scaled(3, node("Softmax", ["y"], "p"));
    const classes = ["a", "b", "c"];
    const wanted = inputs.flatMap((row) => interpret(softmax, row));
    const model = imported(softmax, { columns: named, target: "kind", classes });
    expect(model.target).toMatchObject({ task: "classification", name: "kind", classes });
    expectClose(numbers(model, frame), wanted);
    expect(imported(softmax).target).toMatchObject({ classes: ["0", "1", "2"], name: "p" });
    const plain = { ...softmax, graph: { ...softmax.graph, nodes: softmax.graph.nodes.slice(0, -1) } };
    const logits = { ...plain, graph: { ...plain.graph, outputs: [{ name: "y", type: null, shape: null }] } };
    expectClose(numbers(imported(logits, { columns: named, classes }), frame), wanted);
    const like = frameFrom(rows.map((row, i) => ({ kind: classes[i % 3], ...row })));
    const alike = imported(logits, { like, target: "kind" });
    expect(alike.target).toMatchObject({ task: "classification", name: "kind", classes });
    expectClose(numbers(alike, frame), wanted);
  });

  test("of two classes has one logit, of two numbers or of one", () => {
    const softmax = scaled(2, node("Softmax", ["y"], "p"));
    const two = imported(softmax, { columns: named, classes: ["no", "yes"] });
    expect(two.members[0].network.layers.at(-1)?.rows).toBe(1);
    expectClose(
      numbers(two, frame),
      inputs.flatMap((row) => interpret(softmax, row)),
    );
    const sigmoid = scaled(1, node("Sigmoid", ["y"], "p"));
    const one = imported(sigmoid, { columns: named, classes: ["no", "yes"] });
    expectClose(
      numbers(one, frame),
      inputs.flatMap((row) => {
        const [p] = interpret(sigmoid, row);
        return [1 - p, p];
      }),
    );
  });

  test("takes its columns from a table, standardizes what the graph does not, and learns the target's scale", () => {
    const onnx = modelOf(
      { x: ["rows", 3] },
      [node("Gemm", ["x", "w", "b"], "h"), node("Relu", ["h"], "r"), node("Gemm", ["r", "v"], "y")],
      [some("w", 3, 6), some("b", 6), some("v", 6, 1)],
    );
    const like = frameFrom(
      rows.map((row, i) => ({ name: `n${i}`, price: interpret(onnx, inputs[i])[0] + (i % 7), ...row })),
    );
    const model = imported(onnx, { like, target: "price" });
    expectClose(
      numbers(model, frame),
      inputs.flatMap((row) => interpret(onnx, row)),
    );
    expect(model.schema.columns.map(({ name, role }) => [name, role])).toEqual([
      ["name", "ignored"],
      ["price", "target"],
      ...named.map((name) => [name, "feature"]),
    ]);
    const [age] = model.encoder.columns;
    expect(age.kind === "numeric" && age.mean).toBeCloseTo(
      rows.reduce((sum, row) => sum + row.age, 0) / 80,
      9,
    );
    expect(model.target).toMatchObject({ task: "regression", names: ["price"] });
    if (model.target.task === "regression") expect(model.target.scales[0]).not.toBe(1);
    const { columns } = inspectModel(model);
    for (const { withinRange } of columns) expect(withinRange).toBeGreaterThan(0);
  });

  test("knows truths as 0 and 1, and categories as 1 in an input of their own", () => {
    const onnx = modelOf(
      { x: ["rows", 4] },
      [node("Gemm", ["x", "w"], "h"), node("Relu", ["h"], "r"), node("Gemm", ["r", "v"], "y")],
      [some("w", 4, 6), some("v", 6, 1)],
    );
    const model = imported(onnx, {
      columns: [
        { name: "smoker", kind: "boolean" },
        { name: "size", kind: "categorical", categories: ["S", "M"] },
        { name: "age", kind: "numeric" },
      ],
    });
    const table = [
      { smoker: true, size: "M", age: 3.5 },
      { smoker: false, size: "S", age: -1 },
    ];
    expectClose(
      numbers(model, frameFrom(table)),
      [
        [1, 0, 1, 3.5],
        [0, 1, 0, -1],
      ].flatMap((row) => interpret(onnx, row)),
    );
    expect(loadModel(saveModel(model))).toEqual(model);
  });

  test("knows categories as cells name them", () => {
    const columns = [{ name: "size", kind: "categorical", categories: ["1.0", " M"] } as const];
    const model = imported(linearOnnx, { columns });
    const cells = frameFrom([{ size: "1.0" }, { size: "M " }], { asText: new Set(["size"]) });
    expectClose(numbers(model, cells), [3, -2]);
  });

  test("promises no more than its weights do, of columns of which no range is known", () => {
    const { columns } = inspectModel(loadModel(saveModel(imported(linearOnnx))));
    expect(
      columns.map(({ column, perUnit, withinRange, total, monotone }) => [
        column,
        perUnit,
        withinRange,
        total,
        monotone,
      ]),
    ).toEqual([
      ["x2", expect.closeTo(3, 6), null, null, "non-increasing"],
      ["x1", expect.closeTo(2, 6), null, null, "non-decreasing"],
    ]);
  });

  test("is certified as others are", async () => {
    const model = imported(linearOnnx);
    const table = frameFrom([{ x1: 0.5, x2: 0.25 }]);
    const certify = (tolerance: number) =>
      certifyTable(backend, model, table, {
        moves: { radius: 0, move: { x1: { by: 1 } }, fixed: [] },
        tolerance,
      });
    const [held, refuted] = [await certify(2.01), await certify(1.99)];
    expect(held.map(({ verdict }) => verdict)).toEqual(["certified"]);
    expect(refuted.map(({ verdict }) => verdict)).toEqual(["refuted"]);
  });

  test("is pruned further on rows of a table, and stays what it is", async () => {
    const onnx = scaled(1);
    const labelled = frameFrom(rows.map((row, i) => ({ ...row, y: interpret(onnx, inputs[i])[0] })));
    const model = imported(onnx, { like: labelled, target: "y" });
    expect(r2(model, labelled)).toBeGreaterThan(0.9999);
    const pruned = await pruneModel(model, labelled, 0.3, { backend: "wasm", relaxedSimd: false, epochs: 5 });
    expect(pruned.record.sparsity).toBeGreaterThan(0.28);
    expect(pruned.record).toMatchObject({ imported: model.record.imported, rows: 80 });
    expect(loadModel(saveModel(pruned))).toMatchObject({ record: { imported: { file: "net.onnx" } } });
    expect(r2(pruned, labelled)).toBeGreaterThan(0.5);
  });
});

describe("An import is refused in a sentence", () => {
  const three = scaled(3, node("Softmax", ["y"], "p"));
  const refused: Readonly<Record<string, readonly [options: ImportOptions, sentence: string]>> = {
    "of other than its columns": [
      { columns: ["a", "b"] },
      "The network in net.onnx takes 3 inputs, but the columns given become 2; name one column for each input, or a category for those of its own.",
    ],
    "like a table of other columns": [
      { like: frameFrom([{ a: 1, b: "x", p: 1 }]) },
      "The network in net.onnx takes 3 inputs, but the given rows has 2 columns of numbers; give a table of the columns that it was trained on and name its target, or list the columns.",
    ],
    "with a table and columns": [
      { like: frame, columns: named },
      "Both columns and a table like that of the network were given, and each says what its inputs are; give only one of them.",
    ],
    "of other classes": [
      { classes: ["a", "b"] },
      "The network in net.onnx tells 3 classes apart, but 2 are named: a, b.",
    ],
    "of several targets of classes": [
      { target: ["a", "b"] },
      "The network in net.onnx predicts one target of classes, but 2 were named.",
    ],
    "of columns that are called alike": [
      { columns: ["p", "a", "b"] },
      'Two columns of the network in net.onnx would be called "p"; name its columns and its target yourself.',
    ],
    "of categories that cells cannot tell apart": [
      { columns: [{ name: "size", kind: "categorical", categories: ["1", "1.0"] }, "a"] },
      'The categories of "size" name "1" twice; name it once.',
    ],
    "of categories that stand for a missing value": [
      { columns: [{ name: "size", kind: "categorical", categories: ["NA", "b"] }, "a"] },
      'The categories of "size" name "NA", which stands for a missing value; leave it out.',
    ],
    "of columns that are none": [
      { columns: [] },
      'The option "columns" is a list, but a list of columns is needed.',
    ],
    "of a column that is a number": [
      { columns: ["a", 3] as never },
      'Column 2 of those given is neither a name nor an object with one; write as in ["age", {',
    ],
    "of a column without a name": [
      { columns: ["a", { kind: "boolean" }] as never },
      "Column 2 of those given has no name",
    ],
    "of a column with a part that there is not": [
      { columns: [{ name: "a", levels: ["b"] }] as never },
      'Column 1 of those given, "a", has the part "levels", which there is not',
    ],
    "of a column of an unknown kind": [
      { columns: [{ name: "a", kind: "nummer" }] as never },
      'Column 1 of those given, "a", is of the kind "nummer", where numeric, boolean or categorical is expected',
    ],
    "of a number with categories": [
      { columns: [{ name: "a", categories: ["b"] }] as never },
      'Column 1 of those given, "a", has categories, but is not said to be categorical',
    ],
    "of a category without categories": [
      { columns: ["a", { name: "b", kind: "categorical", categories: [] }] },
      'Column 2 of those given, "b", is categorical, and so names its categories in the order of their inputs',
    ],
  };

  test.for(Object.entries(refused))("%s", ([, [options, sentence]]) => {
    expect(() => importOnnx(writeOnnx(three), { source: "net.onnx", ...options })).toThrow(sentence);
  });

  test("of other than its targets", () => {
    expect(() => imported(scaled(2), { target: "y" })).toThrow(
      "The network in models/net.onnx predicts 2 numbers, but one target was named.",
    );
  });
});
