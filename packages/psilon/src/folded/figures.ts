import { conditionNumber } from "../engine/weights/singularValues.js";
import { exactSparsity, nearSparsity } from "../engine/weights/sparsity.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import { placesOf, sharedPlaces } from "./places.js";

/** Numbers stored: weights, biases and slopes, zeros included; what networks share once. */
export function parameterCount(networks: readonly FoldedNetwork[]): number {
  const shared = sharedPlaces(networks);
  return networks.reduce((sum, network, m) => {
    const own = [...placesOf(network)].filter(([name]) => !shared[m].has(name));
    return own.reduce((total, [, { length }]) => total + length, sum);
  }, 0);
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
export function networkSparsity({ layers }: FoldedNetwork): number {
  const total = layers.reduce((sum, layer) => sum + matrixOf(layer).length, 0);
  return layers.reduce((sum, layer) => {
    const matrix = matrixOf(layer);
    return sum + exactSparsity(matrix) * (matrix.length / total);
  }, 0);
}

/** The mean over layers. */
export function networkNearSparsity({ layers }: FoldedNetwork): number {
  return layers.reduce((sum, layer) => sum + layerNearSparsity(layer), 0) / layers.length;
}

/** The geometric mean of the layers' condition numbers σ_max/σ_min; a pair is one matrix (W⁺, W⁻). */
export function networkCondition({ layers }: FoldedNetwork): number {
  const logs = layers.map((layer) => Math.log(conditionNumber(matrixOf(layer), layer.rows)));
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / layers.length);
}

/** The mean of a figure over networks. */
export function meanFigure(
  networks: readonly FoldedNetwork[],
  figure: (network: FoldedNetwork) => number,
): number {
  return networks.reduce((sum, network) => sum + figure(network) / networks.length, 0);
}
