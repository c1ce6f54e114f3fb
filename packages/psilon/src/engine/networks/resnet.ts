import type { Backend } from "../backend/backend.js";
import { bias } from "../layers/bias.js";
import { crelu } from "../layers/crelu.js";
import { inputLinear } from "../layers/inputLinear.js";
import { createLayer } from "../layers/layer.js";
import { linear } from "../layers/linear.js";
import type { Random } from "../random/random.js";
import { createWeight } from "../weights/create.js";
import { compose } from "./compose.js";
import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/**
 * h ← W_0 x + b_0, then blocks h ← h + W⁺max(h, 0) + W⁻min(h, 0) + b, then y ← C⁺max(h, 0) + C⁻min(h, 0) + b
 * (arXiv:2404.19112, PSiLON ResNet). Blocks start with length 0, as the identity. Each bias is added by the CReLU that
 * comes after it.
 */
export function createResnet(backend: Backend, spec: NetworkSpec, capacity: number, random: Random): Network {
  const { arena } = backend;
  const { inputs, width, depth, outputs } = spec;
  const embedding = createLayer(backend, createWeight(backend, spec.hidden, width, inputs, { random }));
  const pairs = Array.from({ length: depth + 1 }, (_, l) => {
    const isOutput = l === depth;
    const options = { random, paired: true, length: isOutput ? 1 : 0 };
    const kind = isOutput ? spec.output : spec.hidden;
    return createLayer(backend, createWeight(backend, kind, isOutput ? outputs : width, width, options));
  });
  const layers = [embedding, ...pairs];

  const source = { values: arena.tensor(capacity, inputs), entries: { now: null } };
  const embedded = inputLinear(backend, embedding.weight, source);
  const stream = embedded.output;
  const activationDelta = arena.tensor(capacity, 2 * width);
  const bound = [embedded];
  pairs.forEach(({ weight }, l) => {
    const isBlock = l < depth;
    const activation = crelu(backend, layers[l].parameters[1], stream, isBlock, activationDelta);
    bound.push(activation, linear(backend, weight, activation.output, isBlock ? stream : null));
  });
  const { output } = bound[bound.length - 1];
  bound.push(bias(backend, pairs[depth].parameters[1], output, false));
  return compose(source, bound, layers);
}
