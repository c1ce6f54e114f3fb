import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { weightedSensitivity } from "./weightedSensitivity.js";

/**
 * P = 1ᵀ|W_K|⋯|W_1||W_0|1 (arXiv:2404.19112, 1-path-norm), the sum over all paths from an input to an output of the product
 * of their weights' magnitudes. Throws TypeError for a network that is not an MLP.
 */
export function pathNorm(network: FoldedNetwork): number {
  expectArchitecture(network, "mlp", "1-path-norm");
  const outputs = network.layers[network.layers.length - 1].rows;
  return weightedSensitivity(network, new Float64Array(outputs).fill(1)).reduce((sum, s) => sum + s, 0);
}
