import type { Analysis, MemberFacts } from "./analysis.js";
import { gamma } from "./rounding.js";

const LARGEST_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Below this, arithmetic in float32 may lose a number whole, where the machine flushes what is small to 0. */
const SMALLEST_NORMAL_FLOAT32 = 2 ** -126;

/**
 * |f̃_k(x) − f_k(x)| for every x in the box that is made of float32 numbers, at most, one number per output: f̃ is the prediction in float32,
 * f the network as a function of real numbers (derived). With e_j ≥ |h̃_j − h_j| and |h_j| ≤ M_j over the box, a layer adds
 *
 *     e′_i = Σ_j max(|P_ij|, |N_ij|)·e_j + γ_n·(|b_i| + Σ_j max(|W⁺_ij|, |W⁻_ij|)·(M_j + e_j) [+ M_i + e_i])
 *
 * where n is the number of roundings that a term can meet: its product, columns − 1 additions in any order, the bias and the skip
 * connection, with or without fused multiply-add (Higham 2002, section 3.1). max(h, 0) and min(h, 0) round nothing. As many results at most
 * may be flushed to 0: of the numbers that are summed a flush leaves one less. Infinity where a sum might overflow float32, and for all
 * that reads it, since even a weight of 0 makes NaN of infinity. The sum with a linear term and the mean of several networks are rounded
 * once more each.
 */
export function predictionError({ model, members, box }: Analysis): Float64Array {
  const n = model.networks;
  const total = new Float64Array(model.outputs);
  const sizes = new Float64Array(model.outputs);
  for (const facts of members) {
    const inputs = Float64Array.from(facts.member.inputs, (j) => Math.max(-box.lower[j], box.upper[j]));
    const errors = memberErrors(facts, inputs);
    const outputs = facts.sizes[facts.sizes.length - 1];
    for (let k = 0; k < total.length; k++) {
      const size = outputs[k] + errors[k];
      const sum = members.length === 1 ? 0 : gamma(3, "float32") * size + SMALLEST_NORMAL_FLOAT32;
      total[k] += (errors[k] + sum) / n;
      sizes[k] += size;
    }
  }
  const rounding = 1 + gamma(members.length + 8);
  return total.map((error, k) =>
    sizes[k] * rounding < LARGEST_FLOAT32 ? error * rounding : Number.POSITIVE_INFINITY,
  );
}

function memberErrors({ member, sizes: known }: MemberFacts, inputs: Float64Array): Float64Array {
  let errors = new Float64Array(inputs.length);
  let sizes = inputs;
  for (const [l, layer] of member.network.layers.entries()) {
    const { rows, columns, bias } = layer;
    const [first, second] = layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight, null];
    const residual = layer.kind === "pair" && layer.residual;
    const n = columns + (residual ? 2 : 1);
    const roundings = gamma(n, "float32");
    const next = new Float64Array(rows);
    const most = sizes.map((size, j) => size + errors[j]);
    // Where nothing is infinite, a weight of 0 needs no care.
    const isSimple = !second && most.every(Number.isFinite);
    const isLost = errors.includes(Number.POSITIVE_INFINITY);
    for (let i = 0; i < rows; i++) {
      let size = Math.abs(bias[i]);
      let spread = 0;
      if (residual) size += most[i];
      for (let j = 0, at = i * columns; isSimple && j < columns; j++, at++) {
        const weight = Math.abs(first[at]);
        size += weight * most[j];
        spread += weight * errors[j];
      }
      for (let j = 0, at = i * columns; !isSimple && j < columns; j++, at++) {
        const weight = second ? Math.max(Math.abs(first[at]), Math.abs(second[at])) : Math.abs(first[at]);
        if (weight !== 0) size += weight * most[j];
        const identity = residual && i === j ? 1 : 0;
        const slope = second
          ? Math.max(Math.abs(identity + first[at]), Math.abs(identity + second[at]))
          : weight;
        spread += slope * errors[j];
      }
      const rounding = roundings * size + n * SMALLEST_NORMAL_FLOAT32;
      const fits = !isLost && size * (1 + roundings) < LARGEST_FLOAT32;
      next[i] = fits ? (spread + rounding) * (1 + 2 * gamma(columns + 8)) : Number.POSITIVE_INFINITY;
    }
    errors = next;
    sizes = known[l];
  }
  return errors;
}
