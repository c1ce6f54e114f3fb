import type { FoldedDense, FoldedNetwork, FoldedPair } from "../networks/folded.js";

/**
 * The vector s with Σ_k u_k·|f_k(x + δ) − f_k(x)| ≤ Σ_j s_j·|δ_j| for all x and δ (derived). Layer by layer, from the last:
 *
 * - dense: u ← |W|ᵀu, because ReLU never stretches a difference;
 * - pair: u ← max(|I + W⁺|ᵀu, |I + W⁻|ᵀu) entrywise, without I where the pair is not residual. A difference Δ_j of the
 *   stream passes as t·Δ_j through the positive and as (1 − t)·Δ_j through the negative channel, t ∈ [0, 1], so that
 *   column j of the pair acts as a convex combination of its two columns, whose weighted L1 norm is at most the larger.
 *
 * `weights`: one u_k ≥ 0 per output. Returns one s_j per input.
 */
export function weightedSensitivity(network: FoldedNetwork, weights: Float64Array): Float64Array {
  return network.layers.reduceRight(
    (u, layer) => (layer.kind === "dense" ? throughDense(layer, u) : throughPair(layer, u)),
    weights,
  );
}

function throughDense({ rows, columns, weight }: FoldedDense, u: Float64Array): Float64Array {
  const s = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) s[j] += u[i] * Math.abs(weight[i * columns + j]);
  }
  return s;
}

function throughPair(
  { rows, columns, residual, positive, negative }: FoldedPair,
  u: Float64Array,
): Float64Array {
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
}
