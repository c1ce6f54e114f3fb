import { type Boundary, TIE } from "../bounds/demand.js";
import type { ClassTarget } from "../preprocess/target.js";

/**
 * Where the logit z of two classes parts them by a threshold t on the positive one's probability: p ≥ t where ±z/T ≥ ln(t/(1 − t)). What
 * rounding makes of p is known to some units in the last place and as many for each unit of ln(t/(1 − t)), which the exponential's argument is
 * rounded by; logits that differ by δ·T give probabilities that differ by δ·(1 − t) relatively. The margin allows for thousands of units.
 */
export function boundaryOf({ temperature = 1, threshold }: ClassTarget): Boundary | undefined {
  if (!threshold) return undefined;
  const { positive, at: t } = threshold;
  const logit = Math.log(t / (1 - t));
  return {
    at: (positive === 1 ? 1 : -1) * temperature * logit,
    margin: (TIE * temperature * (1 + Math.abs(logit))) / (1 - t),
  };
}
