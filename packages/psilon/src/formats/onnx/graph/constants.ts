import type { InputError } from "../../../errors.js";
import { excerpt } from "../../untrusted.js";
import type { OnnxSparseTensor, OnnxTensor } from "../model.js";
import { type Affine, sizeOf } from "./affine.js";
import type { Room } from "./room.js";

type Refuse = (what: string) => InputError;

/** Numbers as a value that depends on nothing. */
export const constant = (values: ArrayLike<number>, dims: readonly number[], isWhole = false): Affine => ({
  kind: "affine",
  dims,
  isWhole,
  bias: Float64Array.from(values),
  shares: new Map(),
});

/** The same of a tensor's. Throws where it holds texts. */
export function constantOf(tensor: OnnxTensor, room: Room, refuse: Refuse): Affine {
  if (tensor.type === "string") throw refuse("computes with texts");
  room.take(tensor.data.length);
  const values = Float64Array.from(tensor.data as ArrayLike<number | bigint>, Number);
  return constant(values, tensor.dims, tensor.type !== "float" && tensor.type !== "double");
}

/** The same of a tensor without its zeros, whose places are numbers of elements or rows of coordinates. */
export function constantOfSparse(
  { values, indices, dims }: OnnxSparseTensor,
  room: Room,
  refuse: Refuse,
): Affine {
  const found = constantOf(values, room, refuse);
  const places = constantOf(indices, room, refuse).bias;
  const count = found.bias.length;
  const perPlace = places.length / count;
  room.take(sizeOf(dims));
  const bias = new Float64Array(sizeOf(dims));
  if (count > 0 && perPlace !== 1 && perPlace !== dims.length) {
    throw refuse(`is sparse, but has ${places.length} places for ${count} values`);
  }
  found.bias.forEach((value, i) => {
    const at =
      perPlace === 1
        ? places[i]
        : dims.reduce((place, size, d) => place * size + places[i * perPlace + d], 0);
    if (!(at >= 0 && at < bias.length))
      throw refuse(`is sparse, but has a value outside of [${excerpt(String(dims))}]`);
    bias[at] = value;
  });
  return { ...found, dims, bias };
}
