// c·x^q for any q, since WebAssembly has neither logarithm nor exponential.

import { multiplyAdd, splat } from "./vector";

/**
 * c·x^q for x ≥ 0, within 1e-6 of itself, kept in 2^±125; `atZero` where x is 0 or subnormal.
 *
 * x = 2^e·m with √½ ≤ m < √2 and s = (m − 1)/(m + 1): log₂ m = s·P(s²), and the result is 2^(q·e + q·log₂ m + log₂ c).
 * q also comes as high + low, and log₂ c as whole + fraction, such that high·e + whole is exact: rounding it would cost
 * 1e-5 where x is small.
 */
@inline
export function scaledPower(x: v128, q: v128, high: v128, low: v128, whole: v128, fraction: v128, atZero: v128): v128 {
  const one = splat(1);
  const exponent = i32x4.shr_s(i32x4.sub(x, splat(0.70710677)), 23);
  const m = i32x4.sub(x, i32x4.shl(exponent, 23));
  const e = f32x4.convert_i32x4_s(exponent);
  const s = v128.div<f32>(v128.sub<f32>(m, one), v128.add<f32>(m, one));
  const z = v128.mul<f32>(s, s);
  let p = multiplyAdd(splat(0.5957250), z, splat(0.96159393));
  p = multiplyAdd(p, z, splat(2.8853903));
  const tail = multiplyAdd(low, e, fraction);
  const part = multiplyAdd(v128.mul<f32>(q, s), p, tail);
  let large = f32x4.pmin(splat(123), multiplyAdd(high, e, whole));
  large = f32x4.pmax(splat(-123), large);
  // n is nearly the nearest integer: it need not wait for the quotient, and r may exceed ½ a little.
  const slope = v128.mul<f32>(q, splat(1.4142135));
  const rounding = splat(12582912);
  const near = multiplyAdd(slope, v128.sub<f32>(m, splat(1.0303301)), v128.add<f32>(large, tail));
  const n = v128.add<f32>(near, rounding);
  const r = v128.add<f32>(v128.sub<f32>(large, v128.sub<f32>(n, rounding)), part);
  const square = v128.mul<f32>(r, r);
  const bottom = multiplyAdd(splat(0.69314623), r, one);
  const middle = multiplyAdd(splat(0.055513278), r, splat(0.24021496));
  const top = multiplyAdd(splat(0.0013218021), r, splat(0.0097080804));
  const power = multiplyAdd(multiplyAdd(top, square, middle), square, bottom);
  const result = i32x4.add(power, i32x4.shl(n, 23));
  return v128.bitselect(atZero, result, v128.lt<f32>(x, splat(1.17549435e-38)));
}
