import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { entrywise, totalSlope } from "./passBack.js";

export const foldedPass = entrywise(
  (positive, negative, identity) => Math.abs(identity + positive) + Math.abs(identity + negative),
);

/**
 * 1ᵀ(|C⁺| + |C⁻|) ∏_l (|I + W⁺_l| + |I + W⁻_l|) |W_0| 1: the 1-path-norm of the equivalent ReLU network, which carries σ(h) and
 * σ(−h) as separate units and folds the skip connection into the weights (arXiv:2404.19112, the bound that
 * theorem 2 improves).
 * Usually far larger than the improved bound, but not always: with W⁺ = W⁻ = −1 in one dimension it is 0. Throws TypeError for
 * a network that is not a ResNet.
 */
export function foldedBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "folded bound");
  return totalSlope(network, foldedPass);
}
