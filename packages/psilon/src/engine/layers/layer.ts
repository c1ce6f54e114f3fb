import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Parameter } from "../weights/parameter.js";
import { createVector } from "../weights/vector.js";
import type { Matrix, Weight } from "../weights/weight.js";

/** A weight and its bias. Biases start at 0, are not normalized and are no part of a path norm. */
export interface Layer {
  readonly weight: Weight;
  /** rows × 1. */
  readonly bias: Tensor;
  readonly biasGradient: Tensor;
  readonly parameters: readonly [Weight, Parameter];
}

/** A layer as one member of a network has it: `matrix` is what it multiplies with, the weight itself or a member's own form of it. */
export interface MemberLayer extends Pick<Layer, "weight" | "bias"> {
  readonly matrix: Matrix;
}

export function createLayer(backend: Backend, weight: Weight): Layer {
  const bias = createVector(backend, weight.rows);
  return { weight, bias: bias.raw, biasGradient: bias.gradient, parameters: [weight, bias] };
}
