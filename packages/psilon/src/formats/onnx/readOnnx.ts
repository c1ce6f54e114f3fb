import { InputError } from "../../errors.js";
import { damaged, excerpt } from "../untrusted.js";
import { elementOf } from "./elements.js";
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
import type {
  OnnxAttribute,
  OnnxElement,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxSparseTensor,
  OnnxTensor,
  OnnxValue,
} from "./model.js";
import { pushIntegers, type Reading, reading } from "./reading.js";
import { readSparse, readTensor } from "./readTensor.js";
import { wires } from "./wire.js";

/**
 * The model in the bytes of an ONNX file, whoever wrote it; `source` names the file in messages. What is not of `OnnxModel` is skipped, such as
 * graphs within nodes, so that nothing nests deeper than those messages do. Throws InputError where the file is cut, contradicts itself, keeps
 * numbers in other files, which are never opened, or in a type other than float, double, int32, int64, bool and string.
 */
export function readOnnx(bytes: Uint8Array, source: string): OnnxModel {
  const read = reading(source);
  let irVersion = 0;
  let producer = "";
  let producerVersion = "";
  let documentation = "";
  let graph: OnnxGraph | null = null;
  const opsets: { domain: string; version: number }[] = [];
  const metadata = new Map<string, string>();
  for (const field of read.fields(bytes)) {
    if (field.number === modelFields.irVersion) irVersion = read.integer(field);
    else if (field.number === modelFields.producer) producer = read.text(field);
    else if (field.number === modelFields.producerVersion) producerVersion = read.text(field);
    else if (field.number === modelFields.documentation) documentation = read.text(field);
    else if (field.number === modelFields.graph) graph = readGraph(read.part(field), read);
    else if (field.number === modelFields.opset) opsets.push(readOpset(read.part(field), read));
    else if (field.number === modelFields.metadata) {
      const [key, value] = readEntry(read.part(field), read);
      metadata.set(key, value);
    }
  }
  if (!graph) {
    throw new InputError({
      code: "wrong-format",
      found: `${source} is no ONNX file, or is cut: it holds no graph`,
      where: { source },
    });
  }
  return { irVersion, opsets, producer, producerVersion, documentation, metadata, graph };
}

function readOpset(message: Uint8Array, read: Reading): { domain: string; version: number } {
  let domain = "";
  let version = 0;
  for (const field of read.fields(message)) {
    if (field.number === opsetFields.domain) domain = read.text(field);
    else if (field.number === opsetFields.version) version = read.integer(field);
  }
  return { domain: ownDomain(domain), version };
}

/** ONNX's own operators have two names of their domain. */
const ownDomain = (domain: string): string => (domain === "ai.onnx" ? "" : domain);

function readEntry(message: Uint8Array, read: Reading): [key: string, value: string] {
  let key = "";
  let value = "";
  for (const field of read.fields(message)) {
    if (field.number === entryFields.key) key = read.text(field);
    else if (field.number === entryFields.value) value = read.text(field);
  }
  return [key, value];
}

function readGraph(message: Uint8Array, read: Reading): OnnxGraph {
  let name = "";
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const sparseInitializers: OnnxSparseTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of read.fields(message)) {
    if (field.number === graphFields.name) name = read.text(field);
    else if (field.number === graphFields.node) nodes.push(readNode(read.part(field), read));
    else if (field.number === graphFields.initializer) initializers.push(readTensor(read.part(field), read));
    else if (field.number === graphFields.sparseInitializer) {
      sparseInitializers.push(readSparse(read.part(field), read));
    } else if (field.number === graphFields.input) inputs.push(readValue(read.part(field), read));
    else if (field.number === graphFields.output) outputs.push(readValue(read.part(field), read));
  }
  return { name, nodes, initializers, sparseInitializers, inputs, outputs };
}

