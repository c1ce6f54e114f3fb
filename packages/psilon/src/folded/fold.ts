import { kindsOf } from "../engine/networks/kinds.js";
import type { Network } from "../engine/networks/network.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import { monotoneSlopes } from "./monotoneSlopes.js";

/** The network's effective weights and biases, and the slopes of a monotone one, as plain copies, independent of the arena. */
export function fold(network: Network): FoldedNetwork {
  const last = network.layers.length - 1;
  const layers = network.layers.map(({ weight, bias }, l): FoldedLayer => {
    const { rows, columns, paired, effective } = weight;
    const shape = { rows, columns, bias: bias.data.slice() };
    if (!paired) return { kind: "dense", ...shape, weight: effective.data.slice() };
    const positive = new Float32Array(rows * columns);
    const negative = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      const at = 2 * i * columns;
      positive.set(effective.data.subarray(at, at + columns), i * columns);
      negative.set(effective.data.subarray(at + columns, at + 2 * columns), i * columns);
    }
    return { kind: "pair", residual: l < last, ...shape, positive, negative };
  });
  const { monotone } = network;
  const { architecture } = kindsOf(network);
  return { architecture, layers, ...(monotone && { slopes: monotoneSlopes(layers, monotone) }) };
}
