// Functions of four float32 values at once, by the polynomials of the Cephes library (S. Moshier) and, for erf, the rational minimax
// approximation of Eigen; each within a few units in the last place, the same on every machine without relaxed SIMD.

import { multiplyAdd, splat } from "./vector";

/** eˣ; what lies beyond float32's normal numbers counts as its end. A NaN stays one. */
@inline
export function exp4(x: v128): v128 {
  x = v128.pmax<f32>(v128.pmin<f32>(x, splat(88.0)), splat(-87.0));
  // Beside 1.5·2²³ a number is rounded to whole ones, which its last bits hold.
  const whole = v128.add<f32>(v128.mul<f32>(x, splat(1.44269504088896341)), splat(12582912));
  const n = v128.sub<f32>(whole, splat(12582912));
  let r = v128.sub<f32>(x, v128.mul<f32>(n, splat(0.693359375)));
  r = v128.add<f32>(r, v128.mul<f32>(n, splat(2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = multiplyAdd(p, r, splat(1.3981999507e-3));
  p = multiplyAdd(p, r, splat(8.3334519073e-3));
  p = multiplyAdd(p, r, splat(4.1665795894e-2));
  p = multiplyAdd(p, r, splat(1.6666665459e-1));
  p = multiplyAdd(p, r, splat(5.0000001201e-1));
  p = v128.add<f32>(multiplyAdd(p, v128.mul<f32>(r, r), r), splat(1));
  // 2ⁿ, by its exponent.
  const exponent = v128.shl<i32>(v128.add<i32>(whole, i32x4.splat(127)), 23);
  return v128.mul<f32>(p, exponent);
}

/** 2/√π·∫₀ˣ e^(−t²) dt. */
@inline
export function erf4(x: v128): v128 {
  x = v128.max<f32>(v128.min<f32>(x, splat(4)), splat(-4));
  const s = v128.mul<f32>(x, x);
  let p = splat(-2.72614225801306e-10);
  p = multiplyAdd(p, s, splat(2.77068142495902e-8));
  p = multiplyAdd(p, s, splat(-2.10102402082508e-6));
  p = multiplyAdd(p, s, splat(-5.69250639462346e-5));
  p = multiplyAdd(p, s, splat(-7.34990630326855e-4));
  p = multiplyAdd(p, s, splat(-2.95459980854025e-3));
  p = multiplyAdd(p, s, splat(-1.60960333262415e-2));
  let q = splat(-1.45660718464996e-5);
  q = multiplyAdd(q, s, splat(-2.13374055278905e-4));
  q = multiplyAdd(q, s, splat(-1.68282697438203e-3));
  q = multiplyAdd(q, s, splat(-7.37332916720468e-3));
  q = multiplyAdd(q, s, splat(-1.42647390514189e-2));
  return v128.div<f32>(v128.mul<f32>(x, p), q);
}

/** x less the nearest multiple n of π/2, good for |x| below some thousands; n in the lanes of `quadrant`. */
@inline
function reduced(x: v128, n: v128): v128 {
  let r = v128.sub<f32>(x, v128.mul<f32>(n, splat(1.5703125)));
  r = v128.sub<f32>(r, v128.mul<f32>(n, splat(4.837512969970703e-4)));
  return v128.sub<f32>(r, v128.mul<f32>(n, splat(7.549789948768648e-8)));
}

/** sin(r + quadrant·π/2) for |r| ≤ π/4. */
@inline
function sineOf(r: v128, quadrant: v128): v128 {
  const z = v128.mul<f32>(r, r);
  let s = splat(-1.9515295891e-4);
  s = multiplyAdd(s, z, splat(8.3321608736e-3));
  s = multiplyAdd(s, z, splat(-1.6666654611e-1));
  s = multiplyAdd(v128.mul<f32>(s, z), r, r);
  let c = splat(2.443315711809948e-5);
  c = multiplyAdd(c, z, splat(-1.388731625493765e-3));
  c = multiplyAdd(c, z, splat(4.166664568298827e-2));
  c = multiplyAdd(v128.mul<f32>(c, z), z, v128.sub<f32>(splat(1), v128.mul<f32>(z, splat(0.5))));
  const odd = v128.eq<i32>(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
  const sign = v128.shl<i32>(v128.and(quadrant, i32x4.splat(2)), 30);
  return v128.xor(v128.bitselect(c, s, odd), sign);
}

/** sin(x + quarter·π/2). */
@inline
function sine(x: v128, quarter: i32): v128 {
  const n = v128.nearest<f32>(v128.mul<f32>(x, splat(0.636619772367581)));
  return sineOf(reduced(x, n), v128.add<i32>(v128.trunc_sat<i32>(n), i32x4.splat(quarter)));
}

/** sin(πx + quarter·π/2) of any finite x: whole turns are taken off exactly, before π rounds. */
@inline
function sinePi(x: v128, quarter: i32): v128 {
  const turn = v128.sub<f32>(x, v128.mul<f32>(splat(2), v128.nearest<f32>(v128.mul<f32>(x, splat(0.5)))));
  const n = v128.nearest<f32>(v128.mul<f32>(turn, splat(2)));
  const r = v128.sub<f32>(turn, v128.mul<f32>(n, splat(0.5)));
  const quadrant = v128.add<i32>(v128.trunc_sat<i32>(n), i32x4.splat(quarter));
  return sineOf(v128.mul<f32>(r, splat(3.141592653589793)), quadrant);
}

@inline
export function sin4(x: v128): v128 {
  return sine(x, 0);
}

@inline
export function cos4(x: v128): v128 {
  return sine(x, 1);
}

@inline
export function sinPi4(x: v128): v128 {
  return sinePi(x, 0);
}

@inline
export function cosPi4(x: v128): v128 {
  return sinePi(x, 1);
}
