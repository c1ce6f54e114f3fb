import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * Σ |W|^p over the effective weights of all layers, biases not among them: the coupled form of the penalty of
 * arXiv:2404.10824. Its slope is p·|W|^(p−1)·sign(W), and 0 at W = 0, where it is infinite for p < 1: a weight that is
 * 0 stays where it is. Near 0 the slope for p < 1 is steep without limit, so that no weight becomes 0 exactly. Throws
 * InputError unless p is a finite number above 0.
 */
export function lp(backend: Backend, layers: readonly MemberLayer[], p: number): GradientPenalty {
  if (!(p > 0 && p < Number.POSITIVE_INFINITY)) {
    throw new InputError({
      code: "out-of-range",
      found: `The power p of the penalty Σ|W|^p must be a finite number above 0, but ${asGiven(p)} was given`,
      value: String(p),
    });
  }
  const { kernels } = backend;
  const weights = layers.map(({ matrix }) => matrix);
  return {
    on: "weights",
    value: () =>
      weights.reduce(
        (sum, { effective }) => sum + kernels.powerSum(effective.length, p, effective.pointer),
        0,
      ),
    addGradient(scale) {
      for (let l = 0; l < weights.length; l++) {
        const { effective, gradient } = weights[l];
        kernels.addPowerGradient(effective.length, p, effective.pointer, scale, gradient.pointer);
      }
    },
  };
}
