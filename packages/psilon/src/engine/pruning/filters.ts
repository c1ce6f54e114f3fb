import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Layer } from "../layers/layer.js";
import type { Network } from "../networks/network.js";
import { atOnce } from "./atOnce.js";
import { createMasks } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";

/** A row of a layer: a unit, a kernel of a convolution. */
interface Row {
  readonly layer: number;
  readonly index: number;
  readonly size: number;
}

/**
 * Sets the rows of the smallest norm, of L1 or of L2, to 0 with their biases when the stage begins, and trains on with what is left (Li et
 * al., arXiv:1608.08710, where the norm is L1). Of the rows of every layer but the last, whose rows are the outputs, or of each such layer, as many go as
 * `sparsity` holds; each layer keeps one.
 */
export function filters(
  backend: Backend,
  network: Network,
  { sparsity, scope }: Amount,
  stage: Stage,
  norm: 1 | 2,
): Pruning {
  // A shared ensemble has as many last layers as members.
  const layers = network.layers.slice(0, -network.members.length);
  const masks = createMasks(backend, network);
  const biasMasks = layers.map(({ parameters: [, bias] }) => ones(backend, bias.mask, bias.raw));
  const groups = scope === "layer" ? layers.map((layer) => [layer]) : [layers];

  const prune = (group: readonly Layer[]) => {
    const rows = group.flatMap((layer) => rowsOf(layer, layers.indexOf(layer), norm));
    const left = layers.map(({ weight }) => weight.rows);
    // 0.3 of 10 rows are 3, though 0.3 · 10 may be a rounding below.
    let count = Math.floor(sparsity * rows.length + 1e-9);
    for (const { layer, index } of rows.sort((a, b) => a.size - b.size)) {
      if (count === 0) break;
      if (left[layer] === 1) continue;
      left[layer]--;
      count--;
      const { columns } = masks[layer];
      masks[layer].data.fill(0, index * columns, (index + 1) * columns);
      biasMasks[layer].data[index] = 0;
    }
  };
  return atOnce(stage, () => {
    groups.forEach(prune);
    layers.forEach(({ parameters }, l) => {
      [masks[l], biasMasks[l]].forEach((mask, k) => {
        parameters[k].mask = mask;
        parameters[k].normalize();
      });
    });
  });
}

function ones(backend: Backend, known: Tensor | null, { rows, columns }: Tensor): Tensor {
  if (known) return known;
  const mask = backend.arena.tensor(rows, columns);
  mask.data.fill(1);
  return mask;
}

function rowsOf({ weight: { effective } }: Layer, layer: number, norm: 1 | 2): Row[] {
  const { data, rows, columns } = effective;
  return Array.from({ length: rows }, (_, index) => {
    const row = data.subarray(index * columns, (index + 1) * columns);
    // The larger of two sums of squares has the larger norm.
    return { layer, index, size: row.reduce((sum, w) => sum + Math.abs(w) ** norm, 0) };
  });
}
