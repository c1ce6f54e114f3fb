import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * Σ g² over all lengths (the Standard Net of arXiv:2404.19112), Σ W² over plain weights; weights whose size is fixed have no
 * part in it, nor have the factors of a member's inputs.
 */
export function l2(backend: Backend, layers: readonly MemberLayer[]): GradientPenalty {
  const { kernels } = backend;
  const weights = layers
    .map(({ weight }) => weight)
    .filter(({ kind, lengths }) => lengths !== null || kind === "plain");
  const values = weights.map(({ raw, lengths }) => lengths ?? raw);
  const gradients = weights.map(({ gradient, lengthGradient }) => lengthGradient ?? gradient);
  return {
    on: "lengths",
    value: () => values.reduce((sum, x) => sum + kernels.sumOfSquares(x.length, x.pointer), 0),
    addGradient(scale) {
      for (let l = 0; l < values.length; l++) {
        kernels.addScaled(values[l].length, 2 * scale, values[l].pointer, gradients[l].pointer);
      }
    },
  };
}
