/** What either part of a computed root may err by. */
export const ROOT_ERROR = 2 ** -41;

/**
 * e^(2πij/n) for j = 0 … n − 1, by 36 terms of the series, because how exact `Math.cos` is no standard says. Of an angle of at most π the terms sum to e^π < 24
 * in magnitude and meet no more than 3·36 + 4 roundings each, the angle's own included: an error below 24·γ₁₁₂ < 2⁻⁴¹; what is left out is below π³⁶/36! < 10⁻²³.
 */
export function rootsOfUnity(n: number): { readonly real: Float64Array; readonly imaginary: Float64Array } {
  const real = new Float64Array(n);
  const imaginary = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const angle = (2 * Math.PI * (2 * j > n ? j - n : j)) / n;
    let term = 1;
    for (let k = 0; k < 36; k++) {
      const part = k % 2 === 0 ? real : imaginary;
      part[j] += k % 4 < 2 ? term : -term;
      term *= angle / (k + 1);
    }
  }
  return { real, imaginary };
}
