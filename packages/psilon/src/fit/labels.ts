import type { ClassTarget } from "../preprocess/target.js";
import { likeliestLabels } from "./metrics/labels.js";

/** The label that is predicted for every row of `shares`, probabilities, rows × classes: by the target's threshold, or the likeliest. */
export function labelsOf(
  { classes, threshold }: Pick<ClassTarget, "classes" | "threshold">,
  shares: ArrayLike<number>,
): Int32Array {
  if (!threshold) return likeliestLabels(shares, classes.length);
  const { positive, at } = threshold;
  return Int32Array.from({ length: shares.length / 2 }, (_, i) =>
    shares[2 * i + positive] >= at ? positive : 1 - positive,
  );
}
