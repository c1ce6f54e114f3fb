import type { Backend } from "../backend/backend.js";
import { boxBias } from "../layers/boxBias.js";
import { type BoxSource, boxInput } from "../layers/boxInput.js";
import type { BoxLayer, BoxSignal } from "../layers/boxLayer.js";
import { boxLinear } from "../layers/boxLinear.js";
import { boxPair } from "../layers/boxPair.js";
import { boxMonotone } from "./monotone.js";
import type { Network } from "./network.js";

/** Boxes from a network's inputs on, by the weights that it trains. */
export interface BoxPass {
  /** What the last of the layers that were asked for writes. */
  readonly output: BoxSignal;
  forward(n: number): void;
  /** Adds to the gradients; after `backward` of the network itself, which writes them. */
  backward(n: number): void;
}

/** `last`: whether the outputs' layer is one of them, or what it reads is asked for, in a network with hidden layers. */
export function createBoxPass(backend: Backend, network: Network, source: BoxSource, last: boolean): BoxPass {
  const { layers, members, monotone } = network;
  const end = layers.length - 1;
  const input = boxInput(backend, layers[0].weight, source);
  const bound: BoxLayer[] = [input];
  const add = (layer: BoxLayer) => {
    bound.push(layer);
    return layer.output;
  };
  let signal = input.output;
  for (let l = 0; l <= end; l++) {
    // What comes after tells what becomes of h: pairs read it whole.
    const next = l < end ? layers[l + 1].weight : null;
    signal = add(boxBias(backend, layers[l].parameters[1], signal, next !== null && !next.paired));
    if (!next || (l + 1 === end && !last)) break;
    signal = add(
      next.paired ? boxPair(backend, next, signal, l + 1 < end) : boxLinear(backend, next, signal),
    );
  }
  if (monotone) signal = add(boxMonotone(backend, members[0], monotone, input, signal));
  return {
    output: signal,
    forward(n) {
      for (let l = 0; l < bound.length; l++) bound[l].forward(n);
    },
    backward(n) {
      for (let l = bound.length - 1; l >= 0; l--) bound[l].backward(n);
    },
  };
}
