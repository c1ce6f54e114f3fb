/** Half the distance from 1 to the next number: what one operation can err, relatively. */
const UNIT = { float64: 2 ** -53, float32: 2 ** -24 };

/**
 * γ_n = n·u/(1 − n·u), from above: a sum of products that meet at most n roundings each errs by at most γ_n times the sum of
 * the products' magnitudes, in any order and with or without fused multiply-add (Higham, "Accuracy and Stability of
 * Numerical Algorithms", 2002, section 3.1). Infinity once n·u reaches 1/2.
 */
export function gamma(n: number, precision: keyof typeof UNIT = "float64"): number {
  const error = n * UNIT[precision];
  // The quotient's own two roundings are covered by one more unit.
  return error < 0.5 ? (error / (1 - error)) * (1 + 2 ** -50) : Number.POSITIVE_INFINITY;
}

/** A number above x, at most three units in the last place away. */
export const above = (x: number): number => x + Math.abs(x) * 2 ** -52 + Number.MIN_VALUE;

/** A number below x, at most three units in the last place away. */
export const below = (x: number): number => -above(-x);

/** An upper bound, where computing it ran into ∞ − ∞ or 0·∞, is the one that says nothing. */
export const orInfinity = (x: number): number => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : x);

/**
 * A product of magnitudes, raised to 1e-250 unless it is 0: times the smallest float32 that is still a normal number, so that no bound
 * is lost to underflow and only what is 0 is 0.
 */
export const notLost = (x: number): number => (x === 0 ? 0 : Math.max(orInfinity(x), 1e-250));
