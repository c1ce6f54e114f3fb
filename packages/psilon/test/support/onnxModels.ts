import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from "../../src/formats/onnx/model.ts";

/** Every message and every kind of tensor, attribute and value once. */
export const everyMessage: OnnxModel = {
  irVersion: 8,
  opsets: [
    { domain: "", version: 17 },
    { domain: "ai.onnx.ml", version: 3 },
  ],
  producer: "psilon",
  producerVersion: "1",
  documentation: "größer",
  metadata: new Map([
    ["note", "✓"],
    ["empty", ""],
  ]),
  graph: {
    name: "net",
    nodes: [
      {
        op: "Gemm",
        domain: "",
        name: "first",
        inputs: ["x", "weight", ""],
        outputs: ["y"],
        attributes: [
          { name: "alpha", kind: "float", value: Math.fround(0.1) },
          { name: "transB", kind: "int", value: -1 },
          { name: "mode", kind: "string", value: "linear" },
          { name: "floats", kind: "floats", value: [1, -2.5] },
          { name: "ints", kind: "ints", value: [0, 300, -5, 2 ** 40] },
          { name: "strings", kind: "strings", value: ["a", "", "b"] },
          {
            name: "value",
            kind: "tensor",
            value: { name: "", dims: [], type: "float", data: Float32Array.of(3) },
          },
        ],
      },
      { op: "ZipMap", domain: "ai.onnx.ml", name: "", inputs: ["y"], outputs: ["z"], attributes: [] },
    ],
    initializers: [
      { name: "weight", dims: [2, 2], type: "float", data: Float32Array.of(1, -0, 1e-45, 3.5) },
      { name: "double", dims: [3], type: "double", data: Float64Array.of(0.1, -1e300, 2) },
      { name: "int32", dims: [1, 2], type: "int32", data: Int32Array.of(-7, 2 ** 31 - 1) },
      { name: "int64", dims: [3], type: "int64", data: BigInt64Array.of(-1n, 2n ** 62n, 128n) },
      { name: "bool", dims: [4], type: "bool", data: Uint8Array.of(0, 1, 1, 0) },
      { name: "string", dims: [2], type: "string", data: ["ß", ""] },
      { name: "none", dims: [0, 5], type: "float", data: new Float32Array(0) },
    ],
    sparseInitializers: [
      {
        values: { name: "sparse", dims: [2], type: "float", data: Float32Array.of(5, 6) },
        indices: { name: "", dims: [2], type: "int64", data: BigInt64Array.of(1n, 4n) },
        dims: [2, 3],
      },
    ],
    inputs: [
      { name: "x", type: "float", shape: ["rows", 2, null] },
      { name: "s", type: "string", shape: [] },
    ],
    outputs: [
      { name: "y", type: "double", shape: null },
      { name: "z", type: null, shape: null },
    ],
  },
};

/** A float tensor of numbers in some range. */
export const tensor = (name: string, dims: readonly number[], value: (i: number) => number): OnnxTensor => ({
  name,
  dims,
  type: "float",
  data: Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, i) => value(i)),
});

export const wholes = (name: string, ...values: readonly number[]): OnnxTensor => ({
  name,
  dims: [values.length],
  type: "int64",
  data: BigInt64Array.from(values, BigInt),
});

type AttributeValue = Exclude<OnnxAttribute["value"], OnnxTensor>;

/** A node of ONNX's own operators (or of `ai.onnx.ml`'s, by its name before a colon); whole numbers are int attributes and others float. */
export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): OnnxNode {
  const [domain, own] = op.includes(":") ? op.split(":") : ["", op];
  return {
    op: own,
    domain,
    name: output,
    inputs,
    outputs: [output],
    attributes: Object.entries(attributes).map(([name, value]): OnnxAttribute => {
      if (typeof value === "string") return { name, kind: "string", value };
      if (typeof value === "number") {
        return Number.isInteger(value) ? { name, kind: "int", value } : { name, kind: "float", value };
      }
      if (value.every((one) => typeof one === "string")) return { name, kind: "strings", value };
      const numbers = value as readonly number[];
      return numbers.every(Number.isInteger)
        ? { name, kind: "ints", value: numbers }
        : { name, kind: "floats", value: numbers };
    }),
  };
}

/** A model of these nodes, the last of which writes the answer; its inputs' sizes are those of a row. */
export function modelOf(
  inputs: Readonly<Record<string, readonly (number | string)[]>>,
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
  opset = 17,
): OnnxModel {
  return {
    irVersion: 8,
    opsets: [{ domain: "", version: opset }],
    producer: "a test",
    producerVersion: "",
    documentation: "",
    metadata: new Map(),
    graph: {
      name: "net",
      nodes,
      initializers,
      sparseInitializers: [],
      inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: "float", shape })),
      outputs: [{ name: nodes[nodes.length - 1].outputs[0], type: "float", shape: null }],
    },
  };
}

/** y = 2·a − 3·b + 1 of one input of two numbers. */
export const linearOnnx: OnnxModel = modelOf(
  { x: ["rows", 2] },
  [node("Gemm", ["x", "w", "b"], "y")],
  [tensor("w", [2, 1], (i) => [2, -3][i]), tensor("b", [1], () => 1)],
);
