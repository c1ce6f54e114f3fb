import type { Layer } from "../engine/layers/layer.js";
import type { Network } from "../engine/networks/network.js";
import { weightKinds } from "../engine/weights/kinds.js";
import { rawFrom } from "../engine/weights/rawFrom.js";
import { factorsBetween } from "./factorsBetween.js";
import type { FoldedDense, FoldedLayer, FoldedNetwork } from "./folded.js";
import { rowNorms } from "./rowNorms.js";

/**
 * The inverse of `fold` up to what normalization leaves open: lengths are the norms of the effective rows, and raw rows
 * point their way with the size that they have at a fresh start, so that a learning rate means the same. Where a row is
 * 0, the network's own directions stay: with a length per row its length is 0, and with a shared or fixed one it stands for a
 * unit that nothing reads. `network` has the folded one's shape. Of rows or columns that lost entries since, weights whose norms are
 * fixed take the directions alone.
 */
export function unfold(network: Network, folded: FoldedNetwork): void {
  unfoldMembers(network, [folded]);
}

/**
 * The same for a shared ensemble, the inverse of `foldMembers`: the first member's factors are all equal, and the others' what leads from its
 * first matrix to theirs.
 */
export function unfoldMembers(network: Network, members: readonly FoldedNetwork[]): void {
  const [{ layers }] = members;
  const last = layers.length - 1;
  const { adapters } = network;
  const first = network.layers[0].weight;
  if (adapters && last > 0) {
    const { norm } = weightKinds[first.kind];
    const from = layers[0] as FoldedDense;
    members.forEach((member, m) => {
      const to = member.layers[0] as FoldedDense;
      adapters.data.set(factorsBetween(from, to, norm !== 0), m * from.columns);
    });
  }
  network.layers.forEach((layer, l) => {
    unfoldLayer(layer, l < last ? layers[l] : members[l - last].layers[last]);
  });
}

function unfoldLayer({ weight, bias }: Layer, layer: FoldedLayer): void {
  const { lengths, raw, kind } = weight;
  bias.data.set(layer.bias);
  const rows = rawRows(layer);
  const { norm } = weightKinds[kind];
  if (norm === 0) {
    raw.data.set(rawFrom(kind, rows, layer.rows));
  } else {
    const sizes = rowNorms(layer, 2);
    rows.forEach((value, k) => {
      const size = sizes[Math.floor(k / raw.columns)];
      if (size > 0) raw.data[k] = value / size;
    });
    if (lengths) {
      const norms = rowNorms(layer, norm);
      if (lengths.length === layer.rows) lengths.data.set(norms);
      else lengths.data.fill(norms.reduce((a, b) => Math.max(a, b)));
      weight.lengthUnit = norms.reduce((sum, size) => sum + size / norms.length, 0) || 1;
    }
  }
  weight.normalize();
}

/** Rows as a weight holds them: a pair's W⁺ row, then its W⁻ row. */
function rawRows(layer: FoldedLayer): Float32Array {
  if (layer.kind === "dense") return layer.weight;
  const { rows, columns, positive, negative } = layer;
  const out = new Float32Array(2 * rows * columns);
  for (let i = 0; i < rows; i++) {
    const cut = (matrix: Float32Array) => matrix.subarray(i * columns, (i + 1) * columns);
    out.set(cut(positive), 2 * i * columns);
    out.set(cut(negative), (2 * i + 1) * columns);
  }
  return out;
}
