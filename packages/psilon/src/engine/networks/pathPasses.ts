import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";

/**
 * Which matrix M takes the place of a layer's weights, by the numbers of `kernels/pathNorm`; I in residual blocks alone:
 *
 * - `larger`: |W|, of a pair [I +] max(|W⁺|, |W⁻|)
 * - `folded`: |W|, of a pair |[I +] W⁺| + |[I +] W⁻|
 * - `sum`, `difference`: |W| and W, of a pair [I +] A + B and [I +] A − B with A = max(W⁺, W⁻, 0) and B = max(−W⁺, −W⁻, 0)
 */
const kinds = {
  larger: { single: 0, pair: 1 },
  folded: { single: 0, pair: 2 },
  sum: { single: 0, pair: 4 },
  difference: { single: 3, pair: 5 },
} as const;

/** Passes of vectors through the layers' matrices M. */
export interface PathPasses {
  /** What enters, one number per input of the network, signed or not; 0 unless it is written. */
  readonly entering: Tensor;
  /** M_K⋯M_0·entering, one number per output, after `up`. */
  readonly leaving: Tensor;
  up(): void;
  /** 1ᵀM_K⋯M_1, which `toInputs` and the gradient need. */
  down(): void;
  /** out ← 1ᵀM_K⋯M_0, one number per input, after `down`. */
  toInputs(out: Tensor): void;
  /**
   * Adds scale·∂(1ᵀM_K⋯M_0·entering) to the gradients of the effective weights, after `up` and `down`: at entry (i, j) of a layer r_i·u_j
   * times the sign of what carries M there, with u the pass up to the layer and r the pass back down to it.
   */
  addGradient(scale: number): void;
}

export function createPathPasses(
  { arena, kernels }: Backend,
  layers: readonly MemberLayer[],
  kind: keyof typeof kinds,
): PathPasses {
  const last = layers.length - 1;
  const weights = layers.map(({ matrix }) => matrix);
  const magnitudes = weights.map(({ paired }) => kinds[kind][paired ? "pair" : "single"]);
  const identities = weights.map(({ paired }, l) => paired && l < last);
  // up[l] enters layer l; down[l] leaves it, backwards.
  const up = weights.map(({ columns }) => arena.tensor(columns));
  up.push(arena.tensor(weights[last].rows));
  const down = weights.map(({ rows }) => arena.tensor(rows));
  down[last].data.fill(1);

  const transposeTimes = (l: number, out: Tensor) => {
    const { rows, columns, effective } = weights[l];
    kernels.magnitudeTransposeTimes(
      magnitudes[l],
      identities[l],
      rows,
      columns,
      effective.pointer,
      down[l].pointer,
      out.pointer,
    );
  };
  return {
    entering: up[0],
    leaving: up[last + 1],
    up() {
      for (let l = 0; l <= last; l++) {
        const { rows, columns, effective } = weights[l];
        const w = effective.pointer;
        const to = up[l + 1].pointer;
        kernels.magnitudeTimes(magnitudes[l], identities[l], rows, columns, w, up[l].pointer, to);
      }
    },
    down() {
      for (let l = last; l > 0; l--) transposeTimes(l, down[l - 1]);
    },
    toInputs: (out) => transposeTimes(0, out),
    addGradient(scale) {
      for (let l = 0; l <= last; l++) {
        const { rows, columns, effective, gradient } = weights[l];
        kernels.addMagnitudeGradient(
          magnitudes[l],
          identities[l],
          rows,
          columns,
          effective.pointer,
          down[l].pointer,
          up[l].pointer,
          scale,
          gradient.pointer,
        );
      }
    },
  };
}
