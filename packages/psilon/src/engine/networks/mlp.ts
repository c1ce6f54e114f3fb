import type { Backend } from "../backend/backend.js";
import { bias } from "../layers/bias.js";
import type { BoundLayer } from "../layers/boundLayer.js";
import { inputLinear } from "../layers/inputLinear.js";
import { createLayer } from "../layers/layer.js";
import { linear } from "../layers/linear.js";
import type { Random } from "../random/random.js";
import { createWeight } from "../weights/create.js";
import { compose } from "./compose.js";
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
  const source = { values: backend.arena.tensor(capacity, spec.inputs), entries: { now: null } };
  const bound: BoundLayer[] = [];
  layers.forEach(({ parameters: [weight, vector] }, l) => {
    const products =
      l === 0
        ? inputLinear(backend, weight, source)
        : linear(backend, weight, bound[bound.length - 1].output);
    bound.push(products, bias(backend, vector, products.output, l < last));
  });
  return compose(source, bound, layers);
}
