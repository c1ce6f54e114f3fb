import type { OnnxElement } from "./model.js";

/** ONNX's types of elements by their numbers in files (TensorProto.DataType). */
const names: readonly string[] = [
  "undefined",
  "float",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "double",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
  "float8e4m3fn",
  "float8e4m3fnuz",
  "float8e5m2",
  "float8e5m2fnuz",
  "uint4",
  "int4",
  "float4e2m1",
];

/** Those that are read and written, and the bytes that each number takes; texts take what they are long. */
const sizes: Readonly<Record<OnnxElement, number>> = {
  float: 4,
  double: 8,
  int32: 4,
  int64: 8,
  bool: 1,
  string: 0,
};

/** A type's name, also of those that are not read. */
export const elementName = (code: number): string => names[code] ?? `number ${code}`;

/** The type of this number, or null if it is not read. */
export function elementOf(code: number): OnnxElement | null {
  const name = elementName(code);
  return Object.hasOwn(sizes, name) ? (name as OnnxElement) : null;
}

export const codeOf = (type: OnnxElement): number => names.indexOf(type);

export const bytesOf = (type: OnnxElement): number => sizes[type];
