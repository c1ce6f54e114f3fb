/** What an element of a tensor may be here, by ONNX's own names: its others are refused by name. */
export type OnnxElement = OnnxTensor["type"];

/** Constant numbers or texts, row-major. */
export type OnnxTensor = {
  /** Empty where nothing refers to it. */
  readonly name: string;
  /** None for a single number. */
  readonly dims: readonly number[];
} & (
  | { readonly type: "float"; readonly data: Float32Array }
  | { readonly type: "double"; readonly data: Float64Array }
  | { readonly type: "int32"; readonly data: Int32Array }
  | { readonly type: "int64"; readonly data: BigInt64Array }
  /** 0 or 1 each. */
  | { readonly type: "bool"; readonly data: Uint8Array }
  | { readonly type: "string"; readonly data: readonly string[] }
);

/** A tensor without its zeros: `values` at `indices`, places in the row-major order (or one row of coordinates for each value). */
export interface OnnxSparseTensor {
  /** It has the tensor's name. */
  readonly values: OnnxTensor;
  readonly indices: OnnxTensor;
  readonly dims: readonly number[];
}

/** What an operator is told beside its inputs. Whole numbers beyond 2^53 are the nearest float64. */
export type OnnxAttribute = { readonly name: string } & (
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: OnnxTensor }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
);

/** One operation: it reads values by their names, and names those that it writes. */
export interface OnnxNode {
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  readonly name: string;
  /** An empty name stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly OnnxAttribute[];
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** null: not told, or none of those that are read. */
  readonly type: OnnxElement | null;
  /** A number, the name of a size that may vary, or null for one that is not told; null: of any shape. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** Nodes in an order in which each reads only what is there already. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly sparseInitializers: readonly OnnxSparseTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/**
 * What an ONNX file holds (https://onnx.ai/onnx/repo-docs/IR.html), as plain data: what networks of layers need. Graphs within
 * nodes, functions and what trains are left out.
 */
export interface OnnxModel {
  readonly irVersion: number;
  /** The version of each set of operators; ONNX's own has an empty domain. */
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  readonly producerVersion: string;
  readonly documentation: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
}
