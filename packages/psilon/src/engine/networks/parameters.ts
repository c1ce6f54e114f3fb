import type { Tensor } from "../backend/arena.js";
import type { Network } from "./network.js";

/** Everything trained, in a fixed order: V, g where there is one, and b, layer by layer. */
export function parameters(network: Network): Tensor[] {
  return network.layers.flatMap(({ weight, bias }) =>
    weight.lengths ? [weight.raw, weight.lengths, bias] : [weight.raw, bias],
  );
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
