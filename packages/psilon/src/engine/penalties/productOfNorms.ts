import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * ∏_l ‖W_l‖_F, with 1 + ‖W_l‖_F in a residual block: an L2 Lipschitz bound which, unlike a sum of norms, does not change
 * when scale moves from one layer of an MLP to another (after Liu, Cui & Chan, arXiv:2008.02965; the norm, the exponent
 * of 1 and the residual factor are ours). A CReLU pair is one matrix of 2·columns, whose norm is at least that of
 * max(|W⁺|, |W⁻|). The slope of a layer of zeros is 0.
 */
export function productOfNorms(backend: Backend, layers: readonly MemberLayer[]): GradientPenalty {
  const { kernels } = backend;
  const weights = layers.map(({ matrix }) => matrix);
  const last = weights.length - 1;
  const rest = weights.map(({ paired }, l) => (paired && l < last ? 1 : 0));
  const norms = new Float64Array(weights.length);
  const measure = () => {
    for (let l = 0; l <= last; l++) {
      const { effective } = weights[l];
      norms[l] = Math.sqrt(kernels.sumOfSquares(effective.length, effective.pointer));
    }
  };
  /**
   * ∏ of the factors but that of layer `but`; no division, since a factor may be 0. Very large and very small partial
   * products are scaled back, so that deep networks overflow only where the product itself does.
   */
  const product = (but: number) => {
    let value = 1;
    let scalings = 0;
    for (let l = 0; l <= last; l++) {
      if (l !== but) value *= rest[l] + norms[l];
      if (value > HUGE) {
        value /= HUGE;
        scalings++;
      } else if (value > 0 && value < 1 / HUGE) {
        value *= HUGE;
        scalings--;
      }
    }
    for (; scalings > 0; scalings--) value *= HUGE;
    for (; scalings < 0; scalings++) value /= HUGE;
    return value;
  };
  return {
    on: "weights",
    value() {
      measure();
      return product(-1);
    },
    addGradient(scale) {
      measure();
      for (let l = 0; l <= last; l++) {
        const { effective, gradient } = weights[l];
        if (norms[l] === 0) continue;
        const slope = (scale * product(l)) / norms[l];
        kernels.addScaled(effective.length, slope, effective.pointer, gradient.pointer);
      }
    },
  };
}

/** A power of 2, so that scaling rounds nothing; its square is still finite. */
const HUGE = 2 ** 400;
