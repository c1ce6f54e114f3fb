import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import { createPathPasses } from "../networks/pathPasses.js";
import type { GradientPenalty, PenaltyKind } from "./penalty.js";

/**
 * P = 1ᵀM_K⋯M_0·1, one forward pass of the vector of ones through the layers' magnitudes, for any weights:
 * M = |W| in an MLP. In a ResNet the path norm has M = |I + W⁺| + |I + W⁻| (blocks) and |C⁺| + |C⁻| (output), that of
 * the equivalent ReLU network; the improved bound has I + max(|W⁺|, |W⁻|) and max(|C⁺|, |C⁻|) (arXiv:2404.19112,
 * theorem 2).
 */
export function explicitPathNorm(
  backend: Backend,
  layers: readonly MemberLayer[],
  kind: PenaltyKind,
): GradientPenalty {
  const passes = createPathPasses(backend, layers, kind === "improved-bound" ? "larger" : "folded");
  passes.entering.data.fill(1);
  return {
    on: "weights",
    value() {
      passes.up();
      return passes.leaving.data.reduce((sum, x) => sum + x, 0);
    },
    addGradient(scale) {
      passes.up();
      passes.down();
      passes.addGradient(scale);
    },
  };
}
