import type { BoundLayer } from "../layers/boundLayer.js";
import type { InputSource } from "../layers/inputLinear.js";
import type { Layer } from "../layers/layer.js";
import type { Adapted } from "../weights/adapted.js";
import { membersOf } from "./membersOf.js";
import type { Network } from "./network.js";

/**
 * The network that computes one bound layer after the other, from its inputs to the last one's output. `adapted`: its first weight;
 * `inner`: the layers of all members, `heads` each one's last.
 */
export function compose(
  { values: input, entries }: InputSource,
  bound: readonly BoundLayer[],
  adapted: Adapted,
  inner: readonly Layer[],
  heads: readonly Layer[],
): Network {
  const { values, delta } = bound[bound.length - 1].output;
  return {
    inputs: input.columns,
    outputs: values.columns,
    capacity: input.rows,
    input,
    entries,
    output: values,
    outputDelta: delta,
    bound,
    parameters: bound.flatMap(({ parameters }) => parameters),
    layers: [...inner, ...heads],
    members: membersOf(adapted, inner, heads),
    adapters: adapted.adapters,
    monotone: null,
    forward(n) {
      for (let l = 0; l < bound.length; l++) bound[l].forward(n);
    },
    backward(n) {
      for (let l = bound.length - 1; l >= 0; l--) bound[l].backward(n);
    },
  };
}
