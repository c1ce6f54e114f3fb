import type { FoldedDense, FoldedNetwork } from "./folded.js";
import { isSparse } from "./sparseWeight.js";

/**
 * The same function with the units of an MLP's sparse hidden layers in order of how many weights enter them, most first: of
 * rows that are computed together each then waits little for the longest. A ResNet's units stand in one order for all
 * blocks and stay as they are.
 */
export function sortUnits(network: FoldedNetwork): FoldedNetwork {
  if (network.architecture !== "mlp") return network;
  const dense = network.layers as readonly FoldedDense[];
  const sorts = dense.map(({ weight }, l) => l < dense.length - 1 && isSparse(weight));
  if (!sorts.includes(true)) return network;
  let before = range(dense[0].columns);
  const layers = dense.map((layer, l) => {
    const order = sorts[l] ? byEntries(layer) : range(layer.rows);
    const weight = new Float32Array(layer.weight.length);
    order.forEach((row, i) => {
      before.forEach((column, j) => {
        weight[i * layer.columns + j] = layer.weight[row * layer.columns + column];
      });
    });
    before = order;
    return { ...layer, weight, bias: Float32Array.from(order, (row) => layer.bias[row]) };
  });
  return { ...network, layers };
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Rows by their number of entries that are not 0, most first. */
function byEntries({ rows, columns, weight }: FoldedDense): number[] {
  const counts = range(rows).map(
    (i) => weight.subarray(i * columns, (i + 1) * columns).filter((value) => value !== 0).length,
  );
  return range(rows).sort((a, b) => counts[b] - counts[a]);
}
