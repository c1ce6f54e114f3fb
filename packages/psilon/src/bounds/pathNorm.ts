import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { columnPass } from "./columnBound.js";
import { totalSlope } from "./passBack.js";

/**
 * P = 1ᵀ|W_K|⋯|W_1||W_0|1 (arXiv:2404.19112, 1-path-norm), the sum over all paths from an input to an output of the product
 * of their weights' magnitudes. Throws TypeError for a network that is not an MLP.
 */
export function pathNorm(network: FoldedNetwork): number {
  expectArchitecture(network, "mlp", "1-path-norm");
  // An MLP has no pairs, so that any pass gives the same.
  return totalSlope(network, columnPass);
}
