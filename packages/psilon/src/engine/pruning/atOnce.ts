import type { Pruning, Stage } from "./pruning.js";

/** A rule that does all it does when its stage begins. */
export function atOnce({ first }: Stage, prune: () => void): Pruning {
  let alpha = 0;
  return {
    get alpha() {
      return alpha;
    },
    begin(epoch) {
      if (epoch < first || alpha === 1) return;
      alpha = 1;
      prune();
    },
    advance() {},
    settle() {},
    state: () => ({ alpha, scales: [] }),
    restore(state) {
      alpha = state.alpha;
    },
  };
}
