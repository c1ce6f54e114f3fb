import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import type { Weight } from "../weights/weight.js";
import { createMasks } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";

/**
 * Sets the residual blocks that are nearest to the identity to 0 when the stage begins, those of the least
 * max_i Σ_j max(|W⁺_ij|, |W⁻_ij|), by which a block can raise the improved bound: |g| for a shared L1 length
 * (arXiv:2404.19112, theorem 2; mathematics, section 8). As many blocks go as `sparsity` of all blocks' entries holds;
 * the embedding and the output stay whole. `removeDeadUnits` then takes them out.
 */
export function residual(
  backend: Backend,
  network: Network,
  { sparsity }: Amount,
  { first }: Stage,
): Pruning {
  const blocks = network.layers.slice(1, -1).map(({ weight }) => weight);
  const masks = createMasks(backend, network).slice(1, -1);
  let alpha = 0;
  return {
    get alpha() {
      return alpha;
    },
    begin(epoch) {
      if (epoch < first || alpha === 1) return;
      alpha = 1;
      const order = blocks
        .map((weight, b) => ({ weight, mask: masks[b], size: largestRow(weight) }))
        .sort((a, b) => a.size - b.size);
      // 0.3 of 10 blocks are 3, though 0.3 · 10 may be a rounding below.
      const count = Math.floor(sparsity * blocks.length + 1e-9);
      for (const { weight, mask } of order.slice(0, count)) {
        mask.data.fill(0);
        weight.mask = mask;
        weight.normalize();
      }
    },
    advance() {},
    settle() {},
    state: () => ({ alpha, scales: [] }),
    restore(state) {
      alpha = state.alpha;
    },
  };
}

/** max_i Σ_j max(|W⁺_ij|, |W⁻_ij|). */
function largestRow({ effective: { data }, rows, columns }: Weight): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 2 * i * columns; j < (2 * i + 1) * columns; j++) {
      sum += Math.max(Math.abs(data[j]), Math.abs(data[j + columns]));
    }
    largest = Math.max(largest, sum);
  }
  return largest;
}