function readNode(message: Uint8Array, read: Reading): OnnxNode {
  let op = "";
  let domain = "";
  let name = "";
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: OnnxAttribute[] = [];
  for (const field of read.fields(message)) {
    if (field.number === nodeFields.input) inputs.push(read.text(field));
    else if (field.number === nodeFields.output) outputs.push(read.text(field));
    else if (field.number === nodeFields.name) name = read.text(field);
    else if (field.number === nodeFields.op) op = read.text(field);
    else if (field.number === nodeFields.domain) domain = read.text(field);
    else if (field.number === nodeFields.attribute) {
      const attribute = readAttribute(read.part(field), read);
      if (attribute) attributes.push(attribute);
    }
  }
  if (op === "") throw damaged(read.source, `its node "${excerpt(name)}" names no operator`);
  return { op, domain: ownDomain(domain), name, inputs, outputs, attributes };
}

/** null for one of another kind, such as a graph. */
function readAttribute(message: Uint8Array, read: Reading): OnnxAttribute | null {
  let name = "";
  let type: number | null = null;
  let float = 0;
  let int = 0;
  let string = "";
  let tensor: OnnxTensor | null = null;
  const floats: number[] = [];
  const ints: number[] = [];
  const strings: string[] = [];
  for (const field of read.fields(message)) {
    if (field.number === attributeFields.name) name = read.text(field);
    else if (field.number === attributeFields.type) type = read.integer(field);
    else if (field.number === attributeFields.float) [float = 0] = floatsIn(field.bytes);
    else if (field.number === attributeFields.int) int = read.integer(field);
    else if (field.number === attributeFields.string) string = read.text(field);
    else if (field.number === attributeFields.tensor) tensor = readTensor(read.part(field), read);
    else if (field.number === attributeFields.floats)
      for (const value of floatsIn(field.bytes)) floats.push(value);
    else if (field.number === attributeFields.ints) pushIntegers(ints, field, read.source);
    else if (field.number === attributeFields.strings) strings.push(read.text(field));
  }
  switch (type) {
    case attributeTypes.float:
      return { name, kind: "float", value: float };
    case attributeTypes.int:
      return { name, kind: "int", value: int };
    case attributeTypes.string:
      return { name, kind: "string", value: string };
    case attributeTypes.tensor:
      if (!tensor) throw damaged(read.source, `its attribute "${excerpt(name)}" lacks its tensor`);
      return { name, kind: "tensor", value: tensor };
    case attributeTypes.floats:
      return { name, kind: "floats", value: floats };
    case attributeTypes.ints:
      return { name, kind: "ints", value: ints };
    case attributeTypes.strings:
      return { name, kind: "strings", value: strings };
    default:
      return null;
  }
}

/** As many float32 as there are whole ones. */
function floatsIn(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

function readValue(message: Uint8Array, read: Reading): OnnxValue {
  let name = "";
  let type: OnnxElement | null = null;
  let shape: OnnxValue["shape"] = null;
  for (const field of read.fields(message)) {
    if (field.number === valueFields.name) name = read.text(field);
    else if (field.number === valueFields.type) {
      for (const kind of read.fields(read.part(field))) {
        if (kind.number === typeFields.tensor) ({ type, shape } = readTensorType(read.part(kind), read));
      }
    }
  }
  return { name, type, shape };
}

function readTensorType(message: Uint8Array, read: Reading): Pick<OnnxValue, "type" | "shape"> {
  let type: OnnxElement | null = null;
  let shape: (number | string | null)[] | null = null;
  for (const field of read.fields(message)) {
    if (field.number === tensorTypeFields.element) type = elementOf(read.integer(field));
    else if (field.number === tensorTypeFields.shape) {
      shape = [];
      for (const dimension of read.fields(read.part(field))) {
        if (dimension.number === shapeFields.dimension) {
          shape.push(readDimension(read.part(dimension), read));
        }
      }
    }
  }
  return { type, shape };
}

function readDimension(message: Uint8Array, read: Reading): number | string | null {
  let size: number | string | null = null;
  for (const field of read.fields(message)) {
    if (field.number === dimensionFields.size && field.wire === wires.varint) size = read.integer(field);
    else if (field.number === dimensionFields.name) size = read.text(field) || null;
  }
  return size;
}
