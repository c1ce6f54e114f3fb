/** A function of a network's weights, added to the loss as ½·λ·penalty. */
export type Penalty = GradientPenalty | ProximalPenalty;

/** A penalty that is differentiated. */
export interface GradientPenalty {
  /** Whether the gradient falls on the effective weights, before lengths are reduced, or on the lengths, after. */
  readonly on: "weights" | "lengths";
  /** The penalty now, without λ. */
  value(): number;
  /** Adds scale·∂penalty to the weights' or the lengths' gradients. */
  addGradient(scale: number): void;
}

/** A penalty that acts after each optimizer step, as argmin ½‖W − W̄‖² + threshold·penalty(W). */
export interface ProximalPenalty {
  readonly on: "steps";
  /** The penalty now, without λ. */
  value(): number;
  /** Replaces the weights; after a step at learning rate η the threshold is η·½·λ. */
  apply(threshold: number): void;
}

/**
 * - `path-norm`: the 1-path-norm; of a ResNet, that of the equivalent ReLU network
 * - `path-norm-proximal`: the same by its proximal map, for an MLP with one hidden layer and plain weights
 * - `improved-bound`: theorem 2 of arXiv:2404.19112, for a ResNet
 * - `l2`: Σg², or ΣW² where there are no lengths
 * - `lp`: Σ|W|^p, p > 0
 * - `l1-over-l2`: Σ_i ‖W_i‖₁/‖W_i‖₂ over rows
 * - `product-of-norms`: ∏_l ‖W_l‖_F, with 1 + ‖W_l‖_F in a residual block
 */
export type PenaltyKind =
  | "path-norm"
  | "path-norm-proximal"
  | "improved-bound"
  | "l2"
  | { readonly kind: "lp"; readonly p: number }
  | "l1-over-l2"
  | "product-of-norms"
  | "none";
