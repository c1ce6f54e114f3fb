import { checkLengths } from "./averages.js";
import { medianOf } from "./medians.js";

/** A true value this much smaller than the median size of all would outweigh the others. */
const NEAR_ZERO = 0.01;

/**
 * |y_i − ŷ_i|/|y_i| of every row, whose mean is the MAPE, a share (scikit-learn's `mean_absolute_percentage_error`); null where it makes no
 * sense because a true value is 0, or within a hundredth of their median size of it.
 */
export function percentageErrors(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): Float64Array | null {
  checkLengths(truth.length, predicted.length);
  const sizes = Float64Array.from(truth, Math.abs);
  const median = medianOf(sizes)(new Float64Array(sizes.length).fill(1));
  if (sizes.some((size) => size <= NEAR_ZERO * median)) return null;
  return sizes.map((size, i) => Math.abs(truth[i] - predicted[i]) / size);
}
