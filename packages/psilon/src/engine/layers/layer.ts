import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";

/** A weight and its bias. Biases start at 0, are not normalized and are no part of a path norm. */
export interface Layer {
  readonly weight: Weight;
  /** rows × 1. */
  readonly bias: Tensor;
  readonly biasGradient: Tensor;
}

export function createLayer(backend: Backend, weight: Weight): Layer {
  return {
    weight,
    bias: backend.arena.tensor(weight.rows),
    biasGradient: backend.arena.tensor(weight.rows),
  };
}
