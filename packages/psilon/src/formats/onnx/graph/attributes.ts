import type { OnnxAttribute } from "../model.js";
import { isConstant } from "./affine.js";
import type { Call } from "./value.js";

type ValueOf<K extends OnnxAttribute["kind"]> = Extract<OnnxAttribute, { readonly kind: K }>["value"];

/** The attribute of that name and kind; undefined where there is none. */
export function attribute<K extends OnnxAttribute["kind"]>(
  { node, refuse }: Call,
  name: string,
  kind: K,
): ValueOf<K> | undefined {
  const found = node.attributes.find((one) => one.name === name);
  if (found === undefined) return undefined;
  if (found.kind !== kind) throw refuse(`has an attribute "${name}" of another kind than ${kind}`);
  return found.value as ValueOf<K> | undefined;
}

/** The input at this place, which must be there. */
export function required({ inputs, refuse }: Call, place: number) {
  const value = inputs[place];
  if (!value) throw refuse(`lacks its input ${place + 1}`);
  return value;
}

/** The numbers of the input at this place, which depend on nothing; undefined where it is left out. */
export function constantAt({ inputs, refuse }: Call, place: number): Float64Array | undefined {
  const value = inputs[place];
  if (!value) return undefined;
  if (!isConstant(value))
    throw refuse(`takes its input ${place + 1} from what depends on the network's inputs`);
  return value.bias;
}

/** Whole numbers that older operators have as an attribute, newer ones as an input; undefined where there are none. */
export function integers(call: Call, name: string, place: number): readonly number[] | undefined {
  const own = attribute(call, name, "ints");
  if (own) return own;
  const given = constantAt(call, place);
  return given && Array.from(given);
}

/** An axis of a tensor of so many, from its end where it is negative. */
export function axisOf(axis: number, rank: number, { refuse }: Call): number {
  const own = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(own) || own < 0 || own >= rank) throw refuse(`names the axis ${axis} of ${rank}`);
  return own;
}
