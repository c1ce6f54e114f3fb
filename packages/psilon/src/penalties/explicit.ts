import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import type { GradientPenalty, PenaltyKind } from "./penalty.js";

/** How an entry's magnitude is taken in `kernels/pathNorm`. */
const SINGLE = 0;
const LARGER = 1;
const FOLDED = 2;

/**
 * P = 1ᵀM_K⋯M_0·1, one forward pass of the vector of ones through the layers' magnitudes, for any weights:
 * M = |W| in an MLP. In a ResNet the path norm has M = |I + W⁺| + |I + W⁻| (blocks) and |C⁺| + |C⁻| (output), that of
 * the equivalent ReLU network; the improved bound has I + max(|W⁺|, |W⁻|) and max(|C⁺|, |C⁻|) (arXiv:2404.19112,
 * theorem 2). ∂P/∂W_ij = r_i·u_j·sign, with u the pass up to the layer and r the pass back down to it.
 */
export function explicitPathNorm(backend: Backend, network: Network, kind: PenaltyKind): GradientPenalty {
  const { arena, kernels } = backend;
  const last = network.layers.length - 1;
  const weights = network.layers.map(({ weight }) => weight);
  const magnitudes = weights.map((w) => (w.paired ? (kind === "improved-bound" ? LARGER : FOLDED) : SINGLE));
  const identities = weights.map((w, l) => w.paired && l < last);
  // up[l] enters layer l; down[l] leaves it, backwards.
  const up = weights.map((w) => arena.tensor(w.columns));
  up.push(arena.tensor(weights[last].rows));
  const down = weights.map((w) => arena.tensor(w.rows));
  up[0].data.fill(1);
  down[last].data.fill(1);

  const forward = () => {
    for (let l = 0; l <= last; l++) {
      const { rows, columns, effective } = weights[l];
      const w = effective.pointer;
      kernels.magnitudeTimes(
        magnitudes[l],
        identities[l],
        rows,
        columns,
        w,
        up[l].pointer,
        up[l + 1].pointer,
      );
    }
  };
  return {
    on: "weights",
    value() {
      forward();
      return up[last + 1].data.reduce((sum, x) => sum + x, 0);
    },
    addGradient(scale) {
      forward();
      for (let l = last; l >= 0; l--) {
        const { rows, columns, effective, gradient } = weights[l];
        const w = effective.pointer;
        const r = down[l].pointer;
        const m = magnitudes[l];
        const identity = identities[l];
        if (l > 0) kernels.magnitudeTransposeTimes(m, identity, rows, columns, w, r, down[l - 1].pointer);
        kernels.addMagnitudeGradient(
          m,
          identity,
          rows,
          columns,
          w,
          r,
          up[l].pointer,
          scale,
          gradient.pointer,
        );
      }
    },
  };
}
