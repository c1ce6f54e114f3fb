import type { BoundLayer } from "../layers/boundLayer.js";
import type { InputSource } from "../layers/inputLinear.js";
import type { Layer } from "../layers/layer.js";
import type { Adapted } from "../weights/adapted.js";
import { membersOf } from "./membersOf.js";
import type { Network } from "./network.js";
import { passesOf } from "./passesOf.js";
import type { NetworkSpec } from "./spec.js";

/**
 * The network that computes one bound layer after the other, from its inputs to the last one's output. `adapted`: its first weight;
 * `inner`: the layers of all members, `heads` each one's last.
 */
export function compose(
  architecture: NetworkSpec["architecture"],
  { values: input, entries }: InputSource,
  bound: readonly BoundLayer[],
  adapted: Adapted,
  inner: readonly Layer[],
  heads: readonly Layer[],
): Network {
  return {
    architecture,
    inputs: input.columns,
    capacity: input.rows,
    input,
    entries,
    ...passesOf(bound),
    layers: [...inner, ...heads],
    members: membersOf(adapted, inner, heads),
    adapters: adapted.adapters,
    monotone: null,
  };
}
