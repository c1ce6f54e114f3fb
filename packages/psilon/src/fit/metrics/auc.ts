import type { Weighted } from "./averages.js";
import type { Ranking } from "./ranks.js";

/**
 * The area under the ROC curve: the probability that a row of the class has a higher score than one that is not of it, where equal scores
 * count half, Σ_i∈class Σ_j∉class w_i·w_j·(1[s_i > s_j] + ½·1[s_i = s_j]) / (Σ_class w · Σ_others w) (Hanley & McNeil, Radiology 143, 1982;
 * scikit-learn's `roc_auc_score`). In [0, 1], ½ for scores that tell nothing; null where no row, or every row, is of the class.
 *
 * `isOf`: 1 for the rows of the class, in the order of the ranking, else 0.
 */
export function auc(isOf: Uint8Array, { order, isLast }: Ranking): Weighted {
  return (weights) => {
    let [above, ofClass, others, ofThese, notThese] = [0, 0, 0, 0, 0];
    for (let at = 0; at < order.length; at++) {
      const weight = weights[order[at]];
      if (isOf[at]) ofThese += weight;
      else notThese += weight;
      if (!isLast[at]) continue;
      above += notThese * (ofClass + ofThese / 2);
      ofClass += ofThese;
      others += notThese;
      ofThese = 0;
      notThese = 0;
    }
    return ofClass > 0 && others > 0 ? above / (ofClass * others) : null;
  };
}
