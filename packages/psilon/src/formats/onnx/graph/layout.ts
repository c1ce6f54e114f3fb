import { excerpt } from "../../untrusted.js";
import { type Affine, isConstant, joined, rearranged, sizeOf } from "./affine.js";
import { attribute, axisOf, constantAt, integers, required } from "./attributes.js";
import { constant, constantOf } from "./constants.js";
import { transposed } from "./shapes.js";
import type { Call } from "./value.js";

/** Operators that leave numbers as they are, and what makes them. */
export const layout: Readonly<Record<string, (call: Call) => Affine>> = {
  Identity: (call) => required(call, 0),
  Dropout(call) {
    if (constantAt(call, 2)?.[0]) throw call.refuse("is left in training mode");
    return required(call, 0);
  },
  Cast,
  Flatten(call) {
    const value = required(call, 0);
    const axis = attribute(call, "axis", "int") ?? 1;
    const at = axis === value.dims.length ? axis : axisOf(axis, value.dims.length, call);
    return { ...value, dims: [sizeOf(value.dims.slice(0, at)), sizeOf(value.dims.slice(at))] };
  },
  Reshape,
  Transpose(call) {
    const value = required(call, 0);
    const last = value.dims.length - 1;
    const axes = attribute(call, "perm", "ints") ?? value.dims.map((_, d) => last - d);
    if (String([...axes].sort((a, b) => a - b)) !== String(value.dims.map((_, d) => d))) {
      throw call.refuse(`puts the axes [${excerpt(String(axes))}] in the place of ${value.dims.length}`);
    }
    call.room.take(value.bias.length);
    const dims = axes.map((axis) => value.dims[axis]);
    return rearranged(value, transposed(value.dims, axes), dims, call.room);
  },
  Squeeze(call) {
    const value = required(call, 0);
    const axes = integers(call, "axes", 1)?.map((axis) => axisOf(axis, value.dims.length, call));
    const isGone = (size: number, d: number) => (axes ? axes.includes(d) : size === 1);
    const dims = value.dims.filter((size, d) => !isGone(size, d));
    return withDims(call, value, dims);
  },
  Unsqueeze(call) {
    const value = required(call, 0);
    const given = integers(call, "axes", 1) ?? [];
    const rank = value.dims.length + given.length;
    const axes = given.map((axis) => axisOf(axis, rank, call));
    const old = value.dims.values();
    const dims = Array.from({ length: rank }, (_, d) => (axes.includes(d) ? 1 : (old.next().value ?? 0)));
    return withDims(call, value, dims);
  },
  Concat,
  Constant,
};

/** The same numbers in another shape. */
function withDims({ refuse }: Call, value: Affine, dims: readonly number[]): Affine {
  if (sizeOf(dims) !== value.bias.length || !dims.every((size) => Number.isInteger(size) && size >= 0)) {
    throw refuse(`makes the shape [${excerpt(String(dims))}] of ${value.bias.length} numbers`);
  }
  return { ...value, dims };
}

/** Numbers by their numbers in TensorProto.DataType. */
const casts: Readonly<Record<number, "number" | "whole" | undefined>> = {
  1: "number",
  11: "number",
  6: "whole",
  7: "whole",
};

/** What a Cast makes; undefined for anything but numbers. */
export const castTo = (call: Call) => casts[attribute(call, "to", "int") ?? 0];

export const castAway = ({ refuse }: Call) =>
  refuse("makes what depends on the network's inputs anything but float or double");

function Cast(call: Call): Affine {
  const value = required(call, 0);
  const to = castTo(call);
  if (to === "number") return { ...value, isWhole: false };
  if (to !== "whole" || !(value.isWhole || isConstant(value))) throw castAway(call);
  return { ...value, isWhole: true, bias: value.bias.map(Math.trunc) };
}

/** A size of 0 stands for the one that was there, a single −1 for what is left. */
function Reshape(call: Call): Affine {
  const value = required(call, 0);
  const asked = integers(call, "shape", 1) ?? [];
  const keepsZeros = attribute(call, "allowzero", "int") === 1;
  const known = asked.map((size, d) => (size === 0 && !keepsZeros ? (value.dims[d] ?? 0) : size));
  const free = known.indexOf(-1);
  if (free >= 0) known[free] = value.bias.length / sizeOf(known.filter((_, d) => d !== free));
  return withDims(call, value, known);
}

function Concat(call: Call): Affine {
  const { inputs, room, refuse } = call;
  const values = inputs.map((_, place) => required(call, place));
  if (values.length === 0) throw refuse("has nothing to put together");
  const [{ dims }] = values;
  const axis = axisOf(attribute(call, "axis", "int") ?? 0, dims.length, call);
  const others = (shape: readonly number[]) => String(shape.map((size, d) => (d === axis ? "" : size)));
  if (values.some((value) => others(value.dims) !== others(dims))) {
    throw refuse(
      `puts shapes together that do not fit, ${excerpt(values.map((value) => `[${value.dims}]`).join(", "))}`,
    );
  }
  const total = values.reduce((size, value) => size + value.dims[axis], 0);
  const result = dims.map((size, d) => (d === axis ? total : size));
  // The pieces of each value between two axes before that one stand one after the other.
  const outer = sizeOf(dims.slice(0, axis));
  room.take(sizeOf(result));
  const starts: number[] = [];
  values.reduce((start, value) => starts.push(start) && start + value.bias.length, 0);
  const places = new Int32Array(sizeOf(result));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    values.forEach((value, v) => {
      const length = value.bias.length / outer;
      for (let i = 0; i < length; i++) places[at++] = starts[v] + o * length + i;
    });
  }
  const all = joined(values, room);
  return outer === 1 ? { ...all, dims: result } : rearranged(all, places, result, room);
}

function Constant(call: Call): Affine {
  const { node, refuse, room } = call;
  const [found] = node.attributes;
  if (found?.name === "value" && found.kind === "tensor") return constantOf(found.value, room, refuse);
  if (
    found?.kind !== "float" &&
    found?.kind !== "floats" &&
    found?.kind !== "int" &&
    found?.kind !== "ints"
  ) {
    throw refuse("holds a value of a kind that is not read");
  }
  const isOne = found.kind === "float" || found.kind === "int";
  const values = isOne ? [found.value] : found.value;
  return constant(values, isOne ? [] : [values.length], found.kind === "int" || found.kind === "ints");
}
