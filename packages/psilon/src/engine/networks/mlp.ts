import type { Backend } from "../backend/backend.js";
import { bias } from "../layers/bias.js";
import type { BoundLayer, Source } from "../layers/boundLayer.js";
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
  const input = backend.arena.tensor(capacity, spec.inputs);
  const bound: BoundLayer[] = [];
  let source: Source = { values: input, delta: null };
  layers.forEach(({ parameters: [weight, vector] }, l) => {
    const products = linear(backend, weight, source);
    bound.push(products, bias(backend, vector, products.output, l < last));
    source = products.output;
  });
  return compose(input, bound, layers);
}
