import type { FoldedNetwork } from "./folded.js";

/**
 * Bytes that a network's weights, biases and slopes take in float32: `dense` with all zeros; `csr` as compressed sparse rows,
 * where each value that is not 0 comes with its column (4 bytes) and each matrix with where its rows start (4 bytes a row
 * and 4 for the end). A pair counts as one matrix of 2·columns.
 */
export function storedBytes(network: FoldedNetwork): { dense: number; csr: number } {
  const slopes = 4 * (network.slopes?.length ?? 0);
  let dense = slopes;
  let csr = slopes;
  for (const layer of network.layers) {
    const matrices = layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight];
    csr += 4 * (layer.rows + 1) + 4 * layer.rows;
    dense += 4 * layer.rows;
    for (const values of matrices) {
      dense += 4 * values.length;
      for (const value of values) if (value !== 0) csr += 8;
    }
  }
  return { dense, csr };
}
