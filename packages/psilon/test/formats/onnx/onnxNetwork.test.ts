import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from "../../../src/formats/onnx/model.ts";
import { onnxNetwork } from "../../../src/formats/onnx/onnxNetwork.ts";
import { writeOnnx } from "../../../src/formats/onnx/writeOnnx.ts";
import { interpret } from "../../support/onnxInterpreter.ts";
import { modelOf, node, tensor, wholes } from "../../support/onnxModels.ts";

const random: Random = createRandom(14);
const some = (name: string, ...dims: number[]) => tensor(name, dims, () => 2 * random.next() - 1);

interface Case {
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly opset?: number;
}

const x = { x: ["rows", 4] };

/** Graphs in which each operator stands as exporters write it, and in its other forms. */
const cases: Readonly<Record<string, Case>> = {
  "Gemm, its factors transposed and weighed": {
    inputs: x,
    nodes: [
      node("Gemm", ["x", "w", "b"], "h", { transB: 1, alpha: 0.5, beta: 1.5 }),
      node("Relu", ["h"], "r"),
      node("Transpose", ["r"], "t"),
      node("Gemm", ["t", "v"], "y", { transA: 1 }),
    ],
    constants: [some("w", 3, 4), some("b", 3), some("v", 3, 2)],
  },
  "MatMul with the weight on either side": {
    inputs: { x: [4, 1] },
    nodes: [
      node("MatMul", ["w", "x"], "h"),
      node("Add", ["h", "b"], "a"),
      node("Relu", ["a"], "r"),
      node("Reshape", ["r", "row"], "t"),
      node("MatMul", ["t", "v"], "y"),
    ],
    constants: [some("w", 3, 4), some("b", 3, 1), some("v", 3, 2), wholes("row", 1, -1)],
  },
  "MatMul of one axis": {
    inputs: { x: [4] },
    nodes: [node("MatMul", ["w", "x"], "h"), node("Relu", ["h"], "r"), node("MatMul", ["r", "v"], "y")],
    constants: [some("w", 3, 4), some("v", 3, 2)],
  },
  "Add, Sub, Mul and Div, stretched": {
    inputs: x,
    nodes: [
      node("Sub", ["x", "mean"], "s"),
      node("Div", ["s", "std"], "d"),
      node("MatMul", ["d", "w"], "h"),
      node("Sub", ["one", "h"], "from"),
      node("Mul", ["two", "from"], "twice"),
      node("Relu", ["twice"], "r"),
      node("Add", ["r", "h"], "y"),
    ],
    constants: [
      some("mean", 1, 4),
      tensor("std", [4], (i) => 0.5 + i),
      some("w", 4, 3),
      tensor("one", [], () => 1),
      tensor("two", [1], () => 2),
    ],
  },
  "LeakyRelu and Clip with one end, two ends, and none": {
    inputs: x,
    nodes: [
      node("Gemm", ["x", "w", "b"], "h"),
      node("LeakyRelu", ["h"], "leaky", { alpha: 0.2 }),
      node("Clip", ["leaky", "low", "high"], "both"),
      node("Clip", ["h", "", "high"], "below"),
      node("Clip", ["h", "low"], "above"),
      node("Clip", ["h"], "all"),
      node("Concat", ["both", "below", "above", "all"], "c", { axis: 1 }),
      node("Gemm", ["c", "v"], "y"),
    ],
    constants: [
      some("w", 4, 5),
      some("b", 5),
      tensor("low", [], () => -0.25),
      tensor("high", [], () => 0.5),
      some("v", 20, 2),
    ],
  },
  "Clip as it was, with attributes": {
    inputs: x,
    nodes: [
      node("Gemm", ["x", "w"], "h"),
      node("Clip", ["h"], "c", { min: -0.5, max: 0.25 }),
      node("Gemm", ["c", "v"], "y"),
    ],
    constants: [some("w", 4, 5), some("v", 5, 2)],
    opset: 7,
  },
  "Flatten, Reshape, Transpose, Squeeze, Unsqueeze, Identity, Dropout and Cast": {
    inputs: { x: ["rows", 2, 3] },
    nodes: [
      node("Identity", ["x"], "i"),
      node("Transpose", ["i"], "t", { perm: [0, 2, 1] }),
      node("Flatten", ["t"], "f"),
      node("Cast", ["f"], "double", { to: 11 }),
      node("Cast", ["double"], "single", { to: 1 }),
      node("Gemm", ["single", "w"], "h"),
      node("Unsqueeze", ["h", "second"], "u"),
      node("Squeeze", ["u", "second"], "s"),
      node("Dropout", ["s"], "d"),
      node("Relu", ["d"], "r"),
      node("Reshape", ["r", "shape"], "p"),
      node("Flatten", ["p"], "q"),
      node("Gemm", ["q", "v"], "y"),
    ],
    constants: [some("w", 6, 4), some("v", 4, 2), wholes("second", 1), wholes("shape", 0, 2, -1)],
  },
  "Squeeze and Unsqueeze as they were, with attributes": {
    inputs: x,
    nodes: [
      node("Unsqueeze", ["x"], "u", { axes: [1] }),
      node("Squeeze", ["u"], "s", { axes: [1] }),
      node("Gemm", ["s", "w"], "h"),
      node("Relu", ["h"], "y"),
    ],
    constants: [some("w", 4, 2)],
    opset: 11,
  },
  "Concat of several inputs, along either axis": {
    inputs: { a: ["rows", 1], b: ["rows", 1], c: ["rows", 2] },
    nodes: [
      node("Concat", ["a", "b", "c"], "x", { axis: 1 }),
      node("Gemm", ["x", "w"], "h"),
      node("Relu", ["h"], "r"),
      node("Concat", ["r", "h"], "rows", { axis: 0 }),
      node("Transpose", ["rows"], "t"),
      node("Flatten", ["t"], "f", { axis: 0 }),
      node("Gemm", ["f", "v"], "y"),
    ],
    constants: [some("w", 4, 3), some("v", 6, 2)],
  },
  "Constant, BatchNormalization and Scaler": {
    inputs: x,
    nodes: [
      node("ai.onnx.ml:Scaler", ["x"], "z", { offset: [0.5, 1.5, -2.5, 0.1], scale: [2.5, 0.5, 1.5, 0.1] }),
      node("Gemm", ["z", "w"], "h"),
      node("BatchNormalization", ["h", "scale", "shift", "mean", "variance"], "n", { epsilon: 0.125 }),
      node("Relu", ["n"], "r"),
      {
        ...node("Constant", [], "v"),
        attributes: [{ name: "value", kind: "tensor", value: some("", 3, 2) }],
      },
      node("MatMul", ["r", "v"], "y"),
    ],
    constants: [
      some("w", 4, 3),
      some("scale", 3),
      some("shift", 3),
      some("mean", 3),
      tensor("variance", [3], (i) => 0.25 + i),
    ],
  },
  "sums that skip activations, the inputs' own among them": {
    inputs: x,
    nodes: [
      node("Gemm", ["x", "w"], "h"),
      node("Relu", ["h"], "r"),
      node("Gemm", ["r", "v"], "g"),
      node("Add", ["g", "x"], "sum"),
      node("Relu", ["sum"], "s"),
      node("Gemm", ["s", "v4"], "t"),
      node("Relu", ["t"], "u"),
      node("Add", ["u", "r5"], "late"),
      node("Add", ["late", "x"], "y"),
    ],
    constants: [some("w", 4, 5), some("v", 5, 4), some("v4", 4, 4), some("r5", 1, 4)],
  },
  "a network without activations": {
    inputs: x,
    nodes: [node("Gemm", ["x", "w"], "h"), node("Gemm", ["h", "v"], "y")],
    constants: [some("w", 4, 3), some("v", 3, 2)],
  },
};

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const networkOf = (model: OnnxModel) => onnxNetwork(model, writeOnnx(model).length, "net.onnx");

