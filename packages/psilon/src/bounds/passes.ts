import type { GlobalMethod } from "./certificate.js";
import type { PairPass } from "./passBack.js";

/** A global bound that sums over paths. */
export type PathMethod = Exclude<GlobalMethod, "norm-product" | "spectral-product">;

/**
 * u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) entrywise, without I where the pair is not residual. A difference Δ_j of the stream passes as t·Δ_j
 * through the positive and as (1 − t)·Δ_j through the negative channel, t ∈ [0, 1], so that column j of the pair acts as a
 * convex combination of its two columns, whose weighted L1 norm is at most the larger.
 */
const byColumns: PairPass = (u, rows, columns, residual, positive, negative) => {
  const plus = new Float64Array(columns);
  const minus = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const identity = residual && i === j ? 1 : 0;
      plus[j] += u[i] * Math.abs(identity + positive[i * columns + j]);
      minus[j] += u[i] * Math.abs(identity + negative[i * columns + j]);
    }
  }
  return plus.map((value, j) => Math.max(value, minus[j]));
};

/** |Mᵀ|u, where entry (i, j) of M is `magnitude(W⁺_ij, W⁻_ij, identity)` and identity is 1 on the diagonal of a residual pair. */
const entrywise =
  (magnitude: (positive: number, negative: number, identity: number) => number): PairPass =>
  (u, rows, columns, residual, positive, negative) => {
    const s = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        s[j] += u[i] * magnitude(positive[at], negative[at], residual && i === j ? 1 : 0);
      }
    }
    return s;
  };

/**
 * The bounds by paths that an architecture has. Each is ‖f(x) − f(y)‖₁ ≤ B·‖x − y‖_∞ for all x, y, and with it, because ‖·‖_q ≤ ‖·‖₁ and
 * ‖·‖_∞ ≤ ‖·‖_p, holds for every pair of norms ℓp → ℓq; they differ in what a pair hands back alone.
 */
export const passes: Readonly<
  Record<"mlp" | "resnet", readonly (readonly [name: PathMethod, pass: PairPass])[]>
> = {
  mlp: [
    /**
     * P = 1ᵀ|W_K|⋯|W_1||W_0|1 (arXiv:2404.19112, 1-path-norm): the sum over all paths from an input to an output of the product of their
     * weights' magnitudes. An MLP has no pairs, so that any pass gives the same.
     */
    ["path-norm", byColumns],
  ],
  resnet: [
    /**
     * B_col = uᵀ|W_0|1 with u = max(|C⁺|ᵀ1, |C⁻|ᵀ1) and, back through the blocks, u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) (derived): the sign channel
     * is chosen once per column. The smallest of a ResNet's bounds, at the same cost.
     */
    ["column", byColumns],
    /**
     * B_tight = 1ᵀC̃ ∏_l max(|I + W⁺_l|, |I + W⁻_l|) |W_0|1, entrywise maxima (derived): as the improved bound, but a weight that works
     * against the skip connection is allowed to.
     */
    [
      "tight",
      entrywise((positive, negative, identity) =>
        Math.max(Math.abs(identity + positive), Math.abs(identity + negative)),
      ),
    ],
    /**
     * B = 1ᵀC̃ ∏_l (I + W̃_l) |W_0|1 with W̃ = max(|W⁺|, |W⁻|) entrywise (arXiv:2404.19112, theorem 2, in explicit form): of the paths
     * that share a sequence of coordinates only the strongest counts, because only one sign of a coordinate is ever active.
     */
    [
      "improved",
      entrywise(
        (positive, negative, identity) => identity + Math.max(Math.abs(positive), Math.abs(negative)),
      ),
    ],
    /**
     * B_skip = 1ᵀ(|C⁺| + |C⁻|) ∏_l (I + |W⁺_l| + |W⁻_l|) |W_0|1 (derived): every path through both sign channels and the skip connection
     * counts; what the improved bound improves on.
     */
    ["skip", entrywise((positive, negative, identity) => identity + Math.abs(positive) + Math.abs(negative))],
    /**
     * 1ᵀ(|C⁺| + |C⁻|) ∏_l (|I + W⁺_l| + |I + W⁻_l|) |W_0|1: the 1-path-norm of the equivalent ReLU network, which carries σ(h) and σ(−h) as
     * separate units and folds the skip connection into the weights (arXiv:2404.19112, the bound that theorem 2 improves).
     * Usually far larger than the improved bound, but not always: with W⁺ = W⁻ = −1 in one dimension it is 0.
     */
    [
      "folded",
      entrywise(
        (positive, negative, identity) => Math.abs(identity + positive) + Math.abs(identity + negative),
      ),
    ],
  ],
};
