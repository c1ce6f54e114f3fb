import { type Affine, isConstant, product, rearranged, scaled, sizeOf, sum } from "./affine.js";
import { attribute, required } from "./attributes.js";
import { constant } from "./constants.js";
import type { Room } from "./room.js";
import { broadcast, stretched, transposed } from "./shapes.js";
import type { Call } from "./value.js";

/** Operators that are sums and products. */
export const arithmetic: Readonly<Record<string, (call: Call) => Affine>> = {
  Add: (call) => plus(call, required(call, 0), required(call, 1)),
  Sub: (call) => plus(call, required(call, 0), times(call.room, required(call, 1), -1)),
  Mul(call) {
    const [a, b] = together(call, required(call, 0), required(call, 1));
    if (!isConstant(a) && !isConstant(b)) throw bothDepend(call);
    return isConstant(b) ? scaled(a, b.bias, call.room) : scaled(b, a.bias, call.room);
  },
  Div(call) {
    const [a, b] = together(call, required(call, 0), required(call, 1));
    if (!isConstant(b)) throw call.refuse("divides by what depends on the network's inputs");
    if (a.isWhole && b.isWhole) throw call.refuse("divides whole numbers, which it rounds");
    return scaled(
      a,
      b.bias.map((divisor) => 1 / divisor),
      call.room,
    );
  },
  MatMul: (call) => multiplied(call, required(call, 0), required(call, 1)),
  Gemm,
  BatchNormalization,
  Scaler,
};

/** The sum, of any two shapes that go together. */
export function plus(call: Call, a: Affine, b: Affine): Affine {
  const [left, right] = together(call, a, b);
  return sum(left, right, call.room);
}

export const times = (room: Room, value: Affine, factor: number): Affine =>
  factor === 1 ? value : scaled(value, new Float64Array(value.bias.length).fill(factor), room);

/** A number as a value of any shape. */
export const number = (value: number): Affine => constant([value], []);

function together(call: Call, a: Affine, b: Affine): [a: Affine, b: Affine] {
  const dims = broadcast(a.dims, b.dims);
  if (!dims) throw call.refuse(`puts shapes together that do not fit, [${a.dims}] and [${b.dims}]`);
  return [stretch(a, dims, call.room), stretch(b, dims, call.room)];
}

function stretch(value: Affine, dims: readonly number[], room: Room): Affine {
  if (String(value.dims) === String(dims)) return value;
  room.take(sizeOf(dims));
  return rearranged(value, stretched(value.dims, dims), dims, room);
}

const bothDepend = ({ refuse }: Call) =>
  refuse("multiplies two values that both depend on the network's inputs");

/** A matrix product of which one factor is constant and has two axes. */
function multiplied(call: Call, a: Affine, b: Affine): Affine {
  const { room, refuse } = call;
  if (!isConstant(a) && !isConstant(b)) throw bothDepend(call);
  if (!isConstant(b)) {
    // A·B = (Bᵀ·Aᵀ)ᵀ; one that has an axis is a column here.
    if (a.dims.length !== 2 || b.dims.length > 2) {
      throw refuse(`multiplies shapes that are not read, [${a.dims}] and [${b.dims}]`);
    }
    const isColumn = b.dims.length === 1;
    const right = isColumn ? { ...b, dims: [1, b.dims[0]] } : turned(b, room);
    const result = multiplied(call, right, turned(a, room));
    return isColumn ? { ...result, dims: [a.dims[0]] } : turned(result, room);
  }
  const inner = a.dims[a.dims.length - 1];
  const columns = b.dims[1] ?? 1;
  if (a.dims.length === 0 || ![1, 2].includes(b.dims.length) || b.dims[0] !== inner) {
    throw refuse(`multiplies shapes that do not fit, [${a.dims}] and [${b.dims}]`);
  }
  const rows = sizeOf(a.dims.slice(0, -1));
  const dims = [...a.dims.slice(0, -1), ...b.dims.slice(1)];
  return product(a, b.bias, [rows, inner, columns], dims, room);
}

/** The transpose of a matrix. */
function turned(value: Affine, room: Room): Affine {
  const [rows, columns] = value.dims;
  return rearranged(value, transposed(value.dims, [1, 0]), [columns, rows], room);
}

/** alpha·A'·B' + beta·C; where beta is 0, whatever C holds. */
function Gemm(call: Call): Affine {
  const { room, inputs, refuse } = call;
  const side = (place: number, flag: string): Affine => {
    const value = required(call, place);
    if (value.dims.length !== 2) throw refuse(`multiplies matrices, but one is of shape [${value.dims}]`);
    return attribute(call, flag, "int") ? turned(value, room) : value;
  };
  const both = multiplied(call, side(0, "transA"), side(1, "transB"));
  const result = times(room, both, attribute(call, "alpha", "float") ?? 1);
  const added = inputs[2];
  const beta = attribute(call, "beta", "float") ?? 1;
  return added && beta !== 0 ? plus(call, result, times(room, added, beta)) : result;
}

/** As it predicts: scale·(x − mean)/√(variance + ε) + shift, along the second axis. */
function BatchNormalization(call: Call): Affine {
  const { refuse } = call;
  if (attribute(call, "training_mode", "int")) throw refuse("is left in training mode");
  const value = required(call, 0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((place) => {
    const each = required(call, place);
    if (!isConstant(each) || value.dims.length < 2 || each.bias.length !== value.dims[1]) {
      throw refuse("needs constants, one for each channel");
    }
    return each.bias;
  });
  const epsilon = attribute(call, "epsilon", "float") ?? 1e-5;
  const factors = scale.map((factor, c) => factor / Math.sqrt(variance[c] + epsilon));
  const channels = [scale.length, ...value.dims.slice(2).map(() => 1)];
  const standardized = centered(call, value, constant(mean, channels), constant(factors, channels));
  return plus(call, standardized, constant(shift, channels));
}

/** (x − offset)·scale, as scikit-learn's StandardScaler is written. */
function Scaler(call: Call): Affine {
  const value = required(call, 0);
  const offset = attribute(call, "offset", "floats") ?? [0];
  const scale = attribute(call, "scale", "floats") ?? [1];
  return centered(call, value, constant(offset, [offset.length]), constant(scale, [scale.length]));
}

/** (x − centers)·factors, of any shapes that go together. */
function centered(call: Call, x: Affine, { bias, dims }: Affine, factors: Affine): Affine {
  const moved = plus(
    call,
    x,
    constant(
      bias.map((center) => -center),
      dims,
    ),
  );
  const [left, right] = together(call, moved, factors);
  return scaled(left, right.bias, call.room);
}
