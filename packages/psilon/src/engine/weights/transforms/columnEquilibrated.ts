import type { CreateTransform } from "./transform.js";

/** W = V·diag(1/‖V_:j‖₂): columns of norm 1 (arXiv:2409.03424, column equilibration). */
export const columnEquilibrated: CreateTransform = (_, { raw, effective, gradient }) => {
  const norms = new Float64Array(raw.columns);
  const dots = new Float64Array(raw.columns);
  return {
    apply: () => divideColumns(raw.data, effective.data, norms),
    pullback: () => pullColumnsBack(gradient.data, effective.data, norms, dots),
    state: [],
  };
};

/** to_ij = from_ij/n_j with n_j the norm of column j of `from`; returns the first column without one, or −1. */
export function divideColumns(from: Float32Array, to: Float32Array, norms: Float64Array): number {
  const columns = norms.length;
  norms.fill(0);
  for (let k = 0, j = 0; k < from.length; k++) {
    norms[j] += from[k] * from[k];
    if (++j === columns) j = 0;
  }
  let bad = -1;
  for (let j = columns - 1; j >= 0; j--) {
    norms[j] = Math.sqrt(norms[j]);
    if (!(norms[j] > 0 && norms[j] < Number.POSITIVE_INFINITY)) bad = j;
  }
  for (let k = 0, j = 0; k < from.length; k++) {
    to[k] = from[k] / norms[j];
    if (++j === columns) j = 0;
  }
  return bad;
}

/** G_:j ← (G_:j − W_:j·⟨G_:j, W_:j⟩)/n_j. */
export function pullColumnsBack(
  gradient: Float32Array,
  effective: Float32Array,
  norms: Float64Array,
  dots: Float64Array,
): void {
  const columns = norms.length;
  dots.fill(0);
  for (let k = 0, j = 0; k < gradient.length; k++) {
    dots[j] += gradient[k] * effective[k];
    if (++j === columns) j = 0;
  }
  for (let k = 0, j = 0; k < gradient.length; k++) {
    gradient[k] = (gradient[k] - effective[k] * dots[j]) / norms[j];
    if (++j === columns) j = 0;
  }
}
