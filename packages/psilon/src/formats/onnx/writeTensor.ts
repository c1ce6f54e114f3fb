import { bytesOf, codeOf } from "./elements.js";
import { tensorFields as fields, sparseFields } from "./fieldNumbers.js";
import type { OnnxSparseTensor, OnnxTensor } from "./model.js";
import { nested, type Pieces, text, varint, varints } from "./wire.js";

/** A tensor's fields: numbers as raw bytes, little-endian, and texts as they are. */
export function tensorPieces(tensor: OnnxTensor): Pieces {
  const { name, dims, type } = tensor;
  return [
    ...varints(fields.dims, dims),
    ...varint(fields.type, codeOf(type)),
    ...(name === "" ? [] : text(fields.name, name)),
    ...(tensor.type === "string"
      ? tensor.data.flatMap((value) => text(fields.strings, value))
      : nested(fields.raw, [rawBytes(tensor)])),
  ];
}

export const sparsePieces = ({ values, indices, dims }: OnnxSparseTensor): Pieces => [
  ...nested(sparseFields.values, tensorPieces(values)),
  ...nested(sparseFields.indices, tensorPieces(indices)),
  ...varints(sparseFields.dims, dims),
];

function rawBytes(tensor: Exclude<OnnxTensor, { type: "string" }>): Uint8Array {
  const { type, data } = tensor;
  const size = bytesOf(type);
  const bytes = new Uint8Array(size * data.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    if (type === "float") view.setFloat32(size * i, tensor.data[i], true);
    else if (type === "double") view.setFloat64(size * i, tensor.data[i], true);
    else if (type === "int32") view.setInt32(size * i, tensor.data[i], true);
    else if (type === "int64") view.setBigInt64(size * i, tensor.data[i], true);
    else view.setUint8(i, tensor.data[i]);
  }
  return bytes;
}
