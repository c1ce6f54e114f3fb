import type { Tensor } from "../backend/arena.js";
import type { Parameter } from "../weights/parameter.js";

/** The numbers of everything trained, in order: V, and g where there is one. */
export function trainedTensors(parameters: readonly Parameter[]): Tensor[] {
  return parameters.flatMap(({ raw, lengths }) => (lengths ? [raw, lengths] : [raw]));
}

/** Copies tensors one after the other into `into`, which has room for all of them. */
export function pack(tensors: readonly Tensor[], into: Float32Array): Float32Array {
  let at = 0;
  for (const tensor of tensors) {
    into.set(tensor.data, at);
    at += tensor.length;
  }
  return into;
}

/** The inverse of `pack`. */
export function unpack(tensors: readonly Tensor[], from: Float32Array): void {
  let at = 0;
  for (const tensor of tensors) {
    tensor.data.set(from.subarray(at, at + tensor.length));
    at += tensor.length;
  }
}

/** How many values `pack` writes. */
export function packedLength(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, tensor) => sum + tensor.length, 0);
}
