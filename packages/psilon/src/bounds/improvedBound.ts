import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { entrywise, totalSlope } from "./passBack.js";

export const improvedPass = entrywise(
  (positive, negative, identity) => identity + Math.max(Math.abs(positive), Math.abs(negative)),
);

/**
 * B = 1ᵀ C̃ ∏_l (I + W̃_l) |W_0| 1 with W̃ = max(|W⁺|, |W⁻|) entrywise (arXiv:2404.19112, theorem 2, in explicit form): of the
 * paths that share a sequence of coordinates only the strongest counts, because only one sign of a coordinate is ever
 * active. Throws TypeError for a network that is not a ResNet.
 */
export function improvedBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "improved bound");
  return totalSlope(network, improvedPass);
}
