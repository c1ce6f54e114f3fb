import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { entrywise, totalSlope } from "./passBack.js";

export const tightPass = entrywise((positive, negative, identity) =>
  Math.max(Math.abs(identity + positive), Math.abs(identity + negative)),
);

/**
 * B_tight = 1ᵀ C̃ ∏_l max(|I + W⁺_l|, |I + W⁻_l|) |W_0| 1, entrywise maxima (derived): as the improved bound, but a weight that
 * works against the skip connection is allowed to. Throws TypeError for a network that is not a ResNet.
 */
export function tightBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "tight bound");
  return totalSlope(network, tightPass);
}
