import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { applyMasks, createMasks, largestKept } from "./masks.js";
import type { Pruning, Stage } from "./pruning.js";

/** Where decoupled weight decay has driven a weight, it counts as 0 (arXiv:2404.10824). */
const NEGLIGIBLE = 1e-13;

/**
 * Entries with |W| < 1e-13 become exact zeros when training ends, for weights that the decay of a p-norm with p < 2 has driven
 * to 0 (arXiv:2404.10824, which counts them so). The sparsity is what comes out. The stage says from when on weights
 * count as best.
 */
export function threshold(backend: Backend, network: Network, { first }: Stage): Pruning {
  const masks = createMasks(backend, network);
  let alpha = 0;
  return {
    get alpha() {
      return alpha;
    },
    begin(epoch) {
      if (epoch >= first) alpha = 1;
    },
    advance() {},
    settle() {
      if (alpha === 0) return;
      masks.forEach((mask, l) => {
        const { weight } = network.layers[l];
        const w = weight.effective.data;
        const largest = largestKept(weight, mask);
        const kept = mask.data;
        for (let k = 0; k < w.length; k++) if (Math.abs(w[k]) < NEGLIGIBLE) kept[k] = 0;
        for (const k of largest) kept[k] = 1;
      });
      applyMasks(network, masks);
    },
    state: () => ({ alpha, scales: [] }),
    restore(state) {
      alpha = state.alpha;
    },
  };
}
