// The numbers of the fields that are read and written (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

export const modelFields = {
  irVersion: 1,
  producer: 2,
  producerVersion: 3,
  documentation: 6,
  graph: 7,
  opset: 8,
  metadata: 14,
} as const;

export const opsetFields = { domain: 1, version: 2 } as const;

export const entryFields = { key: 1, value: 2 } as const;

export const graphFields = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  sparseInitializer: 15,
} as const;

export const nodeFields = { input: 1, output: 2, name: 3, op: 4, attribute: 5, domain: 7 } as const;

export const attributeFields = {
  name: 1,
  float: 2,
  int: 3,
  string: 4,
  tensor: 5,
  floats: 7,
  ints: 8,
  strings: 9,
  type: 20,
} as const;

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

export const valueFields = { name: 1, type: 2 } as const;
export const typeFields = { tensor: 1 } as const;
export const tensorTypeFields = { element: 1, shape: 2 } as const;
export const shapeFields = { dimension: 1 } as const;
export const dimensionFields = { size: 1, name: 2 } as const;

export const tensorFields = {
  dims: 1,
  type: 2,
  segment: 3,
  floats: 4,
  int32s: 5,
  strings: 6,
  int64s: 7,
  name: 8,
  raw: 9,
  doubles: 10,
  external: 13,
  location: 14,
} as const;

export const sparseFields = { values: 1, indices: 2, dims: 3 } as const;
