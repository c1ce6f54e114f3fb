import type { FoldedNetwork } from "../folded/folded.js";
import { type Matrices, matricesOf, type SignedRow } from "./passBack.js";
import { above, notLost } from "./rounding.js";
import { spectralNorm } from "./spectralNorm.js";

/**
 * ∏_l σ_l, an ℓ2→ℓ2 bound (Szegedy et al., arXiv:1312.6199, section 4.3), for comparison with the bounds by paths. σ_l is the layer's
 * largest singular value from above. For a pair (derived) it is the smaller of 1 + σ([W⁺ W⁻]) and σ([I + W⁺ I + W⁻]), or σ([C⁺ C⁻])
 * without a skip connection: a difference Δh passes as (TΔh, (I − T)Δh) with T diagonal in [0, 1], which is no longer than Δh.
 * Takes time with the cube of the width. Rounded outwards but for the product itself.
 */
export function spectralProduct(network: FoldedNetwork, signed: SignedRow | null): number {
  return matricesOf(network, signed).reduce((product, layer) => notLost(product * spectralFactor(layer)), 1);
}

/** σ_l from above. */
export function spectralFactor({ rows, columns, residual, positive, negative }: Matrices): number {
  if (!negative) return spectralNorm(Float64Array.from(positive), rows, columns);
  const beside = (identity: 0 | 1) => {
    const both = new Float64Array(2 * rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const own = i === j ? identity : 0;
        both[2 * i * columns + j] = own + positive[i * columns + j];
        both[(2 * i + 1) * columns + j] = own + negative[i * columns + j];
      }
    }
    return spectralNorm(both, rows, 2 * columns);
  };
  if (!residual) return beside(0);
  return Math.min(above(1 + beside(0)), beside(1));
}
