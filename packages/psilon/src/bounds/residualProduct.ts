import type { FoldedNetwork } from "../networks/folded.js";
import { expectArchitecture } from "./bound.js";

/**
 * 1ᵀ M_L⋯M_1 |W_0| 1, where entry (i, j) of a pair's M is `magnitude(W⁺_ij, W⁻_ij, identity)` and identity is 1 on the
 * diagonal of a residual pair, otherwise 0. The ResNet's entrywise bounds differ in `magnitude` alone.
 */
export function residualProduct(
  network: FoldedNetwork,
  bound: string,
  magnitude: (positive: number, negative: number, identity: number) => number,
): number {
  expectArchitecture(network, "resnet", bound);
  let v = new Float64Array(network.layers[0].columns).fill(1);
  for (const layer of network.layers) {
    const { rows, columns } = layer;
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        const entry =
          layer.kind === "dense"
            ? Math.abs(layer.weight[at])
            : magnitude(layer.positive[at], layer.negative[at], layer.residual && i === j ? 1 : 0);
        out[i] += entry * v[j];
      }
    }
    v = out;
  }
  return v.reduce((sum, value) => sum + value, 0);
}
