import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { creluBackward, creluForward } from "../layers/crelu.js";
import { createLayer } from "../layers/layer.js";
import type { Random } from "../random/random.js";
import { createWeight } from "../weights/create.js";
import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/**
 * h ← W_0 x + b_0, then blocks h ← h + W⁺max(h, 0) + W⁻min(h, 0) + b, then y ← C⁺max(h, 0) + C⁻min(h, 0) + b
 * (arXiv:2404.19112, PSiLON ResNet). Blocks start with length 0, as the identity.
 */
export function createResnet(backend: Backend, spec: NetworkSpec, capacity: number, random: Random): Network {
  const { arena, kernels, product } = backend;
  const { inputs, width, depth, outputs } = spec;
  const embedding = createLayer(backend, createWeight(backend, spec.hidden, width, inputs, { random }));
  const pairs = Array.from({ length: depth + 1 }, (_, l) => {
    const isOutput = l === depth;
    const options = { random, paired: true, length: isOutput ? 1 : 0 };
    const kind = isOutput ? spec.output : spec.hidden;
    return createLayer(backend, createWeight(backend, kind, isOutput ? outputs : width, width, options));
  });
  const layers = [embedding, ...pairs];

  const stream = arena.tensor(capacity, width);
  const streamDelta = arena.tensor(capacity, width);
  const activations = pairs.map(() => arena.tensor(capacity, 2 * width));
  const activationDelta = arena.tensor(capacity, 2 * width);
  const output = arena.tensor(capacity, outputs);
  const outputDelta = arena.tensor(capacity, outputs);

  const embed = (x: Tensor, n: number) => {
    product.multiply("NT", n, width, inputs, x, embedding.weight.effective, stream, false);
  };
  /** Everything up to, and with, the product of pair l; the bias of the layer before enters where h is read anyway. */
  const runPair = (l: number, n: number) => {
    const activation = activations[l];
    kernels.addBiasCrelu(n, width, stream.pointer, layers[l].bias.pointer, activation.pointer);
    creluForward(backend, pairs[l], n, activation, l === depth ? output : stream, l < depth);
  };

  return {
    spec,
    capacity,
    layers,
    output,
    outputDelta,
    preActivation(x, n, l) {
      if (l > 0 && l <= depth) throw new RangeError("A residual block has no pre-activation of its own.");
      embed(x, n);
      if (l === 0) return stream;
      for (let pair = 0; pair <= depth; pair++) runPair(pair, n);
      return output;
    },
    forward(x, n) {
      embed(x, n);
      for (let l = 0; l <= depth; l++) runPair(l, n);
      kernels.addBias(n, outputs, output.pointer, pairs[depth].bias.pointer);
    },
    backward(x, n) {
      kernels.columnSums(n, outputs, outputDelta.pointer, pairs[depth].biasGradient.pointer);
      for (let l = depth; l >= 0; l--) {
        const delta = l === depth ? outputDelta : streamDelta;
        creluBackward(backend, pairs[l], n, activations[l], delta, activationDelta);
        // Through the activation, onto the identity's share, and the bias gradient of the layer before, in one pass.
        kernels.creluBackward(
          n,
          width,
          activationDelta.pointer,
          activations[l].pointer,
          streamDelta.pointer,
          layers[l].biasGradient.pointer,
          l < depth,
        );
      }
      product.multiply("TN", width, inputs, n, streamDelta, x, embedding.weight.gradient, false);
    },
  };
}
