// One optimizer step on a run of values: the moment rule and the decay of weights, every value loaded and stored once.
// The step's constants stand in the arena as float32 numbers, written once a step; `optimizers/stepConstants.ts` has
// their formulas.

import { loadPart, multiplyAdd, splat, storePart } from "./vector";
import { scaledPower } from "./power";

// Where the constants stand, in bytes.
const RATE: usize = 0;
const BETA1: usize = 4;
const BETA2: usize = 8;
const EPSILON: usize = 12;
const CLIP: usize = 16;
const KEEP: usize = 20;
const SHARE: usize = 24;
const GROWTH: usize = 28;
const STRENGTH: usize = 32;
const EXPONENT: usize = 36;
const EXPONENT_HIGH: usize = 40;
const EXPONENT_LOW: usize = 44;
const LOG_WHOLE: usize = 48;
const LOG_FRACTION: usize = 52;
const AT_ZERO: usize = 56;

/** 2^126: times any value but 0 and subnormal ones it is at least 1. */
const LARGEST_POWER: f32 = 8.507059173023462e37;

// Rules and decays are types, so that each pair compiles to a loop of its own; values would leave branches in it.

/** m ← β₁·m + ∂; the step is rate·m. */
class Sgd {}
/** And s ← β₂·s + ∂²; the step is rate·m/(√s + ε). */
class Adam {}

/** w − step. */
class None {}
/** keep·w − share·step: explicit decay, and decoupled decay for p = 2. */
class Affine {}
/** (w − step)·x/(growth·x + strength) with x = |w|^(2−p), for p = 1. */
class One {}
/** The same for p = 3/2. */
class ThreeHalves {}
/** (w − step)/(growth + strength·|w|^(p−2)). */
class AnyPower {}
/** The same with |w − step| in the power. */
class Late {}
/** ∂ ← ∂ + strength·|w|^(p−1)·sign(w) before the rule. */
class Coupled {}
/** argmin_x ½(x − u)² + strength·|x| at u = w − step. */
class ProximalOne {}
/** argmin_x ½(x − u)² + strength·|x|^{3/2} at u = w − step. */
class ProximalThreeHalves {}

/** |x| with the sign of `like`. */
@inline
function withSign(x: v128, like: v128): v128 {
  return v128.or(x, v128.and(like, splat(-0.0)));
}

/** The new weight, where the step is `up`, for Adam divided by `down`. */
@inline
function decayed<Rule, Decay>(
  w: v128, up: v128, down: v128, step: usize,
  q: v128, high: v128, low: v128, whole: v128, fraction: v128, atZero: v128,
): v128 {
  if (idof<Decay>() == idof<One>() || idof<Decay>() == idof<ThreeHalves>() || idof<Decay>() == idof<AnyPower>()) {
    // Step and decay in one division.
    const size = v128.abs<f32>(w);
    const moved = v128.sub<f32>(idof<Rule>() == idof<Adam>() ? v128.mul<f32>(w, down) : w, up);
    const growth = v128.load32_splat(step, GROWTH);
    if (idof<Decay>() == idof<AnyPower>()) {
      const power = scaledPower(size, q, high, low, whole, fraction, atZero);
      const by = idof<Rule>() == idof<Adam>()
        ? multiplyAdd(power, down, v128.mul<f32>(growth, down))
        : v128.add<f32>(growth, power);
      return v128.div<f32>(moved, by);
    }
    const x = idof<Decay>() == idof<One>() ? size : v128.sqrt<f32>(size);
    const by = multiplyAdd(x, growth, v128.load32_splat(step, STRENGTH));
    return v128.mul<f32>(moved, v128.div<f32>(x, idof<Rule>() == idof<Adam>() ? v128.mul<f32>(down, by) : by));
  }
  const move = idof<Rule>() == idof<Adam>() ? v128.div<f32>(up, down) : up;
  if (idof<Decay>() == idof<Affine>()) return v128.sub<f32>(v128.mul<f32>(v128.load32_splat(step, KEEP), w), move);
  const moved = v128.sub<f32>(w, move);
  if (idof<Decay>() == idof<Late>()) {
    const growth = v128.load32_splat(step, GROWTH);
    return v128.div<f32>(moved, v128.add<f32>(growth, scaledPower(v128.abs<f32>(moved), q, high, low, whole, fraction, atZero)));
  }
  if (idof<Decay>() == idof<ProximalOne>()) {
    const size = v128.sub<f32>(v128.abs<f32>(moved), v128.load32_splat(step, STRENGTH));
    return withSign(f32x4.pmax(splat(0), size), moved);
  }
  if (idof<Decay>() == idof<ProximalThreeHalves>()) {
    // √x solves y² + 3/2·strength·y = |u|; as a quotient, since the difference would cancel where |u| is small.
    const size = v128.abs<f32>(moved);
    const half = v128.mul<f32>(splat(0.75), v128.load32_splat(step, STRENGTH));
    const root = v128.div<f32>(size, v128.add<f32>(half, v128.sqrt<f32>(multiplyAdd(half, half, size))));
    return withSign(v128.mul<f32>(root, root), moved);
  }
  return moved;
}

