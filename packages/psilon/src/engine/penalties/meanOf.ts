import type { GradientPenalty } from "./penalty.js";

/** The mean of penalties that fall on the same: of the members of a shared ensemble, whose path norms' mean bounds that of their mean. */
export function meanOf(penalties: readonly GradientPenalty[]): GradientPenalty {
  const count = penalties.length;
  return {
    on: penalties[0].on,
    value: () => penalties.reduce((sum, penalty) => sum + penalty.value(), 0) / count,
    addGradient(scale) {
      for (let m = 0; m < count; m++) penalties[m].addGradient(scale / count);
    },
  };
}
