import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import type { Network } from "./network.js";

/**
 * The inverse of `fold` up to what normalization leaves open: raw weights are the effective ones, lengths the norms of
 * their rows. Where a row is 0 (a length of 0), the network's own directions stay. `network` has the folded one's shape.
 */
export function unfold(network: Network, folded: FoldedNetwork): void {
  folded.layers.forEach((layer, l) => {
    const { weight, bias } = network.layers[l];
    bias.data.set(layer.bias);
    const rows = Array.from({ length: layer.rows }, (_, i) => rowOf(layer, i));
    const norms = rows.map((row) => rowNorm(row, weight.paired, weight.kind === "l2-row"));
    const width = weight.raw.columns;
    rows.forEach((row, i) => {
      if (norms[i] > 0) weight.raw.data.set(row, i * width);
    });
    const lengths = weight.lengths?.data;
    if (lengths?.length === rows.length) lengths.set(norms);
    else lengths?.fill(Math.max(...norms));
    weight.normalize();
  });
}

/** A row as a weight holds it: a pair's W⁺ row, then its W⁻ row. */
function rowOf(layer: FoldedLayer, i: number): number[] {
  const from = i * layer.columns;
  const cut = (matrix: Float32Array) => Array.from(matrix.subarray(from, from + layer.columns));
  return layer.kind === "dense" ? cut(layer.weight) : [...cut(layer.positive), ...cut(layer.negative)];
}

function rowNorm(row: readonly number[], paired: boolean, euclidean: boolean): number {
  const columns = paired ? row.length / 2 : row.length;
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    const size = paired ? Math.max(Math.abs(row[j]), Math.abs(row[j + columns])) : Math.abs(row[j]);
    sum += euclidean ? size * size : size;
  }
  return euclidean ? Math.sqrt(sum) : sum;
}
