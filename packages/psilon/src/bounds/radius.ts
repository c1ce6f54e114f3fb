import type { BoundedModel } from "./boundedModel.js";
import { boxAround } from "./box.js";
import { isCertified } from "./decide.js";
import type { Demand } from "./demand.js";

/** Past this, only an answer that holds everywhere is worth telling. */
const FARTHEST = 2 ** 40;

/** How near the largest radius is approached. */
const PRECISION = 1 + 2 ** -10;

/**
 * A radius r, as large as the bounds allow, such that the demands hold for all x with |x_j − centre_j| ≤ r·scale_j. By bisection:
 * every radius it returns was certified as a box of its own, so that it is proven whatever the search for it assumed. It is at
 * least the margin divided by the bound of the output (difference), which the bounds over a box include; Infinity where no
 * change of the inputs that `scale` lets move can break a demand, and null where not even the centre is certified.
 *
 * `scale`: one number ≥ 0 per input, 0 for an input that stays as it is; by default all 1.
 */
export function certifiedRadius(
  model: BoundedModel,
  centre: ArrayLike<number>,
  demands: readonly Demand[],
  scale: ArrayLike<number> = new Float64Array(centre.length).fill(1),
): number | null {
  const certified = (radius: number) => {
    const radii = Float64Array.from(scale, (s) => (s === 0 ? 0 : s * radius));
    return isCertified(model, [boxAround(centre, radii)], demands);
  };
  return largestRadius(certified);
}

/**
 * A radius, as large as can be found, that is `certified`, or null where not even 0 is; by bisection, as if smaller radii of a certified
 * one were certified.
 */
export function largestRadius(certified: (radius: number) => boolean): number | null {
  if (!certified(0)) return null;
  if (certified(Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (high < FARTHEST && certified(high)) [low, high] = [high, 2 * high];
  // Below this there is no telling a radius from none.
  const nothing = 2 ** -40;
  while (low === 0 && high > nothing) {
    if (certified(high / 2)) low = high / 2;
    else high /= 2;
  }
  while (low > 0 && high / low > PRECISION) {
    const middle = (low + high) / 2;
    if (certified(middle)) low = middle;
    else high = middle;
  }
  return low;
}
