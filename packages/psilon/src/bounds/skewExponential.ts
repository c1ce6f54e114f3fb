import type { Shape } from "../engine/layers/shape.js";
import { convolutionNorms } from "./convolutionNorms.js";
import { above, orInfinity } from "./rounding.js";

/**
 * Norms of Σ_k Lᵏ/k!, k ≤ terms, from above, for the convolution L = (M − Mᵀ)/2 of an image (`layers/orthogonalConvolution`). L is skew-symmetric, so that it has
 * orthonormal eigenvectors with eigenvalues it, t real and |t| ≤ ‖L‖₂; there the series is e^(it), of length 1, but for what it lacks, at most
 * |t|^(terms + 1)/(terms + 1)! (the remainder of Taylor's formula). In ℓ∞ and ℓ1 it is at most the series of ‖L‖.
 *
 * `m`: channels × (size·size·channels), each row in the order row, column, channel.
 */
export function skewExponentialNorms(
  m: Float32Array,
  size: number,
  [height, width, channels]: Shape,
  terms: number,
) {
  const norms = convolutionNorms({
    ...{ height, width, down: height, across: width, size, stride: 1, padding: (size - 1) / 2 },
    ...{ read: channels, written: channels, groups: 1, kernels: skewPart(m, size * size, channels) },
  });
  const power = (norm: number, k: number) => {
    let value = 1;
    for (let i = 1; i <= k; i++) value = above(above(value * norm) / i);
    return value;
  };
  const series = (norm: number) => {
    let sum = 0;
    for (let k = 0; k <= terms; k++) sum = above(sum + power(norm, k));
    return orInfinity(sum);
  };
  return {
    inf: series(norms.inf),
    "1": series(norms["1"]),
    "2": orInfinity(above(1 + power(norms["2"], terms + 1))),
  };
}

/** L, rounded as the layer rounds it. */
function skewPart(m: Float32Array, taps: number, channels: number): Float32Array {
  const skew = new Float32Array(m.length);
  for (let i = 0, k = 0; i < channels; i++) {
    for (let p = 0; p < taps; p++) {
      for (let j = 0; j < channels; j++, k++) {
        skew[k] = (m[k] - m[(j * taps + taps - 1 - p) * channels + i]) / 2;
      }
    }
  }
  return skew;
}
