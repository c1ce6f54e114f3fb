import { divideColumns, pullColumnsBack } from "./columnEquilibrated.js";
import type { CreateTransform } from "./transform.js";

/**
 * W = R·V·C, where R = diag(1/‖V_i‖₂) gives rows of norm 1 and C then gives columns of norm 1 (arXiv:2409.03424, row-column
 * equilibration; once each, so that the columns have norm 1 exactly and the rows nearly).
 */
export const rowColumnEquilibrated: CreateTransform = (_, { raw, effective, gradient }) => {
  const { rows, columns } = raw;
  const rowNorms = new Float64Array(rows);
  const columnNorms = new Float64Array(columns);
  const dots = new Float64Array(columns);
  const scaled = new Float32Array(raw.length);
  return {
    apply() {
      const v = raw.data;
      let bad = -1;
      for (let i = rows - 1; i >= 0; i--) {
        let sum = 0;
        for (let k = i * columns; k < (i + 1) * columns; k++) sum += v[k] * v[k];
        rowNorms[i] = Math.sqrt(sum);
        if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) bad = i;
        for (let k = i * columns; k < (i + 1) * columns; k++) scaled[k] = v[k] / rowNorms[i];
      }
      const badColumn = divideColumns(scaled, effective.data, columnNorms);
      return bad >= 0 ? bad : badColumn;
    },
    pullback() {
      const g = gradient.data;
      pullColumnsBack(g, effective.data, columnNorms, dots);
      for (let i = 0; i < rows; i++) {
        let dot = 0;
        for (let k = i * columns; k < (i + 1) * columns; k++) dot += g[k] * scaled[k];
        for (let k = i * columns; k < (i + 1) * columns; k++) g[k] = (g[k] - scaled[k] * dot) / rowNorms[i];
      }
    },
    state: [],
  };
};
