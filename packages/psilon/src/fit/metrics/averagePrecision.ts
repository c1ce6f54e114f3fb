import type { Weighted } from "./averages.js";
import type { Ranking } from "./ranks.js";

/**
 * Σ_n (R_n − R_{n−1})·P_n over the thresholds n from the highest score down, with recall R_n and precision P_n of the rows at or above it:
 * the area under steps between precision and recall, as scikit-learn's `average_precision_score` has it. In [0, 1], the class's share for
 * scores that tell nothing; null where no row is of the class.
 *
 * `isOf`: 1 for the rows of the class, in the order of the ranking, else 0.
 */
export function averagePrecision(isOf: Uint8Array, { order, isLast }: Ranking): Weighted {
  return (weights) => {
    let [sum, all, ofClass, ofThese] = [0, 0, 0, 0];
    for (let at = 0; at < order.length; at++) {
      const weight = weights[order[at]];
      all += weight;
      if (isOf[at]) ofThese += weight;
      if (!isLast[at] || ofThese === 0) continue;
      ofClass += ofThese;
      sum += (ofThese * ofClass) / all;
      ofThese = 0;
    }
    return ofClass > 0 ? sum / ofClass : null;
  };
}
