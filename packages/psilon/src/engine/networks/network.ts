import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Layer } from "../layers/layer.js";
import type { Random } from "../random/random.js";
import { createMlp } from "./mlp.js";
import { makeMonotone } from "./monotone.js";
import { createResnet } from "./resnet.js";
import { checkSpec, type NetworkSpec } from "./spec.js";

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

/**
 * PSiLON Net, PSiLON ResNet, Standard Net or plain MLP, according to `spec`; all lengths 1 but those of residual
 * blocks, which are 0 (arXiv:2404.19112). Throws InputError for sizes out of range.
 */
export function createNetwork(
  backend: Backend,
  spec: NetworkSpec,
  capacity: number,
  random: Random,
): Network {
  checkSpec(spec);
  const create = spec.architecture === "mlp" ? createMlp : createResnet;
  const network = create(backend, spec, capacity, random);
  return spec.monotone ? makeMonotone(backend, network, spec.monotone) : network;
}