/** The network's answers for rows, with each input scaled as the graph says. */
function answers(model: OnnxModel, rows: readonly (readonly number[])[], asLogits = false): number[][] {
  const network = networkOf(model);
  const inputs = {
    centers: network.scaling.map((one) => one?.center ?? 0),
    scales: network.scaling.map((one) => one?.scale ?? 1),
  };
  const plain = { centers: Array(network.outputs).fill(0), scales: Array(network.outputs).fill(1) };
  const predictor = createPredictor(backend, network.fold(inputs, asLogits ? null : plain));
  return rows.map((row) => {
    const z = Float32Array.from(row, (v, j) => (v - inputs.centers[j]) / inputs.scales[j]);
    return [...predictor.predict(z)];
  });
}

const rowsOf = (count: number, width: number) =>
  Array.from({ length: count }, () =>
    Array.from({ length: width }, () => Math.fround(4 * random.next() - 2)),
  );

describe("A network of an ONNX graph", () => {
  test.for(Object.entries(cases))(
    "computes what the graph does: %s",
    ([, { inputs, nodes, constants, opset }]) => {
      const model = modelOf(inputs, nodes, constants, opset);
      const width = networkOf(model).inputs.reduce((sum, { size }) => sum + size, 0);
      const rows = rowsOf(50, width);
      answers(model, rows).forEach((ours, r) => {
        const theirs = interpret(model, rows[r]);
        expect(ours).toHaveLength(theirs.length);
        theirs.forEach((value, k) => {
          expect(Math.abs(ours[k] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      });
    },
  );

  test("has layers as wide as its activations, and what skips them passes as it is or in two halves", () => {
    const { inputs, nodes, constants } = cases["sums that skip activations, the inputs' own among them"];
    const network = networkOf(modelOf(inputs, nodes, constants));
    const none = { centers: [0, 0, 0, 0], scales: [1, 1, 1, 1] };
    const { layers } = network.fold(none, none);
    expect(layers.map(({ rows }) => rows)).toEqual([5 + 2 * 4, 4 + 2 * 4, 4 + 2 * 4, 4]);
  });

  test("says how it scales each input first, and loses nothing of it", () => {
    const means = [1e6, -3, 0.1, 0];
    const stds = [1e-3, 2, 7, 1];
    const model = modelOf(
      x,
      [node("Sub", ["x", "mean"], "s"), node("Div", ["s", "std"], "z"), node("Gemm", ["z", "w"], "y")],
      [
        { name: "mean", dims: [4], type: "double", data: Float64Array.from(means) },
        { name: "std", dims: [4], type: "double", data: Float64Array.from(stds) },
        some("w", 4, 2),
      ],
    );
    const { scaling, fold } = networkOf(model);
    expect(scaling[3]).toBeNull();
    scaling.slice(0, 3).forEach((found, j) => {
      expect(Math.abs(found!.center - means[j])).toBeLessThan(1e-9 * Math.abs(means[j]));
      expect(Math.abs(found!.scale - stds[j])).toBeLessThan(1e-12 * stds[j]);
    });
    const inputs = {
      centers: scaling.map((one) => one?.center ?? 0),
      scales: scaling.map((one) => one?.scale ?? 1),
    };
    const [layer] = fold(inputs, { centers: [0, 0], scales: [1, 1] }).layers;
    const w = model.graph.initializers[2].data as Float32Array;
    if (layer.kind !== "dense") throw new Error("An MLP has dense layers.");
    layer.weight.forEach((weight, i) => {
      expect(weight).toBe(w[2 * (i % 4) + Math.floor(i / 4)]);
    });
    for (const bias of layer.bias) expect(Math.abs(bias)).toBeLessThan(1e-6);
  });

  test.for([
    [-1e9, 1e9],
    [-65504, 65504],
    [undefined, 1e9],
    [undefined, -0.25],
    [-1e9, undefined],
    [-1e30, 0.5],
    [0, 1e9],
    [-1e9, 0],
    [0.25, 1e9],
    [-1e9, -0.25],
    [-1, 1e9],
    [-8, 8],
    [-9, 9],
    [9, 10],
    [0, 0],
    [0.5, 0.5],
  ])("clips to what float32 holds, however far the ends are: from %s to %s", ([least, most]) => {
    const end = (name: string, value: number | undefined) =>
      value === undefined ? [] : [tensor(name, [], () => value)];
    const bounds = [...end("least", least), ...end("most", most)];
    const names = ["least", "most"].map((name) => (bounds.some((one) => one.name === name) ? name : ""));
    const nodes = [node("MatMul", ["x", "w"], "h"), node("Clip", ["h", ...names], "y")];
    const model = modelOf(x, nodes, [some("w", 4, 3), ...bounds]);
    const rows = rowsOf(50, 4);
    answers(model, rows).forEach((ours, r) => {
      interpret(model, rows[r]).forEach((value, k) => {
        expect(Math.abs(ours[k] - value)).toBeLessThan(2e-6);
      });
    });
  });

  test("has the logits of what it ends in: of two classes one, of more all", () => {
    const [row] = rowsOf(1, 4);
    const ending = (classes: number, ...last: OnnxNode[]) =>
      modelOf(x, [node("Gemm", ["x", "w"], "h"), ...last], [some("w", 4, classes)]);
    const softmax = (classes: number) =>
      ending(classes, node("Softmax", ["h"], "p"), node("Identity", ["p"], "q"));
    const three = softmax(3);
    expect(networkOf(three)).toMatchObject({ isClassifier: true, outputs: 3, classes: null });
    const [logits] = answers(three, [row], true);
    const total = logits.reduce((sum, v) => sum + Math.exp(v), 0);
    interpret(three, row).forEach((p, k) => {
      expect(Math.exp(logits[k]) / total).toBeCloseTo(p, 6);
    });
    const [[of2]] = answers(softmax(2), [row], true);
    const two = softmax(2);
    const [[logit]] = answers(two, [row], true);
    expect(1 / (1 + Math.exp(-logit))).toBeCloseTo(interpret(two, row)[1], 6);
    expect(of2).not.toBe(logit);
    const sigmoid = ending(1, node("Sigmoid", ["h"], "p"));
    expect(networkOf(sigmoid)).toMatchObject({ isClassifier: true, outputs: 1 });
    const [[one]] = answers(sigmoid, [row], true);
    expect(1 / (1 + Math.exp(-one))).toBeCloseTo(interpret(sigmoid, row)[0], 6);
  });

  test.for([
    [-1, 1, 2],
    [0, 6, 2],
    [-1e9, 0.5, 2],
    [-1e9, 1e9, 4],
  ])("clips by as few activations as keep its ends exact: from %s to %s by %s", ([least, most, count]) => {
    const nodes = [node("Clip", ["x", "least", "most"], "y")];
    const ends = [tensor("least", [], () => least), tensor("most", [], () => most)];
    const none = { centers: [0, 0, 0, 0], scales: [1, 1, 1, 1] };
    const { layers } = networkOf(modelOf(x, nodes, ends)).fold(none, none);
    expect(layers.map(({ rows }) => rows)).toEqual([4 * count, 4]);
  });

  test("has nothing of what a Gemm adds no times", () => {
    const none: OnnxAttribute = { name: "beta", kind: "float", value: 0 };
    const gemm = (...inputs: readonly string[]) =>
      modelOf(
        x,
        [{ ...node("Gemm", inputs, "y"), attributes: [none] }],
        [w, tensor("c", [2], () => Number.NaN)],
      );
    const w = some("w", 4, 2);
    const rows = rowsOf(5, 4);
    expect(answers(gemm("x", "w", "c"), rows)).toEqual(answers(gemm("x", "w"), rows));
  });

  test("is that of the probabilities beside a label that is found of the logits", () => {
    const nodes = [
      node("Gemm", ["x", "w"], "h"),
      node("ArgMax", ["h"], "label", { axis: 1 }),
      node("Softmax", ["h"], "p"),
    ];
    const model = modelOf(x, nodes, [some("w", 4, 3)]);
    const outputs = ["label", "p"].map((name) => ({ name, type: null, shape: null }));
    expect(networkOf({ ...model, graph: { ...model.graph, outputs } }).output).toBe("p");
  });

  test("is that of the probabilities where a graph, as converters of scikit-learn write it, also tells the label", () => {
    const nodes = [
      node("Gemm", ["x", "w"], "h"),
      node("Sigmoid", ["h"], "second"),
      node("Sub", ["unity", "second"], "first"),
      node("Concat", ["first", "second"], "both", { axis: 1 }),
      node("ArgMax", ["both"], "place", { axis: 1 }),
      node("ai.onnx.ml:ArrayFeatureExtractor", ["names", "place"], "label"),
      node("ai.onnx.ml:ZipMap", ["both"], "probabilities", { classlabels_strings: ["no", "yes"] }),
    ];
    const names: OnnxTensor = { name: "names", dims: [2], type: "string", data: ["no", "yes"] };
    const model = modelOf(x, nodes, [some("w", 4, 1), tensor("unity", [1], () => 1), names]);
    const outputs = ["label", "probabilities"].map((name) => ({ name, type: null, shape: null }));
    const network = networkOf({ ...model, graph: { ...model.graph, outputs } });
    expect(network).toMatchObject({
      output: "probabilities",
      isClassifier: true,
      outputs: 1,
      classes: ["no", "yes"],
    });
  });
});

describe("A graph is refused in a sentence", () => {
  const w = some("w", 4, 3);
  const gemm = node("Gemm", ["x", "w"], "h");
  const answering = (model: OnnxModel, ...names: readonly string[]): OnnxModel => ({
    ...model,
    graph: { ...model.graph, outputs: names.map((name) => ({ name, type: "float", shape: null })) },
  });
  const reshaped = (...sizes: readonly number[]) =>
    modelOf(x, [gemm, node("Reshape", ["h", "shape"], "y")], [w, wholes("shape", ...sizes)]);
  const refused: Readonly<Record<string, readonly [model: OnnxModel, sentence: RegExp]>> = {
    "by the operator's name": [
      modelOf(x, [gemm, node("Tanh", ["h"], "y")], [w]),
      /^The operator Tanh in net\.onnx \(node "y"\) is not read: only feed-forward networks of Add, .*ZipMap are\.$/,
    ],
    "by the name of another domain's operator": [
      modelOf(x, [gemm, node("com.example:Relu", ["h"], "y")], [w]),
      /^The operator Relu in net\.onnx \(node "y"\) is not read/,
    ],
    "where it says nothing of its operators' version": [
      { ...modelOf(x, [gemm], [w]), opsets: [{ domain: "ai.onnx.ml", version: 3 }] },
      /^net\.onnx does not say of which opset its operators are, and opsets 7 to 25 are read; export the network with one of them\.$/,
    ],
    "where its operators are older, and put shapes together by attributes": [
      modelOf(x, [gemm, node("Mul", ["h", "b"], "y", { broadcast: 1, axis: 1 })], [w, some("b", 3)], 6),
      /^net\.onnx is of opset 6, and opsets 7 to 25 are read; export the network with one of them\.$/,
    ],
    "where its operators are newer": [
      modelOf(x, [gemm], [w], 26),
      /^net\.onnx is of opset 26, and opsets 7 to 25 are read; export/,
    ],
    "where probabilities become whole numbers": [
      modelOf(x, [gemm, node("Softmax", ["h"], "p"), node("Cast", ["p"], "y", { to: 7 })], [w]),
      /^The operator Cast .* makes what depends on the network's inputs anything but float or double\.$/,
    ],
    "where a shape has parts of numbers": [reshaped(2, -1), /makes the shape \[2,1\.5\] of 3 numbers\.$/],
    "where a shape is negative": [reshaped(-3, -1), /makes the shape \[-3,-1\] of 3 numbers\.$/],
    "where a shape is left open twice": [
      modelOf({ x: ["rows", 1] }, [node("Reshape", ["x", "shape"], "y")], [wholes("shape", -1, -1)]),
      /makes the shape \[-1,-1\] of 1 numbers\.$/,
    ],
    "where another output is of an operator that is not read": [
      answering(modelOf(x, [gemm, node("Tanh", ["h"], "t")], [w]), "h", "t"),
      /^The operator Tanh in net\.onnx \(node "t"\) is not read/,
    ],
    "where another output is the label of other numbers than its probabilities": [
      answering(
        modelOf(x, [gemm, node("Softmax", ["h"], "p"), node("ArgMax", ["x"], "label", { axis: 1 })], [w]),
        "p",
        "label",
      ),
      /^The operator ArgMax in net\.onnx \(node "label"\) is not read/,
    ],
    "where it goes in a circle": [
      modelOf(x, [node("Add", ["x", "b"], "a"), node("Add", ["a", "a"], "b")], []),
      /^net\.onnx is damaged: its node "a" reads "b", which nothing before it writes, so the graph is cut or goes in a circle\.$/,
    ],
    "where a value is written twice": [
      modelOf(x, [gemm, node("Relu", ["h"], "h")], [w]),
      /^net\.onnx is damaged: its value "h" is written twice\.$/,
    ],
    "where values that both depend on inputs are multiplied": [
      modelOf(x, [gemm, node("Mul", ["h", "h"], "y")], [w]),
      /^The operator Mul in net\.onnx \(node "y"\) multiplies two values that both depend on the network's inputs\.$/,
    ],
    "where it divides by what depends on inputs": [
      modelOf(x, [node("Div", ["d", "x"], "y")], [some("d", 4)]),
      /^The operator Div .* divides by what depends on the network's inputs\.$/,
    ],
    "where shapes do not fit": [
      modelOf({ x: ["rows", 5] }, [gemm], [w]),
      /^The operator Gemm .* multiplies shapes that do not fit, \[1,5\] and \[4,3\]\.$/,
    ],
    "where an input's size is not told": [
      modelOf({ x: ["rows", "columns"] }, [gemm], [w]),
      /^The input "x" of net\.onnx does not say how many numbers a row has; export the network/,
    ],
    "where it takes several rows at a time": [
      modelOf({ x: [7, 4] }, [gemm], [w]),
      /^The input "x" of net\.onnx takes 7 rows at a time; export/,
    ],
    "where probabilities stand within": [
      modelOf(x, [gemm, node("Softmax", ["h"], "p"), node("Gemm", ["p", "v"], "y")], [w, some("v", 3, 2)]),
      /^The operator Gemm .* computes with probabilities, which are read only where a network ends\.$/,
    ],
    "where a Sigmoid is taken of several numbers": [
      modelOf(x, [gemm, node("Sigmoid", ["h"], "y")], [w]),
      /^The operator Sigmoid .* is taken of 3 numbers, but only that of the last one is read\.$/,
    ],
    "where it is left in training mode": [
      modelOf(
        x,
        [node("Dropout", ["x", "", "t"], "y")],
        [{ name: "t", dims: [], type: "bool", data: Uint8Array.of(1) }],
      ),
      /^The operator Dropout .* is left in training mode\.$/,
    ],
    "where a weight is no number": [
      modelOf(x, [gemm], [tensor("w", [4, 3], () => Number.NaN)]),
      /^net\.onnx holds NaN as number 0 of its tensor "layers\.0\.weight", but every weight must be finite\.$/,
    ],
    "where it asks for more memory than its size tells": [
      modelOf(
        x,
        [node("MatMul", ["a", "b"], "ab"), node("Add", ["x", "ab"], "y")],
        [some("a", 30000, 1), some("b", 1, 30000)],
      ),
      /^net\.onnx holds \d+ bytes, but its graph asks for more memory than networks of that size do\.$/,
    ],
    "where it asks for more work": [
      modelOf(x, [node("MatMul", ["a", "a"], "b"), node("Add", ["x", "b"], "y")], [some("a", 1100, 1100)]),
      /^net\.onnx holds \d+ bytes, but its graph asks for more work than networks of that size do\.$/,
    ],
    "where it has no inputs": [
      modelOf({}, [node("Relu", ["w"], "y")], [w]),
      /^The network in net\.onnx has no inputs\.$/,
    ],
    "where it has several outputs": [
      ((model) => ({
        ...model,
        graph: { ...model.graph, outputs: ["h", "y"].map((name) => ({ name, type: "float", shape: null })) },
      }))(modelOf(x, [gemm, node("Relu", ["h"], "y")], [w])),
      /^The graph in net\.onnx has 2 outputs, h, y, and only one can be read; export the network with one of them\.$/,
    ],
    "where an output is written by no node": [
      ((model) => ({
        ...model,
        graph: { ...model.graph, outputs: [{ name: "z", type: "float", shape: null }] },
      }))(modelOf(x, [gemm], [w])),
      /^net\.onnx is damaged: its output "z" is written by no node\.$/,
    ],
    "where it reads texts": [
      ((model) => ({
        ...model,
        graph: { ...model.graph, inputs: [{ name: "x", type: "string", shape: [1, 4] }] },
      }))(modelOf(x, [gemm], [w])),
      /^The input "x" of net\.onnx is not of numbers, and only those are read\.$/,
    ],
    "where it is deeper than networks are": [
      modelOf(
        x,
        Array.from({ length: 1001 }, (_, i) => node("Relu", [i === 0 ? "x" : `${i - 1}`], `${i}`)),
        [],
      ),
      /^The operator Relu in net\.onnx \(node "1000"\) stands behind 1000 activations, and no network is as deep\.$/,
    ],
    "where many activations are summed, each of which would be a column of every layer": [
      modelOf(
        x,
        Array.from({ length: 2_000 }, (_, i) => [
          node("Relu", ["x"], `r${i}`),
          node("Add", [i === 0 ? "x" : `s${i - 1}`, `r${i}`], `s${i}`),
        ]).flat(),
        [],
      ),
      /^net\.onnx holds \d+ bytes, but its graph asks for more memory/,
    ],
    "where an input is impossibly large": [
      modelOf({ x: [1, 2 ** 40] }, [node("Relu", ["x"], "y")], []),
      /^net\.onnx holds \d+ bytes, but its graph asks for more memory/,
    ],
    "where an input's shape overflows": [
      modelOf({ x: [1, 2 ** 40, 2 ** 40] }, [node("Relu", ["x"], "y")], []),
      /^The input "x" of net\.onnx has the impossible shape \[1, /,
    ],
  };
  const none = { centers: [0, 0, 0, 0], scales: [1, 1, 1, 1] };

  test.for(Object.entries(refused))("%s", ([, [model, sentence]]) => {
    expect(() => networkOf(model).fold(none, none)).toThrow(sentence);
  });
});
