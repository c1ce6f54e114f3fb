import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";
import { type PairPass, totalSlope } from "./passBack.js";

/**
 * u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) entrywise, without I where the pair is not residual (derived). A difference Δ_j of the
 * stream passes as t·Δ_j through the positive and as (1 − t)·Δ_j through the negative channel, t ∈ [0, 1], so that
 * column j of the pair acts as a convex combination of its two columns, whose weighted L1 norm is at most the larger.
 */
export const columnPass: PairPass = (u, rows, columns, residual, positive, negative) => {
  const plus = new Float64Array(columns);
  const minus = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const identity = residual && i === j ? 1 : 0;
      plus[j] += u[i] * Math.abs(identity + positive[i * columns + j]);
      minus[j] += u[i] * Math.abs(identity + negative[i * columns + j]);
    }
  }
  return plus.map((value, j) => Math.max(value, minus[j]));
};

/**
 * B_col = uᵀ|W_0|1 with u = max(|C⁺|ᵀ1, |C⁻|ᵀ1) and, back through the blocks, u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) (derived): the
 * sign channel is chosen once per column. The smallest of the ResNet's bounds, at the same cost. Throws TypeError for
 * a network that is not a ResNet.
 */
export function columnBound(network: FoldedNetwork): number {
  expectArchitecture(network, "resnet", "column bound");
  return totalSlope(network, columnPass);
}
