// c·x^q for any q, since WebAssembly has neither logarithm nor exponential.

import { multiplyAdd, splat } from "./vector";

/** The bits of √½ as a float32. */
const SQRT_HALF = 0x3f3504f3;
/** Adding and subtracting 1.5·2²³ rounds to the nearest integer and leaves it in the lowest bits. */
const ROUND: f32 = 12582912;
/** Keeps 2ⁿ a normal number. */
const LARGEST: f32 = 123;

/**
 * c·x^q for x ≥ 0, within 1e-6 of itself, kept in 2^±125; `atZero` where x is 0 or subnormal.
 *
 * x = 2^e·m with √½ ≤ m < √2 and s = (m − 1)/(m + 1): log₂ m = s·P(s²), and the result is 2^(q·e + q·log₂ m + log₂ c).
 * q also comes as high + low, and log₂ c as whole + fraction, such that high·e + whole is exact: rounding it would cost
 * 1e-5 where x is small. The polynomials are minimax, in an order that keeps the chain of operations short.
 */
@inline
export function scaledPower(x: v128, q: v128, high: v128, low: v128, whole: v128, fraction: v128, atZero: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(x, i32x4.splat(SQRT_HALF)), 23);
  const m = i32x4.sub(x, i32x4.shl(exponent, 23));
  const e = f32x4.convert_i32x4_s(exponent);
  const s = v128.div<f32>(v128.sub<f32>(m, splat(1)), v128.add<f32>(m, splat(1)));
  const z = v128.mul<f32>(s, s);
  const p = multiplyAdd(multiplyAdd(splat(0.5957250), z, splat(0.96159393)), z, splat(2.8853903));
  let large = multiplyAdd(high, e, whole);
  large = f32x4.pmax(splat(-LARGEST), f32x4.pmin(splat(LARGEST), large));
  const small = multiplyAdd(v128.mul<f32>(q, s), p, multiplyAdd(low, e, fraction));
  const rounded = v128.add<f32>(v128.add<f32>(large, small), splat(ROUND));
  const r = v128.add<f32>(v128.sub<f32>(large, v128.sub<f32>(rounded, splat(ROUND))), small);
  const square = v128.mul<f32>(r, r);
  const low2 = multiplyAdd(splat(0.69314706), r, splat(1));
  const middle = multiplyAdd(splat(0.055506915), r, splat(0.24022219));
  const top = multiplyAdd(splat(0.0013272983), r, splat(0.009673034));
  const power = multiplyAdd(multiplyAdd(top, square, middle), square, low2);
  const result = i32x4.add(power, i32x4.shl(rounded, 23));
  return v128.bitselect(atZero, result, v128.lt<f32>(x, splat(1.17549435e-38)));
}
