import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { entrywise, totalSlope } from "./passBack.js";

export const skipPass = entrywise(
  (positive, negative, identity) => identity + Math.abs(positive) + Math.abs(negative),
);

/**
 * B_skip = 1ᵀ(|C⁺| + |C⁻|) ∏_l (I + |W⁺_l| + |W⁻_l|) |W_0| 1 (derived): every path through both sign channels and the skip
 * connection counts; what the improved bound improves on. Throws TypeError for a network that is not a ResNet.
 */
export function skipBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "skip bound");
  return totalSlope(network, skipPass);
}
