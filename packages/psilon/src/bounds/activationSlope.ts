import type { Activation } from "../engine/layers/activation.js";
import { above } from "./rounding.js";

/**
 * sup |φ′|, from above, by which an activation stretches a difference at most, in every ℓp:
 *
 * - ReLU 1;
 * - GELU Φ(√2) + √2·Φ′(√2) = 1.1289041451851547…, where its second derivative (2 − z²)·Φ′(z) is 0;
 * - SiLU 1.0998393201288669…, at z = 2.3993572805154676…, where z·tanh(z/2) = 2;
 * - sine its frequency ω;
 * - Gaussian e^(−1/2)/s, at z = s.
 *
 * ω and 1/s are used as float32 numbers: the larger of these and the given ones counts.
 */
export function activationSlope(activation: Activation): number {
  if (activation === "relu") return 1;
  if (activation === "gelu") return 1.128904145185155;
  if (activation === "silu") return 1.099839320128867;
  if (activation.of === "sine") return Math.max(activation.frequency, Math.fround(activation.frequency));
  const inverse = above(1 / activation.width);
  return above(0.6065306597126335 * Math.max(inverse, Math.fround(1 / activation.width)));
}
