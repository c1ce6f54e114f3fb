import type { Tensor } from "../backend/arena.js";
import type { Layer } from "../layers/layer.js";
import type { NetworkSpec } from "./spec.js";

/** A network in training: layers and the buffers for one batch of at most `capacity` rows. */
export interface Network {
  readonly spec: NetworkSpec;
  readonly capacity: number;
  readonly layers: readonly Layer[];
  /** capacity × outputs, filled by `forward`. */
  readonly output: Tensor;
  /** ∂ℓ/∂output, filled by the loss and read by `backward`. */
  readonly outputDelta: Tensor;
  /** Layer l's weights times its input, without bias, activation or residual, for the first n rows of x. */
  preActivation(x: Tensor, n: number, l: number): Tensor;
  /** Outputs for the first n rows of x (n × inputs). */
  forward(x: Tensor, n: number): void;
  /** Every `weight.gradient` and `biasGradient`, after `forward` with the same x and n. */
  backward(x: Tensor, n: number): void;
}
