import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { denseBackward, denseForward } from "../layers/dense.js";
import { createLayer } from "../layers/layer.js";
import type { Random } from "../random/random.js";
import { createWeight } from "../weights/create.js";
import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/** x → W_0 x + b_0 → [σ → W_l + b_l] … → σ → W_K + b_K (arXiv:2404.19112, PSiLON Net). */
export function createMlp(backend: Backend, spec: NetworkSpec, capacity: number, random: Random): Network {
  const hidden = spec.widths ?? Array<number>(spec.depth).fill(spec.width);
  const sizes = [spec.inputs, ...hidden, spec.outputs];
  const last = hidden.length;
  const layers = sizes.slice(1).map((rows, l) => {
    const kind = l === last ? spec.output : spec.hidden;
    return createLayer(backend, createWeight(backend, kind, rows, sizes[l], { random }));
  });
  const outputs = layers.map(({ weight }) => backend.arena.tensor(capacity, weight.rows));
  const deltas = layers.map(({ weight }) => backend.arena.tensor(capacity, weight.rows));
  const input = (l: number, x: Tensor) => (l === 0 ? x : outputs[l - 1]);

  return {
    spec,
    capacity,
    layers,
    output: outputs[last],
    outputDelta: deltas[last],
    preActivation(x, n, l) {
      for (let k = 0; k < l; k++) denseForward(backend, layers[k], n, input(k, x), outputs[k], true);
      const { weight } = layers[l];
      const z = outputs[l];
      backend.product.multiply("NT", n, weight.rows, weight.columns, input(l, x), weight.effective, z, false);
      return z;
    },
    forward(x, n) {
      for (let l = 0; l <= last; l++) denseForward(backend, layers[l], n, input(l, x), outputs[l], l < last);
    },
    backward(x, n) {
      for (let l = last; l >= 0; l--) {
        const inputDelta = l === 0 ? null : deltas[l - 1];
        denseBackward(backend, layers[l], n, input(l, x), outputs[l], deltas[l], l < last, inputDelta);
      }
    },
  };
}
