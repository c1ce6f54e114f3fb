import type { FoldedNetwork } from "../folded/folded.js";
import { type Matrices, matricesOf, type SignedRow } from "./passBack.js";
import { notLost } from "./rounding.js";

/** ‖f(x) − f(y)‖_q ≤ value·‖x − y‖_p for the three pairs of norms p → q. */
export interface NormProducts {
  readonly infToOne: number;
  readonly infToInf: number;
  readonly oneToInf: number;
}

/**
 * ∏_l ‖M_l‖, with M = |W| of a dense layer and max(|I + W⁺|, |I + W⁻|) entrywise of a pair: the product of the layers' operator norms
 * (Szegedy et al., arXiv:1312.6199, section 4.3, there for ℓ2). Between two layers the norm is ℓ∞→ℓ∞, the largest row sum; the first
 * layer is ℓ1→ℓ∞, the largest entry, where the input norm is ℓ1, and the last ℓ∞→ℓ1, the sum of all, where the output norm is. Not
 * rounded outwards. Never below the same bound by paths, which sums before it takes maxima.
 */
export function normProducts(network: FoldedNetwork, signed: SignedRow | null): NormProducts {
  const layers = matricesOf(network, signed).map(normFactors);
  const product = (first: keyof NormFactors, last: keyof NormFactors) =>
    layers.reduce((value, sizes, l) => {
      const norm = l === 0 && first === "entry" ? first : l === layers.length - 1 ? last : "row";
      return notLost(value * sizes[norm]);
    }, 1);
  return {
    infToOne: product("row", "total"),
    infToInf: product("row", "row"),
    oneToInf: product("entry", "row"),
  };
}

/** Operator norms of M. */
export interface NormFactors {
  /** ℓ1→ℓ∞: the largest entry. */
  readonly entry: number;
  /** ℓ∞→ℓ∞: the largest row sum. */
  readonly row: number;
  /** ℓ∞→ℓ1: the sum of all entries. */
  readonly total: number;
}

export function normFactors({ rows, columns, residual, positive, negative }: Matrices): NormFactors {
  let [entry, row, total] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const identity = residual && i === j ? 1 : 0;
      let size = Math.abs(identity + positive[at]);
      if (negative) size = Math.max(size, Math.abs(identity + negative[at]));
      sum += size;
      if (size > entry) entry = size;
    }
    row = Math.max(row, sum);
    total += sum;
  }
  return { entry, row, total };
}
