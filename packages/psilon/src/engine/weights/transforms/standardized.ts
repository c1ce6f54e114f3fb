import type { CreateTransform } from "./transform.js";

/**
 * W_i = (V_i − mean V_i)/(std V_i·√columns): weight standardization (Qiao et al., arXiv:1903.10520) with the scale that keeps the
 * variance of independent inputs, so that rows have mean 0 and L2 norm 1. Without the ε of the paper's code.
 */
export const standardized: CreateTransform = (_, { raw, effective, gradient }) => {
  const { rows, columns } = raw;
  const norms = new Float64Array(rows);
  return {
    apply() {
      const v = raw.data;
      const w = effective.data;
      let bad = -1;
      for (let i = rows - 1; i >= 0; i--) {
        const [start, end] = [i * columns, (i + 1) * columns];
        let sum = 0;
        for (let k = start; k < end; k++) sum += v[k];
        const mean = sum / columns;
        let square = 0;
        let size = 0;
        for (let k = start; k < end; k++) {
          square += (v[k] - mean) * (v[k] - mean);
          size += v[k] * v[k];
        }
        norms[i] = Math.sqrt(square);
        // What rounding leaves of equal entries is no direction.
        if (!(square > 1e-14 * size && size < Number.POSITIVE_INFINITY)) bad = i;
        for (let k = start; k < end; k++) w[k] = (v[k] - mean) / norms[i];
      }
      return bad;
    },
    pullback() {
      const g = gradient.data;
      const w = effective.data;
      for (let i = 0; i < rows; i++) {
        const [start, end] = [i * columns, (i + 1) * columns];
        let dot = 0;
        let sum = 0;
        for (let k = start; k < end; k++) {
          dot += g[k] * w[k];
          sum += g[k];
        }
        const mean = sum / columns;
        for (let k = start; k < end; k++) g[k] = (g[k] - mean - w[k] * dot) / norms[i];
      }
    },
    state: [],
  };
};
