import { moments } from "../preprocess/statistics.js";

/**
 * The 95 % interval of a mean by Student's t, mean ± t·s/√n, with s² over n − 1: where the values are independent and about normal, it holds
 * the true mean in 95 of 100 cases. Null for less than two values.
 */
export function meanInterval(values: Float64Array): readonly [low: number, high: number] | null {
  const n = values.length;
  if (n < 2) return null;
  const { mean, std } = moments(values);
  const half = (studentQuantile(n - 1) * std) / Math.sqrt(n - 1);
  return [mean - half, mean + half];
}

/** At 97.5 %: exact for one and two degrees of freedom, else by the expansion around the normal's (Abramowitz & Stegun 26.7.5) to within 0.2 %. */
function studentQuantile(degrees: number): number {
  if (degrees === 1) return 12.706205;
  if (degrees === 2) return 4.302653;
  return [1.959964, 2.372275, 2.822502, 2.555853, 1.589537].reduce(
    (sum, term, power) => sum + term / degrees ** power,
    0,
  );
}
