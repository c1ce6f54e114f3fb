import type { Backend } from "../backend/backend.js";
import { crelu } from "../layers/crelu.js";
import { heads } from "../layers/heads.js";
import { inputLinear } from "../layers/inputLinear.js";
import { createLayer } from "../layers/layer.js";
import { linear } from "../layers/linear.js";
import type { Random } from "../random/random.js";
import { adaptWeight } from "../weights/adapted.js";
import { createWeight } from "../weights/create.js";
import type { WeightKind } from "../weights/kinds.js";
import { compose } from "./compose.js";
import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/**
 * h ← W_0 x + b_0, then blocks h ← h + W⁺max(h, 0) + W⁻min(h, 0) + b, then y ← C⁺max(h, 0) + C⁻min(h, 0) + b
 * (arXiv:2404.19112, PSiLON ResNet). Blocks start with length 0, as the identity. Each bias is added by the CReLU that
 * comes after it. Members of a shared ensemble have their own form of W_0 and their own C and last b.
 */
export function createResnet(backend: Backend, spec: NetworkSpec, capacity: number, random: Random): Network {
  const { arena } = backend;
  const { inputs, width, depth, outputs, members } = spec;
  const embedding = createWeight(backend, spec.hidden, width, inputs, { random });
  const adapted = adaptWeight(backend, embedding, members, random);
  const pair = (kind: WeightKind, rows: number, length: number) =>
    createLayer(backend, createWeight(backend, kind, rows, width, { random, paired: true, length }));
  const blocks = Array.from({ length: depth }, () => pair(spec.hidden, width, 0));
  const outer = Array.from({ length: members ?? 1 }, () => pair(spec.output, outputs, 1));
  const inner = [createLayer(backend, adapted.weight), ...blocks];

  const source = { values: arena.tensor(capacity, inputs), entries: { now: null } };
  const embedded = inputLinear(backend, adapted, source);
  const stream = embedded.output;
  const activationDelta = arena.tensor(capacity, 2 * width);
  const bound = [embedded];
  inner.forEach(({ parameters }, l) => {
    const activation = crelu(backend, parameters[1], stream, l < depth, activationDelta);
    const next =
      l < depth
        ? linear(backend, blocks[l].weight, activation.output, stream)
        : heads(backend, outer, activation.output);
    bound.push(activation, next);
  });
  return compose("resnet", source, bound, adapted, inner, outer);
}
