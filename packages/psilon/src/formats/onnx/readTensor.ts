import { InputError } from "../../errors.js";
import { damaged, excerpt } from "../untrusted.js";
import { bytesOf, elementName, elementOf } from "./elements.js";
import { tensorFields as fields, sparseFields } from "./fieldNumbers.js";
import type { OnnxElement, OnnxSparseTensor, OnnxTensor } from "./model.js";
import { pushIntegers, type Reading } from "./reading.js";
import { countVarints, eachVarint, type Field } from "./wire.js";

/** The fields that hold a tensor's elements, found anew each time, since one for each number would take far more than the file. */
type Typed = Iterable<Field>;

/** In which field numbers stand that are not raw bytes. */
const typedFields: Readonly<Record<OnnxElement, number>> = {
  float: fields.floats,
  double: fields.doubles,
  int32: fields.int32s,
  bool: fields.int32s,
  int64: fields.int64s,
  string: fields.strings,
};

/** A tensor whose shape and type agree with the numbers that it has. */
export function readTensor(message: Uint8Array, read: Reading): OnnxTensor {
  const { source } = read;
  let name = "";
  let code = 0;
  let raw: Uint8Array | null = null;
  let isElsewhere = false;
  const dims: number[] = [];
  for (const field of read.fields(message)) {
    if (field.number === fields.name) name = read.text(field);
    else if (field.number === fields.type) code = read.integer(field);
    else if (field.number === fields.dims) pushIntegers(dims, field, source);
    else if (field.number === fields.raw) raw = read.part(field);
    else if (field.number === fields.segment) throw inPieces(name, source);
    else if (field.number === fields.external) isElsewhere = true;
    else if (field.number === fields.location) isElsewhere ||= read.integer(field) !== 0;
  }
  const named = `tensor "${excerpt(name)}"`;
  if (isElsewhere) {
    throw new InputError({
      code: "unsuitable",
      found: `${source} keeps the numbers of its ${named} in another file, and other files are never opened`,
      where: { source },
      remedy: "save the network with its weights in one file, as PyTorch does with external_data=False",
    });
  }
  const type = elementOf(code);
  if (type === null) {
    throw new InputError({
      code: "wrong-format",
      found: `${source} holds the ${named} as ${elementName(code)}, but only float, double, int32, int64, bool and string are read`,
      where: { source },
      value: elementName(code),
      remedy: "convert it first",
    });
  }
  const typed: Typed = {
    *[Symbol.iterator]() {
      for (const field of read.fields(message)) if (field.number === typedFields[type]) yield field;
    },
  };
  const found = raw && type !== "string" ? raw.length / bytesOf(type) : countOf(type, typed);
  const count = sizeOf(dims, named, source);
  if (found !== count) {
    throw damaged(
      source,
      `its ${named} of shape [${excerpt(dims.join(", "))}] takes ${count} of ${type}, but it has ${found}`,
    );
  }
  if (type === "string") return { name, dims, type, data: Array.from(typed, read.text) };
  return raw ? fromRaw(name, dims, type, raw, count) : fromFields(name, dims, type, typed, count, source);
}

/** A sparse tensor as it stands; whether its places fit is for `dense` to say. */
export function readSparse(message: Uint8Array, read: Reading): OnnxSparseTensor {
  let values: OnnxTensor | null = null;
  let indices: OnnxTensor | null = null;
  const dims: number[] = [];
  for (const field of read.fields(message)) {
    if (field.number === sparseFields.values) values = readTensor(read.part(field), read);
    else if (field.number === sparseFields.indices) indices = readTensor(read.part(field), read);
    else if (field.number === sparseFields.dims) pushIntegers(dims, field, read.source);
  }
  if (!values || !indices)
    throw damaged(read.source, "a sparse tensor in it lacks its values or their places");
  sizeOf(dims, `sparse tensor "${excerpt(values.name)}"`, read.source);
  return { values, indices, dims };
}

/** How many elements a shape has; sizes are whole, at least 0, and together no more than can be counted. */
function sizeOf(dims: readonly number[], named: string, source: string): number {
  const count = dims.reduce((product, size) => product * size, 1);
  if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count)) {
    throw damaged(source, `its ${named} has the impossible shape [${excerpt(dims.join(", "))}]`);
  }
  return count;
}

function countOf(type: OnnxElement, typed: Typed): number {
  let count = 0;
  for (const { bytes } of typed) {
    if (type === "string") count++;
    else if (type === "float" || type === "double") count += bytes.length / bytesOf(type);
    else count += countVarints(bytes);
  }
  return count;
}

type Numbers = Exclude<OnnxElement, "string">;

function fromRaw(
  name: string,
  dims: readonly number[],
  type: Numbers,
  raw: Uint8Array,
  count: number,
): OnnxTensor {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const size = bytesOf(type);
  switch (type) {
    case "float":
      return {
        name,
        dims,
        type,
        data: filled(new Float32Array(count), (i) => view.getFloat32(size * i, true)),
      };
    case "double":
      return {
        name,
        dims,
        type,
        data: filled(new Float64Array(count), (i) => view.getFloat64(size * i, true)),
      };
    case "int32":
      return { name, dims, type, data: filled(new Int32Array(count), (i) => view.getInt32(size * i, true)) };
    case "int64":
      return {
        name,
        dims,
        type,
        data: filled(new BigInt64Array(count), (i) => view.getBigInt64(size * i, true)),
      };
    case "bool":
      return { name, dims, type, data: filled(new Uint8Array(count), (i) => Number(raw[i] !== 0)) };
  }
}

function filled<T extends { [i: number]: V; readonly length: number }, V>(array: T, at: (i: number) => V): T {
  for (let i = 0; i < array.length; i++) array[i] = at(i);
  return array;
}

function fromFields(
  name: string,
  dims: readonly number[],
  type: Numbers,
  typed: Typed,
  count: number,
  source: string,
): OnnxTensor {
  if (type === "float" || type === "double") {
    const all = new Uint8Array(count * bytesOf(type));
    let at = 0;
    for (const { bytes } of typed) {
      all.set(bytes, at);
      at += bytes.length;
    }
    return fromRaw(name, dims, type, all, count);
  }
  let at = 0;
  const each = (take: (low: number, high: number) => void): void => {
    for (const { bytes } of typed) eachVarint(bytes, source, take);
  };
  if (type === "int64") {
    const data = new BigInt64Array(count);
    each((low, high) => {
      data[at++] = (BigInt(high) << 32n) | BigInt(low);
    });
    return { name, dims, type, data };
  }
  const data = type === "int32" ? new Int32Array(count) : new Uint8Array(count);
  each((low) => {
    data[at++] = type === "int32" ? low : Number(low !== 0);
  });
  return data instanceof Int32Array
    ? { name, dims, type: "int32", data }
    : { name, dims, type: "bool", data };
}

const inPieces = (name: string, source: string): InputError =>
  new InputError({
    code: "unsuitable",
    found: `${source} holds its tensor "${excerpt(name)}" in segments, which are not read`,
    where: { source },
    remedy: "save the network with whole tensors",
  });
