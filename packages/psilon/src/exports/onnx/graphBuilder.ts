import type {
  OnnxAttribute,
  OnnxElement,
  OnnxGraph,
  OnnxTensor,
  OnnxValue,
} from "../../formats/onnx/model.js";

/** A value of a graph that is being built, by its number. */
export type Value = number;

/** A graph that grows node by node; its values are named when it is done, so that inputs and outputs can have any names. */
export interface GraphBuilder {
  /** An input, one cell a row. It has this name, with "_" behind it where it is empty or taken. */
  input(name: string, type: OnnxElement): Value;
  /** Hands a value out under such a name: of each row so many, or one alone. */
  output(value: Value, name: string, type: OnnxElement, ...width: readonly number[]): void;
  /** What an operator makes of these values: the first of what it computes, of so many. */
  apply(op: string, inputs: readonly Value[], attributes?: readonly OnnxAttribute[]): Value;
  /** The same of an operator that computes several values. */
  applyMany(
    op: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: readonly OnnxAttribute[],
  ): readonly Value[];
  doubles(row: readonly number[]): Value;
  floats(row: readonly number[]): Value;
  integers(row: readonly number[]): Value;
  texts(row: readonly string[]): Value;
  /** Whole numbers as int32, which are places in a long row. */
  places(row: readonly number[]): Value;
  /** A matrix of so many rows, row-major. */
  matrix(data: Float32Array, rows: number): Value;
  graph(): OnnxGraph;
}

/** The set of operators that is for more than numbers, and what is used of it. */
export const ML = "ai.onnx.ml";
const mlOperators: ReadonlySet<string> = new Set(["LabelEncoder"]);

/** A graph of nothing. */
export function graphBuilder(): GraphBuilder {
  const nodes: {
    readonly op: string;
    readonly inputs: readonly Value[];
    readonly outputs: readonly Value[];
    readonly attributes: readonly OnnxAttribute[];
  }[] = [];
  const constants: { readonly value: Value; readonly tensor: OnnxTensor }[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const names = new Map<Value, string>();
  const taken = new Set<string>();
  let values = 0;
  const nameFreely = (value: Value, wanted: string): string => {
    let name = wanted;
    while (name === "" || taken.has(name)) name += "_";
    taken.add(name);
    names.set(value, name);
    return name;
  };
  const nameOf = (value: Value): string => names.get(value) ?? nameFreely(value, `v${value}`);
  const constant = (tensor: OnnxTensor): Value => {
    constants.push({ value: values, tensor });
    return values++;
  };
  const applyMany: GraphBuilder["applyMany"] = (op, read, count, attributes) => {
    const made = Array.from({ length: count }, () => values++);
    nodes.push({ op, inputs: read, outputs: made, attributes });
    return made;
  };
  return {
    input(name, type) {
      inputs.push({ name: nameFreely(values, name), type, shape: ["rows", 1] });
      return values++;
    },
    output(value, name, type, ...width) {
      outputs.push({ name: nameFreely(value, name), type, shape: ["rows", ...width] });
    },
    apply: (op, read, attributes = []) => applyMany(op, read, 1, attributes)[0],
    applyMany,
    doubles: (row) =>
      constant({ name: "", dims: [row.length], type: "double", data: Float64Array.from(row) }),
    floats: (row) => constant({ name: "", dims: [row.length], type: "float", data: Float32Array.from(row) }),
    integers: (row) =>
      constant({ name: "", dims: [row.length], type: "int64", data: BigInt64Array.from(row, BigInt) }),
    places: (row) => constant({ name: "", dims: [row.length], type: "int32", data: Int32Array.from(row) }),
    texts: (row) => constant({ name: "", dims: [row.length], type: "string", data: row }),
    matrix: (data, rows) => constant({ name: "", dims: [rows, data.length / rows], type: "float", data }),
    graph: () => ({
      name: "psilon",
      nodes: nodes.map(({ op, attributes, ...node }) => ({
        op,
        domain: mlOperators.has(op) ? ML : "",
        name: "",
        inputs: node.inputs.map(nameOf),
        outputs: node.outputs.map(nameOf),
        attributes,
      })),
      initializers: constants.map(({ value, tensor }) => ({ ...tensor, name: nameOf(value) })),
      sparseInitializers: [],
      inputs,
      outputs,
    }),
  };
}
