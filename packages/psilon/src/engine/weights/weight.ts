import type { Tensor } from "../backend/arena.js";
import type { Parameter } from "./parameter.js";

/**
 * The blend of the pruning stage (arXiv:2404.19112; mathematics, section 5): W = g·[(1−α)·u + α·Π(s·u)], u = V/‖V‖₁. A
 * weight reads it anew whenever it makes W, so that one object can move all weights of a network.
 */
export interface Projection {
  readonly alpha: number;
  readonly scale: number;
}

/** A matrix that a layer multiplies with. */
export interface Matrix {
  readonly rows: number;
  /** Inputs; a pair's rows are twice as long. */
  readonly columns: number;
  readonly paired: boolean;
  /** W, row-major. */
  readonly effective: Tensor;
  /** ∂ℓ/∂W, of W's shape. */
  readonly gradient: Tensor;
}

/**
 * A matrix with its own geometry. A layer reads `effective`, fills `gradient` with ∂ℓ/∂W, and leaves the rest to the
 * weight. A CReLU pair (V⁺, V⁻) is one weight: each row holds V⁺'s row, then V⁻'s, with one normalizer taken from
 * max(|V⁺|, |V⁻|).
 */
export interface Weight extends Matrix, Parameter {
  /** Of V's shape; V itself for plain weights. */
  readonly effective: Tensor;
  /** ∂ℓ/∂W until `pullback`. */
  readonly gradient: Tensor;
  /** The pruning blend in force, if any. */
  readonly projection: Projection | null;

  /** Sets the blend (null for none) and refreshes W. Only L1 weights have one. */
  project(projection: Projection | null): void;
  /** Makes V what the blend shows at α = 1, V ← N·Π(s·V/N), and ends it; W stays. Only L1 weights have one. */
  freeze(): void;
  /** How many entries of W are not 0 at α = 1 and this scale. Only L1 weights have a projection. */
  kept(scale: number): number;
}
