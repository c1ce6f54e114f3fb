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
  let level = 0;
  for (const units of value.shares.keys()) level = Math.max(level, units.level);
  if (level === DEEPEST) throw refuse(`stands behind ${DEEPEST} activations, and no network is as deep`);
  const units: Units = { count: value.bias.length, level: level + 1, of: value };
  return unitsAs(units, value.dims, false, room);
}

/** least + max(v − least, 0) − max(v − most, 0). */
function Clip(call: Call): Affine {
  const value = required(call, 0);
  const least = limit(call, "min", 1, Number.NEGATIVE_INFINITY);
  const most = limit(call, "max", 2, Number.POSITIVE_INFINITY);
  if (!(least <= most)) throw call.refuse(`has no number between ${least} and ${most}`);
  const above = (from: number) => relu(call, plus(call, value, number(-from)));
  if (least === Number.NEGATIVE_INFINITY) {
    if (most === Number.POSITIVE_INFINITY) return value;
    // Without a least, what is missing below the most: most − max(most − v, 0).
    const below = relu(call, plus(call, times(call.room, value, -1), number(most)));
    return plus(call, times(call.room, below, -1), number(most));
  }
  const lifted = plus(call, above(least), number(least));
  return most === Number.POSITIVE_INFINITY ? lifted : plus(call, lifted, times(call.room, above(most), -1));
}

/** float32's own ends are as good as none. */
const WIDEST = 3.4028234663852886e38;

function limit(call: Call, name: string, place: number, none: number): number {
  const given = constantAt(call, place)?.[0] ?? attribute(call, name, "float") ?? none;
  return Math.abs(given) >= WIDEST ? Math.sign(given) * Number.POSITIVE_INFINITY : given;
}
