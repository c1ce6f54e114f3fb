import type { Tensor } from "../engine/backend/arena.js";
import type { MemberLayer } from "../engine/layers/layer.js";
import type { Network } from "../engine/networks/network.js";
import type { Matrix } from "../engine/weights/weight.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import { monotoneSlopes } from "./monotoneSlopes.js";

/**
 * The network's effective weights and biases, and the slopes of a monotone one, as plain copies, independent of the arena. Throws RangeError
 * for a shared ensemble of several members, which are as many networks (`foldMembers`).
 */
export function fold(network: Network): FoldedNetwork {
  const [only, ...others] = foldMembers(network);
  if (others.length > 0)
    throw new RangeError(`An ensemble of ${1 + others.length} members is no one network.`);
  return only;
}

/** Each member as a network of its own; what they share are the very same arrays. */
export function foldMembers(network: Network): FoldedNetwork[] {
  const { architecture, members, monotone } = network;
  if (architecture === "sequential") throw new RangeError("Only MLPs and ResNets are folded to matrices.");
  const known = new Map<Matrix, FoldedLayer>();
  const biases = new Map<Tensor, Float32Array>();
  const folded = ({ matrix, bias }: MemberLayer, residual: boolean): FoldedLayer => {
    const values = biases.get(bias) ?? bias.data.slice();
    biases.set(bias, values);
    const layer = known.get(matrix) ?? foldLayer(matrix, values, residual);
    known.set(matrix, layer);
    return layer;
  };
  return members.map((member) => {
    const layers = member.map((layer, l) => folded(layer, l < member.length - 1));
    return { architecture, layers, ...(monotone && { slopes: monotoneSlopes(layers, monotone) }) };
  });
}

function foldLayer(matrix: Matrix, bias: Float32Array, residual: boolean): FoldedLayer {
  const { rows, columns, paired, effective } = matrix;
  const shape = { rows, columns, bias };
  if (!paired) return { kind: "dense", ...shape, weight: effective.data.slice() };
  const positive = new Float32Array(rows * columns);
  const negative = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const at = 2 * i * columns;
    positive.set(effective.data.subarray(at, at + columns), i * columns);
    negative.set(effective.data.subarray(at + columns, at + 2 * columns), i * columns);
  }
  return { kind: "pair", residual, ...shape, positive, negative };
}
