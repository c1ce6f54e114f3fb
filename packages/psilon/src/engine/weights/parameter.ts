import type { Tensor } from "../backend/arena.js";
import type { WeightKind } from "./kinds.js";

/** One optimizer step, as the update kernels take it. */
export interface StepRule {
  /** 0 is SGD with momentum, 1 is Adam. */
  readonly rule: 0 | 1;
  /** What decays V, by the kernels' number; 0 is nothing. */
  decay: number;
  /** Whether `gradient` already holds ∂ℓ/∂V. */
  readonly pulled: boolean;
  /** The step's constants, as the kernels read them. */
  readonly constants: Tensor;
}

/** The optimizer's two running averages of a parameter's gradient. */
export interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * Something that is trained: a matrix with its own geometry (`Weight`) or a vector as it stands (`createVector`). What uses it fills
 * `gradient`; the trainer calls `reduce` and the optimizer `update`.
 */
export interface Parameter {
  /** Of a vector `plain`. */
  readonly kind: WeightKind;
  /** V. */
  readonly raw: Tensor;
  /** The loss's gradient, of V's shape: by what V makes (∂ℓ/∂W) until `pullback`, then by V. */
  readonly gradient: Tensor;
  /** g: 1 × 1 when shared, rows × 1 when per row, null where none is trained. */
  readonly lengths: Tensor | null;
  readonly lengthGradient: Tensor | null;
  /**
   * The scale on which the lengths move: the optimizer works on g/lengthUnit. 1 unless they were initialized from data;
   * then a length of 12 must not need twelve times the steps that one of 1 needs to halve.
   */
  lengthUnit: number;
  /** What is kept from step to step beside V and g, and saved with them. */
  readonly state: readonly Tensor[];
  /**
   * The pruning mask, of V's shape: 1 where V is kept and 0 where it is held at 0; null keeps all. Where it is set, V and the
   * gradients that the weight hands on are 0. What has a norm of its own keeps an entry (`normed` of its kind), but a mask that
   * keeps nothing at all makes plain weights and vectors 0 and those with trained lengths of length 0. So does a row of it make a row with a
   * length of its own 0: its direction, which nothing reads, is then the first coordinate.
   */
  mask: Tensor | null;

  /** W from V and g. Returns the first row whose norm is 0 or not finite, or −1. */
  normalize(): number;
  /** ∂ℓ/∂g from ∂ℓ/∂W, into `lengthGradient`; to be called before `update` or `pullback`. */
  reduce(): void;
  /** Turns `gradient` into ∂ℓ/∂V in place. */
  pullback(): void;
  /**
   * One optimizer step on g and V, and the next W, in one pass. Decay acts on V, of which W takes the direction alone:
   * a row of V without a gradient would decay to nothing, so a normalized row whose norm falls below 2^-20 is multiplied
   * by 2^20, and W stays as it is. Vectors do not decay. Returns as `normalize` does.
   */
  update(step: StepRule, moments: Moments, lengthMoments: Moments | null): number;
}
