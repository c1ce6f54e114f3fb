/** ln 2 in two parts: the first is short enough that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const view = new DataView(new ArrayBuffer(8));

/**
 * ln x, within 1 ulp, by + − × ÷ alone: the language lets every engine round `Math.log` as it likes.
 *
 * x = 2^k·(1 + f) with √½ < 1 + f < √2 and s = f/(2 + f): ln(1 + f) = f − s·(f − R(s²)), where R is the minimax
 * polynomial of FreeBSD's e_log.c (Sun Microsystems, 1993, freely usable).
 */
export function log(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) {
    return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  }
  const subnormal = x < 2.2250738585072014e-308;
  view.setFloat64(0, subnormal ? x * 18014398509481984 : x);
  const high = view.getUint32(0);
  let k = (high >>> 20) - 1023 - (subnormal ? 54 : 0);
  const fraction = high & 0xfffff;
  // Above √2 the mantissa is halved and the exponent raised, so that f stays small.
  const halve = (fraction + 0x95f64) & 0x100000;
  view.setUint32(0, fraction | (halve ^ 0x3ff00000));
  k += halve >>> 20;
  const f = view.getFloat64(0) - 1;

  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + even + odd) + k * LN2_LOW) - f);
}
