import type { Backend } from "../backend/backend.js";
import { bias } from "../layers/bias.js";
import { heads } from "../layers/heads.js";
import { inputLinear } from "../layers/inputLinear.js";
import { createLayer } from "../layers/layer.js";
import { linear } from "../layers/linear.js";
import type { Random } from "../random/random.js";
import { adaptWeight } from "../weights/adapted.js";
import { createWeight } from "../weights/create.js";
import { compose } from "./compose.js";
import type { Network } from "./network.js";
import type { NetworkSpec } from "./spec.js";

/**
 * x → W_0 x + b_0 → [σ → W_l + b_l] … → σ → W_K + b_K (arXiv:2404.19112, PSiLON Net). Members of a shared ensemble have their own form of
 * W_0 and their own W_K and b_K.
 */
export function createMlp(backend: Backend, spec: NetworkSpec, capacity: number, random: Random): Network {
  const { inputs, outputs, members } = spec;
  const hidden = spec.widths ?? Array<number>(spec.depth).fill(spec.width);
  const sizes = [inputs, ...hidden, outputs];
  const last = hidden.length;
  const weight = (l: number) =>
    createWeight(backend, l === last ? spec.output : spec.hidden, sizes[l + 1], sizes[l], { random });
  const adapted = adaptWeight(backend, weight(0), members, random);
  const inner = [createLayer(backend, adapted.weight)];
  for (let l = 1; l < last; l++) inner.push(createLayer(backend, weight(l)));
  const count = last === 0 ? 0 : (members ?? 1);
  const outer = Array.from({ length: count }, () => createLayer(backend, weight(last)));

  const source = { values: backend.arena.tensor(capacity, inputs), entries: { now: null } };
  const bound = [inputLinear(backend, adapted, source)];
  inner.forEach((layer, l) => {
    if (l > 0) bound.push(linear(backend, layer.weight, bound[bound.length - 1].output));
    bound.push(bias(backend, layer.parameters[1], bound[bound.length - 1].output, l < last));
  });
  if (count > 0) bound.push(heads(backend, outer, bound[bound.length - 1].output));
  return compose("mlp", source, bound, adapted, inner, outer);
}
