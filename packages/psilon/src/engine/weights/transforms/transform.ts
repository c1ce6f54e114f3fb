import type { Tensor } from "../../backend/arena.js";
import type { Backend } from "../../backend/backend.js";

/** W = T(V) and its derivative, on the tensors of one weight. */
export interface WeightTransform {
  /** W from V; returns the first row or column without a norm, or −1. Twice in a row it gives the same bits. */
  apply(): number;
  /** Turns ∂ℓ/∂W in `gradient` into ∂ℓ/∂V, after `apply` with the same V. */
  pullback(): void;
  /** What is kept from one `apply` to the next. */
  readonly state: readonly Tensor[];
}

/** All three rows × columns. */
export interface TransformTensors {
  readonly raw: Tensor;
  readonly effective: Tensor;
  readonly gradient: Tensor;
}

export type CreateTransform = (backend: Backend, tensors: TransformTensors) => WeightTransform;
