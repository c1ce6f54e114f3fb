import { ensembleBounds } from "../bounds/bounds.js";
import type { FoldedLayer, FoldedNetwork } from "../networks/folded.js";
import { removeDeadUnits } from "../pruning/removeDeadUnits.js";
import { exactSparsity, nearSparsity } from "../weights/sparsity.js";
import type { Member, TrainingRecord } from "./model.js";

/** A network as training left it. */
export interface Trained {
  readonly network: FoldedNetwork;
  readonly lengths: readonly (readonly number[])[];
  readonly inputs?: Int32Array;
}

/**
 * Members from trained networks, and what the record says of them. With a target sparsity, dead units and unused
 * inputs are removed; the sparsities are those before the removal, which takes zeros out.
 */
export function assemble(
  trained: readonly Trained[],
  sparsity: number,
): {
  readonly members: readonly Member[];
  readonly figures: Pick<TrainingRecord, "bounds" | "sparsity" | "nearSparsity" | "parameters" | "pruning">;
} {
  const networks = trained.map(({ network }) => network);
  const mean = (of: (network: FoldedNetwork) => number) =>
    networks.reduce((sum, network) => sum + of(network) / networks.length, 0);
  const reductions = trained.map(({ network, inputs }) =>
    sparsity > 0
      ? removeDeadUnits(network, inputs)
      : { network, inputs: inputs ?? allInputs(network), report: null },
  );
  const members = reductions.map(({ network, inputs }, m) => ({
    network,
    inputs,
    // Which blocks a removal took along is not told, so the lengths of what is left are then unknown.
    lengths:
      network.layers.length === trained[m].lengths.length ? trained[m].lengths : network.layers.map(() => []),
  }));
  return {
    members,
    figures: {
      bounds: ensembleBounds(members.map(({ network }) => network)),
      sparsity: mean(networkSparsity),
      nearSparsity: mean(
        ({ layers }) => layers.reduce((sum, layer) => sum + layerNearSparsity(layer), 0) / layers.length,
      ),
      parameters: members.reduce((sum, { network }) => sum + parameterCount(network), 0),
      pruning:
        sparsity > 0 ? { target: sparsity, removed: reductions.flatMap(({ report }) => report ?? []) } : null,
    },
  };
}

/** Numbers stored: weights and biases, zeros included. */
function parameterCount(network: FoldedNetwork): number {
  return network.layers.reduce((sum, layer) => sum + matrixOf(layer).length + layer.bias.length, 0);
}

/** All weights of a layer; of a pair W⁺, then W⁻. */
export function matrixOf(layer: FoldedLayer): Float32Array {
  if (layer.kind === "dense") return layer.weight;
  const both = new Float32Array(2 * layer.positive.length);
  both.set(layer.positive);
  both.set(layer.negative, layer.positive.length);
  return both;
}

/** The mean over rows; a pair's row is that of max(|W⁺|, |W⁻|), whose norm is normalized. */
export function layerNearSparsity(layer: FoldedLayer): number {
  if (layer.kind === "dense") return nearSparsity(layer.weight, layer.columns);
  const larger = layer.positive.map((w, i) => Math.max(Math.abs(w), Math.abs(layer.negative[i])));
  return nearSparsity(larger, layer.columns);
}

/** The share of exact zeros among all weights. */
function networkSparsity({ layers }: FoldedNetwork): number {
  const total = layers.reduce((sum, layer) => sum + matrixOf(layer).length, 0);
  return layers.reduce((sum, layer) => {
    const matrix = matrixOf(layer);
    return sum + exactSparsity(matrix) * (matrix.length / total);
  }, 0);
}

function allInputs(network: FoldedNetwork): Int32Array {
  return Int32Array.from({ length: network.layers[0].columns }, (_, j) => j);
}
