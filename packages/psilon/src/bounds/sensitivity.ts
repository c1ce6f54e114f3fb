import type { FoldedNetwork } from "../networks/folded.js";
import { columnPass } from "./columnBound.js";
import { passBack } from "./passBack.js";

/** S (outputs × inputs), row-major. */
export interface Sensitivity {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/**
 * S with |f_k(x + δ) − f_k(x)| ≤ Σ_j S_kj·|δ_j| for all x and δ (derived). S = |W_K|⋯|W_0| for an MLP; for a ResNet each
 * row is the column bound of its own output, so that S ≤ C̃·∏(I + W̃)·|W_0| entrywise. An input whose column is zero provably
 * does not matter. Float64 from float32 weights.
 */
export function sensitivity(network: FoldedNetwork): Sensitivity {
  const rows = network.layers[network.layers.length - 1].rows;
  const columns = network.layers[0].columns;
  const values = new Float64Array(rows * columns);
  for (let k = 0; k < rows; k++) {
    const output = new Float64Array(rows);
    output[k] = 1;
    values.set(passBack(network, columnPass, output), k * columns);
  }
  return { rows, columns, values };
}
