import { type Affine, isConstant, type Units, unitsAs } from "./affine.js";
import { number, plus, times } from "./arithmetic.js";
import { attribute, constantAt, required } from "./attributes.js";
import type { Call } from "./value.js";

/** Operators that bend, all of them sums of ReLUs. */
export const activations: Readonly<Record<string, (call: Call) => Affine>> = {
  Relu: (call) => relu(call, required(call, 0)),
  /** max(v, 0) − a·max(−v, 0). */
  LeakyRelu(call) {
    const value = required(call, 0);
    const slope = attribute(call, "alpha", "float") ?? 0.01;
    const below = relu(call, times(call.room, value, -1));
    return plus(call, relu(call, value), times(call.room, below, -slope));
  },
  Clip,
};

/** More activations, one behind the other, than networks have. */
const DEEPEST = 1000;

/** max(v, 0) of each element. */
function relu({ room, refuse }: Call, value: Affine): Affine {
  if (isConstant(value)) return { ...value, bias: value.bias.map((bias) => Math.max(bias, 0)) };
  room.work(value.shares.size);
  let level = 0;
  for (const units of value.shares.keys()) level = Math.max(level, units.level);
  if (level === DEEPEST) throw refuse(`stands behind ${DEEPEST} activations, and no network is as deep`);
  const units: Units = { count: value.bias.length, level: level + 1, of: value };
  return unitsAs(units, value.dims, false, room);
}

/** Ends of at most this size are rounded by a millionth at most in float32. */
const NEAR = 8;

/**
 * One number between the two ends, and from there upwards max(v − from, 0) − max(v − most, 0), and downwards the same of −v. It is an end that is
 * near 0, which leaves one of both out and the bounds smaller; where both are far, the number next to 0, so that a value within them
 * is no difference of numbers as large as they are, which float32 would round.
 */
function Clip(call: Call): Affine {
  const value = required(call, 0);
  const least = limit(call, "min", 1, Number.NEGATIVE_INFINITY);
  const most = limit(call, "max", 2, Number.POSITIVE_INFINITY);
  if (!(least <= most)) throw call.refuse(`has no number between ${least} and ${most}`);
  if (least === Number.NEGATIVE_INFINITY && most === Number.POSITIVE_INFINITY) return value;
  const from = [least, most].find((end) => Math.abs(end) <= NEAR) ?? Math.min(Math.max(least, 0), most);
  const rising = (side: Affine, start: number, stop: number): Affine => {
    const above = (bound: number) => relu(call, plus(call, side, number(-bound)));
    if (stop === Number.POSITIVE_INFINITY) return above(start);
    return plus(call, above(start), times(call.room, above(stop), -1));
  };
  call.room.take(value.bias.length);
  let clipped: Affine = { ...value, bias: value.bias.map(() => from), shares: new Map() };
  if (from < most) clipped = plus(call, clipped, rising(value, from, most));
  if (from > least) {
    const below = rising(times(call.room, value, -1), -from, -least);
    clipped = plus(call, clipped, times(call.room, below, -1));
  }
  return clipped;
}

/** float32's own ends are as good as none. */
const WIDEST = 3.4028234663852886e38;

function limit(call: Call, name: string, place: number, none: number): number {
  const given = constantAt(call, place)?.[0] ?? attribute(call, name, "float") ?? none;
  return Math.abs(given) >= WIDEST ? Math.sign(given) * Number.POSITIVE_INFINITY : given;
}
