import type { Weight } from "../weights/weight.js";

/** Beyond this scale a row keeps one entry or a few equal ones: sparser than that, a projection cannot be. */
const LARGEST_SCALE = 1e9;

/**
 * A scale s, one for all of `weights`, at which the projections Π(s·V_i/‖V_i‖₁) leave `sparsity` of their entries at 0,
 * up to `tolerance` (mathematics, section 5; bisection from `guess`, since the number of zeros grows with s). With
 * tolerance 0 it is the smallest scale that leaves at least as many. `sparsity` is clamped to what one entry per row
 * allows.
 */
export function solveScale(weights: readonly Weight[], sparsity: number, guess = 2, tolerance = 0): number {
  const total = weights.reduce((sum, { raw }) => sum + raw.length, 0);
  const excess = (scale: number) =>
    1 - weights.reduce((sum, weight) => sum + weight.kept(scale), 0) / total - sparsity;
  let low = guess;
  let high = guess;
  const found = excess(guess);
  if (tolerance > 0 && Math.abs(found) <= tolerance) return guess;
  if (found >= 0) {
    do low = Math.max(1, low / 1.5);
    while (low > 1 && excess(low) >= 0);
    if (low === 1 && excess(1) >= 0) return 1;
  } else {
    // The guess may be the largest already: found so an epoch ago, for a share that is out of reach.
    while (high < LARGEST_SCALE && excess(high) < 0) high = Math.min(1.5 * high, LARGEST_SCALE);
  }
  while (high / low > 1 + 1e-7) {
    const middle = (low + high) / 2;
    const over = excess(middle);
    if (tolerance > 0 && Math.abs(over) <= tolerance) return middle;
    if (over >= 0) high = middle;
    else low = middle;
  }
  return high;
}
