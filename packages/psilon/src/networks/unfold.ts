import { weightKinds } from "../weights/kinds.js";
import type { FoldedLayer, FoldedNetwork } from "./folded.js";
import type { Network } from "./network.js";

/**
 * The inverse of `fold` up to what normalization leaves open: lengths are the norms of the effective rows, and raw rows
 * point their way with the size that they have at a fresh start, so that a learning rate means the same. Where a row is
 * 0, the network's own directions stay: with a length per row its length is 0, and with a shared one it stands for a
 * unit that nothing reads. `network` has the folded one's shape.
 */
export function unfold(network: Network, folded: FoldedNetwork): void {
  folded.layers.forEach((layer, l) => {
    const { weight, bias } = network.layers[l];
    bias.data.set(layer.bias);
    const rows = Array.from({ length: layer.rows }, (_, i) => rawRow(layer, i));
    const { lengths, paired } = weight;
    if (lengths === null) {
      weight.raw.data.set(rows.flat());
      weight.normalize();
      return;
    }
    const norms = rows.map((row) => rowNorm(row, paired, weightKinds[weight.kind].norm === 2));
    rows.forEach((row, i) => {
      const size = rowNorm(row, paired, true);
      const direction = row.map((value) => value / size);
      if (size > 0) weight.raw.data.set(direction, i * weight.raw.columns);
    });
    if (lengths.length === rows.length) lengths.data.set(norms);
    else lengths.data.fill(norms.reduce((a, b) => Math.max(a, b)));
    weight.lengthUnit = norms.reduce((sum, norm) => sum + norm / norms.length, 0) || 1;
    weight.normalize();
  });
}

/** A row as a weight holds it: a pair's W⁺ row, then its W⁻ row. */
function rawRow(layer: FoldedLayer, i: number): number[] {
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
