import type { LayerFacts, LinearForm } from "./analysis.js";
import { pullRow, weigh } from "./backwards.js";
import type { BoundedModel, ModelMember } from "./boundedModel.js";
import { gamma, orInfinity } from "./rounding.js";

/**
 * Adds to `form` what bounds |r·(h(x) − h(c))| for x in the box, where h is what layer `depth` computes: Σ_j |coefficients_j|·|x_j − c_j| +
 * constant (derived; mathematics, section 4). A unit passes its difference Δ as t·Δ to a = rP and as (1 − t)·Δ to b = rN:
 * - a fixed sign fixes t at 1 or 0: the unit contributes its true, signed weight or drops out, and fixed layers are multiplied
 *   before any magnitude is taken;
 * - else t is in [0, 1]: the unit counts as its middle slope ½(a + b), and what is left, ½|a − b|·|Δ|, goes to the constant with the
 *   bound on |Δ| that the facts have.
 *
 * Every product errs by at most γ_n times what `reachSize` of the facts weighs, which is added to the form's size, for `changeOf` to round
 * outwards by.
 */
export function addChangeForm(
  member: ModelMember,
  facts: readonly Pick<LayerFacts, "lower" | "upper" | "reach" | "reachSize">[],
  depth: number,
  row: Float64Array,
  form: LinearForm,
): void {
  const { row: r, plus: a, minus: b } = member.room;
  r.set(row);
  for (let l = depth; l >= 0; l--) {
    const layer = member.layers[l];
    const { rows, columns } = layer;
    form.size += weigh(r, facts[l].reachSize, rows);
    pullRow(layer, r, member.room);
    if (l === 0) {
      for (let j = 0; j < columns; j++) form.coefficients[member.inputs[j]] += a[j];
      return;
    }
    const { lower, upper, reach } = facts[l - 1];
    for (let j = 0; j < columns; j++) {
      if (lower[j] >= 0) r[j] = a[j];
      else if (upper[j] <= 0) r[j] = b[j];
      else {
        const half = Math.abs(a[j] - b[j]) / 2;
        r[j] = (a[j] + b[j]) / 2;
        if (half > 0) form.constant += half * reach[j];
      }
    }
  }
}

/** Σ_j |coefficients_j|·reach_j + constant, rounded outwards: by as many roundings as any term of it has met, its sum over members included. */
export function changeOf(form: LinearForm, reach: Float64Array, model: BoundedModel): number {
  let sum = form.constant;
  form.coefficients.forEach((g, j) => {
    if (g !== 0) sum += Math.abs(g) * reach[j];
  });
  const n = model.operations + model.inputs;
  return orInfinity(sum + (2 * gamma(n) * (sum + form.size) + n * Number.MIN_VALUE));
}
