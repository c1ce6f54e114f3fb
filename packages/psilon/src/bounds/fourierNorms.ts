import { matrixNorms, type Norms } from "./matrixNorms.js";
import { above, orInfinity } from "./rounding.js";

/**
 * [x, sin(2ᵏπx), cos(2ᵏπx) for k = 0 … frequencies − 1] of each coordinate by itself. The slopes of a sine and a cosine are b·(cos, −sin) with b = 2ᵏπ:
 * each at most b, their magnitudes at most √2·b together, their squares b².
 */
export function waveNorms(frequencies: number, identity = true): Norms {
  const angles = Array.from({ length: frequencies }, (_, k) => above(2 ** k * Math.PI));
  const own = identity ? 1 : 0;
  const outwards = 1 + (frequencies + 8) * 2 ** -50;
  return {
    inf: angles[frequencies - 1],
    "1": orInfinity((own + Math.SQRT2 * angles.reduce((sum, b) => sum + b, 0)) * outwards),
    "2": orInfinity(Math.sqrt(angles.reduce((sum, b) => sum + b ** 2, own)) * outwards),
  };
}

/** [sin(2πBx), cos(2πBx)]: the same of each angle, whose own norms are those of B. */
export function featureNorms(matrix: Float32Array, features: number): Norms {
  const { inf, "1": one, "2": two } = matrixNorms(matrix, features);
  const turn = above(2 * Math.PI);
  const times = (norm: number) => (norm === 0 ? 0 : above(above(norm) * turn));
  return { inf: times(inf), "1": times(above(Math.SQRT2) * one), "2": times(two) };
}
