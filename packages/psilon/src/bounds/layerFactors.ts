import type { FoldedNetwork } from "../folded/folded.js";
import type { GlobalMethod } from "./certificate.js";
import { normFactors } from "./normProduct.js";
import { matricesOf, throughLayer } from "./passBack.js";
import { passes } from "./passes.js";
import { spectralFactor } from "./spectralProduct.js";

/** By method, what one layer multiplies that bound by. */
export type LayerFactors = Readonly<Partial<Record<GlobalMethod, number>>>;

/**
 * What each layer contributes to every global bound, first layer first, such that the product over the layers is the bound,
 * ℓ∞→ℓ1; of the spectral product see `spectralFactors`. Of the product of norms it is the layer's own operator norm. A bound by paths is Σ_j s_j, with s handed back from layer to layer as in `passBack`; there the factor is
 * Σ_j s_j/Σ_i u_i, by how much the layer makes that sum grow: |g| for an L1-normalized layer with the shared length g, 1 + |g| for
 * a residual pair of such and the improved bound, Σ_k|γ_k| for the output layer (derived).
 *
 * Computed in float64 and not rounded outwards: for reading, not for certificates.
 */
export function layerFactors(network: FoldedNetwork): LayerFactors[] {
  const layers = matricesOf(network, null);
  const factors = layers.map((layer, l): Partial<Record<GlobalMethod, number>> => {
    const { total, row } = normFactors(layer);
    return { "norm-product": l === layers.length - 1 ? total : row };
  });
  for (const [method, pass] of passes[network.architecture]) {
    let u: Float64Array = new Float64Array(layers[layers.length - 1].rows).fill(1);
    let before = 1;
    for (let l = layers.length - 1; l >= 0; l--) {
      u = throughLayer(layers[l], pass, u);
      const after = u.reduce((sum, s) => sum + s, 0);
      // After a layer of zeros nothing is left to grow.
      factors[l][method] = before === 0 ? 0 : after / before;
      before = after;
    }
  }
  return factors;
}

/** The layers' largest singular values from above, whose product is `spectralBound`; their time grows with the cube of the width. */
export function spectralFactors(network: FoldedNetwork): number[] {
  return matricesOf(network, null).map(spectralFactor);
}