/** `count` values, a multiple of 4 and not 0, whose gradient is factor·(G − pull·∂N/∂V). */
function stepAll<Rule, Decay>(
  count: i32, values: usize, gradient: usize, first: usize, second: usize,
  factor: f32, pull: f32, norm: i32, unit: f32, step: usize,
): void {
  const c = splat(factor * load<f32>(step, CLIP));
  const slope = splat(pull);
  // ∂N/∂V is w·steep, bounded: sign(w) for L1, w itself for L2, by the same few operations.
  const steep = splat(norm == 1 ? LARGEST_POWER : 1);
  const most = splat(norm == 1 ? 1 : Infinity);
  const least = splat(norm == 1 ? -1 : -Infinity);
  const share: f32 = idof<Decay>() == idof<Affine>() ? load<f32>(step, SHARE) : 1;
  const rate = splat(share * unit * load<f32>(step, RATE));
  const beta1 = v128.load32_splat(step, BETA1);
  const beta2 = v128.load32_splat(step, BETA2);
  const epsilon = v128.load32_splat(step, EPSILON);
  const q = v128.load32_splat(step, EXPONENT);
  const high = v128.load32_splat(step, EXPONENT_HIGH);
  const low = v128.load32_splat(step, EXPONENT_LOW);
  const whole = v128.load32_splat(step, LOG_WHOLE);
  const fraction = v128.load32_splat(step, LOG_FRACTION);
  const atZero = v128.load32_splat(step, AT_ZERO);
  let j = 0;
  // Tested at its end: only out of such a loop does the engine take what does not change.
  do {
    const at = <usize>j << 2;
    const w = v128.load(values + at);
    const direction = f32x4.pmax(least, f32x4.pmin(most, v128.mul<f32>(steep, w)));
    let g = v128.mul<f32>(c, v128.sub<f32>(v128.load(gradient + at), v128.mul<f32>(slope, direction)));
    if (idof<Decay>() == idof<Coupled>()) g = v128.add<f32>(g, withSign(scaledPower(v128.abs<f32>(w), q, high, low, whole, fraction, atZero), w));
    const m = multiplyAdd(beta1, v128.load(first + at), g);
    v128.store(first + at, m);
    const up = v128.mul<f32>(rate, m);
    let down = up;
    if (idof<Rule>() == idof<Adam>()) {
      const s = multiplyAdd(beta2, v128.load(second + at), v128.mul<f32>(g, g));
      v128.store(second + at, s);
      down = v128.add<f32>(v128.sqrt<f32>(s), epsilon);
    }
    v128.store(values + at, decayed<Rule, Decay>(w, up, down, step, q, high, low, whole, fraction, atZero));
    j += 4;
  } while (j < count);
}

@inline
function stepBy<Rule>(
  decay: i32, count: i32, values: usize, gradient: usize, first: usize, second: usize,
  factor: f32, pull: f32, norm: i32, unit: f32, step: usize,
): void {
  if (decay == 0) stepAll<Rule, None>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 1) stepAll<Rule, Affine>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 2) stepAll<Rule, One>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 3) stepAll<Rule, ThreeHalves>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 4) stepAll<Rule, AnyPower>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 5) stepAll<Rule, Late>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 6) stepAll<Rule, Coupled>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else if (decay == 7) stepAll<Rule, ProximalOne>(count, values, gradient, first, second, factor, pull, norm, unit, step);
  else stepAll<Rule, ProximalThreeHalves>(count, values, gradient, first, second, factor, pull, norm, unit, step);
}

function stepWhole(
  rule: i32, decay: i32, count: i32, values: usize, gradient: usize, first: usize, second: usize,
  factor: f32, pull: f32, norm: i32, unit: f32, step: usize,
): void {
  if (rule == 0) stepBy<Sgd>(decay, count, values, gradient, first, second, factor, pull, norm, unit, step);
  else stepBy<Adam>(decay, count, values, gradient, first, second, factor, pull, norm, unit, step);
}

/** Room for the last one to three values, so that the loops above need to know whole vectors only. */
const room = memory.data(64, 16);

/**
 * One step on `count` values. Their gradient is factor·(G − pull·∂N/∂V), with ∂N/∂V = sign(V) for norm 1 and V for
 * others, times the clipping factor; the step is multiplied by `unit`.
 */
export function stepValues(
  rule: i32, decay: i32, count: i32, values: usize, gradient: usize, first: usize, second: usize,
  factor: f32, pull: f32, norm: i32, unit: f32, step: usize,
): void {
  const whole = count & ~3;
  if (whole > 0) stepWhole(rule, decay, whole, values, gradient, first, second, factor, pull, norm, unit, step);
  const left = count - whole;
  if (left == 0) return;
  const at = <usize>whole << 2;
  v128.store(room, loadPart(values + at, left));
  v128.store(room, loadPart(gradient + at, left), 16);
  v128.store(room, loadPart(first + at, left), 32);
  v128.store(room, loadPart(second + at, left), 48);
  stepWhole(rule, decay, 4, room, room + 16, room + 32, room + 48, factor, pull, norm, unit, step);
  storePart(values + at, v128.load(room), left);
  storePart(first + at, v128.load(room, 32), left);
  if (rule == 1) storePart(second + at, v128.load(room, 48), left);
}
