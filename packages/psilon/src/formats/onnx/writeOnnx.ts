import { codeOf } from "./elements.js";
import {
  attributeFields,
  attributeTypes,
  dimensionFields,
  entryFields,
  graphFields,
  modelFields,
  nodeFields,
  opsetFields,
  shapeFields,
  tensorTypeFields,
  typeFields,
  valueFields,
} from "./fieldNumbers.js";
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxValue } from "./model.js";
import { float, joined, nested, type Pieces, text, varint, varints } from "./wire.js";
import { sparsePieces, tensorPieces } from "./writeTensor.js";

/** The model as the bytes of an ONNX file, the same for the same model. `readOnnx` reads them back. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const { irVersion, opsets, producer, producerVersion, documentation, metadata, graph } = model;
  return joined([
    ...varint(modelFields.irVersion, irVersion),
    ...named(modelFields.producer, producer),
    ...named(modelFields.producerVersion, producerVersion),
    ...named(modelFields.documentation, documentation),
    ...nested(modelFields.graph, graphPieces(graph)),
    ...opsets.flatMap(({ domain, version }) =>
      nested(modelFields.opset, [
        ...named(opsetFields.domain, domain),
        ...varint(opsetFields.version, version),
      ]),
    ),
    ...[...metadata].flatMap(([key, value]) =>
      nested(modelFields.metadata, [...text(entryFields.key, key), ...text(entryFields.value, value)]),
    ),
  ]);
}

/** Empty texts are what is read where there is none. */
const named = (field: number, value: string): Pieces => (value === "" ? [] : text(field, value));

const graphPieces = ({
  name,
  nodes,
  initializers,
  sparseInitializers,
  inputs,
  outputs,
}: OnnxGraph): Pieces => [
  ...nodes.flatMap((node) => nested(graphFields.node, nodePieces(node))),
  ...named(graphFields.name, name),
  ...initializers.flatMap((tensor) => nested(graphFields.initializer, tensorPieces(tensor))),
  ...inputs.flatMap((value) => nested(graphFields.input, valuePieces(value))),
  ...outputs.flatMap((value) => nested(graphFields.output, valuePieces(value))),
  ...sparseInitializers.flatMap((tensor) => nested(graphFields.sparseInitializer, sparsePieces(tensor))),
];

const nodePieces = ({ op, domain, name, inputs, outputs, attributes }: OnnxNode): Pieces => [
  ...inputs.flatMap((input) => text(nodeFields.input, input)),
  ...outputs.flatMap((output) => text(nodeFields.output, output)),
  ...named(nodeFields.name, name),
  ...text(nodeFields.op, op),
  ...attributes.flatMap((attribute) => nested(nodeFields.attribute, attributePieces(attribute))),
  ...named(nodeFields.domain, domain),
];

const attributePieces = (attribute: OnnxAttribute): Pieces => [
  ...text(attributeFields.name, attribute.name),
  ...attributeValue(attribute),
  ...varint(attributeFields.type, attributeTypes[attribute.kind]),
];

function attributeValue({ kind, value }: OnnxAttribute): Pieces {
  const field = attributeFields[kind];
  switch (kind) {
    case "float":
      return float(field, value);
    case "int":
      return varint(field, value);
    case "string":
      return text(field, value);
    case "tensor":
      return nested(field, tensorPieces(value));
    case "floats":
      return value.flatMap((number) => float(field, number));
    case "ints":
      return varints(field, value);
    case "strings":
      return value.flatMap((word) => text(field, word));
  }
}

function valuePieces({ name, type, shape }: OnnxValue): Pieces {
  if (type === null) return text(valueFields.name, name);
  const dimensions = shape?.flatMap((size) =>
    nested(
      shapeFields.dimension,
      typeof size === "number"
        ? varint(dimensionFields.size, size)
        : size === null
          ? []
          : text(dimensionFields.name, size),
    ),
  );
  const tensor = [
    ...varint(tensorTypeFields.element, codeOf(type)),
    ...(dimensions ? nested(tensorTypeFields.shape, dimensions) : []),
  ];
  return [...text(valueFields.name, name), ...nested(valueFields.type, nested(typeFields.tensor, tensor))];
}
