import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * Σ_i ‖W_i‖₁/‖W_i‖₂ over the rows (filters) of all effective weights: between 1 for a row with one entry and √columns for
 * one of equal entries, whatever the row's scale (Hoyer's sparsity, named among the regularizers of arXiv:2404.19112). A
 * CReLU pair's row is one filter of 2·columns. A row of zeros counts 0, with gradient 0.
 */
export function l1OverL2(backend: Backend, layers: readonly MemberLayer[]): GradientPenalty {
  const { kernels } = backend;
  const weights = layers.map(({ matrix }) => matrix);
  return {
    on: "weights",
    value: () =>
      weights.reduce(
        (sum, { effective: { rows, columns, pointer } }) =>
          sum + kernels.filterRatios(rows, columns, pointer),
        0,
      ),
    addGradient(scale) {
      for (let l = 0; l < weights.length; l++) {
        const { effective, gradient } = weights[l];
        const { rows, columns, pointer } = effective;
        kernels.addFilterRatioGradient(rows, columns, pointer, scale, gradient.pointer);
      }
    },
  };
}
