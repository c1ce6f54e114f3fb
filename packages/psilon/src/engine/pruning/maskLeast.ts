import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { applyMasks, createMasks, largestKept } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";

/** Fills one array per layer with a score of at least 0 for every entry of V; the least are pruned first. */
export type Score = (scores: readonly Float32Array[]) => void;

/**
 * s_t = s·(1 − (1 − t)³), the share of zeros at time t from 0 to 1 (Zhu & Gupta 2017, arXiv:1710.01878, from dense
 * weights): many while there are many to spare, then ever fewer.
 */
export function cubicSparsity(sparsity: number, t: number): number {
  const rest = 1 - t;
  return sparsity * (1 - rest * rest * rest);
}

/**
 * Masks the entries of least score before each epoch of the stage's ramp, as many as the cubic schedule has it at the end
 * of that epoch (the paper does so every 100 to 1,000 steps), and trains on with what is left. A ramp of one epoch prunes
 * at once. Shares are rounded to whole entries; ties go in order of place.
 */
export function maskLeast(
  backend: Backend,
  network: Network,
  { sparsity, scope }: Amount,
  { first, ramp }: Stage,
  score: Score,
): Pruning {
  const masks = createMasks(backend, network);
  const scores = masks.map(({ length }) => new Float32Array(length));
  const layers = masks.map((_, l) => l);
  const groups = scope === "layer" ? layers.map((l) => [l]) : [layers];
  const sorted = groups.map((group) => new Float32Array(group.reduce((sum, l) => sum + scores[l].length, 0)));
  let alpha = 0;

  const prune = (share: number) => {
    score(scores);
    for (const l of layers) {
      const kept = masks[l].data;
      for (let k = 0; k < kept.length; k++) if (kept[k] === 0) scores[l][k] = -1;
      for (const k of largestKept(network.layers[l].weight, masks[l]))
        scores[l][k] = Number.POSITIVE_INFINITY;
    }
    groups.forEach((group, g) => {
      maskGroup(group, share, sorted[g]);
    });
    applyMasks(network, masks);
  };

  const maskGroup = (group: readonly number[], share: number, order: Float32Array) => {
    let at = 0;
    for (const l of group) {
      order.set(scores[l], at);
      at += scores[l].length;
    }
    order.sort();
    // A row's largest, and what is no number, is beyond reach.
    let count = Math.round(share * order.length);
    while (count > 0 && !(order[count - 1] < Number.POSITIVE_INFINITY)) count--;
    if (count === 0) return;
    const last = order[count - 1];
    let ties = count - order.indexOf(last);
    for (const l of group) {
      const kept = masks[l].data;
      for (let k = 0; k < kept.length; k++) {
        if (scores[l][k] < last || (scores[l][k] === last && ties-- > 0)) kept[k] = 0;
      }
    }
  };

  return {
    get alpha() {
      return alpha;
    },
    begin(epoch) {
      if (epoch < first || alpha === 1) return;
      alpha = Math.min(1, (epoch - first + 1) / ramp);
      prune(cubicSparsity(sparsity, alpha));
    },
    advance() {},
    settle() {
      if (alpha === 0 || alpha === 1) return;
      alpha = 1;
      prune(sparsity);
    },
    state: () => ({ alpha, scales: [] }),
    restore(state) {
      alpha = state.alpha;
    },
  };
}
