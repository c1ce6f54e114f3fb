import type { Backend } from "../backend/backend.js";
import type { Random } from "../random/random.js";
import { createMlp } from "./mlp.js";
import { makeMonotone } from "./monotone.js";
import type { Network } from "./network.js";
import { createResnet } from "./resnet.js";
import { checkSpec, type NetworkSpec } from "./spec.js";

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
