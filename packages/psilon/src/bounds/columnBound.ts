import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { weightedSensitivity } from "./weightedSensitivity.js";

/**
 * B_col = uᵀ|W_0|1 with u = max(|C⁺|ᵀ1, |C⁻|ᵀ1) and, back through the blocks, u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) (derived): the
 * sign channel is chosen once per column. The smallest of the ResNet's bounds, at the same cost. Throws TypeError for
 * a network that is not a ResNet.
 */
export function columnBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "column bound");
  const outputs = network.layers[network.layers.length - 1].rows;
  return weightedSensitivity(network, new Float64Array(outputs).fill(1)).reduce((sum, s) => sum + s, 0);
}
