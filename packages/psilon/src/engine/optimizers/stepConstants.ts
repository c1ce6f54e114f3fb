import { log } from "../random/log.js";
import type { Adam } from "./adam.js";
import type { Decay } from "./chain.js";
import type { Sgd } from "./sgd.js";

/** The number of float32 constants that a step has. */
export const CONSTANTS = 15;

/** What decays the weights, as the kernels number it (`kernels/step`). */
const DECAYS = {
  none: 0,
  affine: 1,
  one: 2,
  threeHalves: 3,
  anyPower: 4,
  late: 5,
  coupled: 6,
  proximalOne: 7,
  proximalThreeHalves: 8,
} as const;

/**
 * Writes the moment rule's constants: the step is rate·m, for Adam rate·m/(√s + ε), with m ← β₁·m + ∂ and
 * s ← β₂·s + ∂². Adam's factors 1 − β and its corrections are all in the rate and in ε.
 *
 * `powers`: β₁ᵗ and β₂ᵗ. `clip`: the factor of the gradient.
 */
export function writeRule(
  into: Float32Array,
  rule: Sgd | Adam,
  rate: number,
  powers: Float64Array,
  clip: number,
): void {
  into[4] = clip;
  if (rule.kind === "sgd") {
    into[0] = rate;
    into[1] = rule.momentum;
    return;
  }
  const { beta1, beta2, epsilon, biasCorrection } = rule;
  const root = Math.sqrt(biasCorrection ? (1 - beta2) / (1 - powers[1]) : 1 - beta2);
  into[0] = (rate * (biasCorrection ? (1 - beta1) / (1 - powers[0]) : 1 - beta1)) / root;
  into[1] = beta1;
  into[2] = beta2;
  into[3] = epsilon / root;
}

/**
 * Writes a decay's constants at learning rate η and at `progress` through training, and returns its number. In order:
 * keep, share, growth, strength, and c·|w|^q as q, high + low = q and whole + fraction = log₂ c, and its value at w = 0.
 */
export function writeDecay(into: Float32Array, decay: Decay | null, rate: number, progress: number): number {
  if (!decay) return DECAYS.none;
  switch (decay.kind) {
    case "weight-decay":
      into[5] = 1 - rate * decay.lambda;
      into[6] = 1;
      return DECAYS.affine;
    case "proximal-decay":
      into[8] = rate * decay.lambda;
      if (into[8] === 0) return DECAYS.none;
      return decay.p === 1 ? DECAYS.proximalOne : DECAYS.proximalThreeHalves;
    case "coupled-decay":
      into[8] = decay.p * decay.lambda;
      if (into[8] === 0) return DECAYS.none;
      writePower(into, decay.p - 1, 0);
      return DECAYS.coupled;
    case "decoupled-decay": {
      const p = 2 + (decay.p - 2) * ramp(progress, decay.pAnnealing);
      const growth = 1 + rate * decay.elastic;
      into[7] = growth;
      into[8] = p * rate * decay.lambda * ramp(progress, decay.lambdaWarmup);
      if (p === 2 || into[8] === 0) {
        into[5] = 1 / (growth + into[8]);
        into[6] = into[5];
        return DECAYS.affine;
      }
      if (decay.variant === "old" && p === 1) return DECAYS.one;
      if (decay.variant === "old" && p === 1.5) return DECAYS.threeHalves;
      writePower(into, p - 2, p < 2 ? Number.POSITIVE_INFINITY : 0);
      return decay.variant === "old" ? DECAYS.anyPower : DECAYS.late;
    }
  }
}

/** From 0 to 1 along a line over a share of training. */
function ramp(progress: number, share: number): number {
  return progress < share ? progress / share : 1;
}

/** c·|w|^q with the strength as c. */
function writePower(into: Float32Array, q: number, atZero: number): void {
  // 12 bits after the point, so that the product with an exponent of 8 bits is exact in float32.
  const high = Math.round(q * 4096) / 4096;
  const logarithm = log(into[8]) / Math.LN2;
  const whole = Math.round(logarithm);
  into[9] = q;
  into[10] = high;
  into[11] = q - high;
  into[12] = whole;
  into[13] = logarithm - whole;
  into[14] = atZero;
}
