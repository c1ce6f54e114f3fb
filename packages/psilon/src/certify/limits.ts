import { changeDemands } from "../bounds/demand.js";
import type { Range } from "../bounds/point.js";
import { above } from "../bounds/rounding.js";
import { log } from "../engine/random/log.js";
import type { Tolerance } from "../fit/tolerance.js";
import type { RegressionTarget } from "../preprocess/target.js";

/** How much two predictions in the user's units lose to rounding, of what they are made of: two roundings of each operation, ten times over. */
export const ROUNDING = 20 * 2 ** -53;

/** No logarithm of a number of float64 is farther from 0. */
export const FARTHEST_LOG = 750;

/** Predictions that are exponentials are those of all numbers from here to there, and perhaps a little farther. */
const EXPONENTS: Range = { lower: -708, upper: 709 };

/**
 * What breaks what was asked, as `limits` has it around a row's own output; but predictions that are exponentials end at those of float64, so
 * that outputs beyond have none of their own to break it by.
 */
export function breakingWithin(
  { centers, scales, link }: RegressionTarget,
  k: number,
  own: Range,
  limits: (own: Range) => Range,
): Range {
  if (!link) return limits(own);
  const output = (at: number) => (at - centers[k % centers.length]) / scales[k % scales.length];
  const [first, last] = [output(EXPONENTS.lower), output(EXPONENTS.upper)];
  const clip = (x: number) => Math.min(Math.max(x, first), last);
  const { lower, upper } = limits({ lower: clip(own.lower), upper: clip(own.upper) });
  return {
    lower: lower < first ? Number.NEGATIVE_INFINITY : lower,
    upper: upper > last ? Number.POSITIVE_INFINITY : upper,
  };
}

/** To what outputs a row's own may move. */
export interface Limits {
  /** Every output up to here, or down to here, is near enough. */
  readonly enough: Range;
  /** Every output beyond is too far. */
  readonly breaking: Range;
  /** From the highest and the lowest output to how far a prediction is from the row's own at most, in the tolerance's unit. */
  readonly atMost: (highest: number, lowest: number) => number;
}

/**
 * Differences of predictions that are center + scale·output, or factors between predictions that are exponentials of it: outputs may move by
 * as much everywhere. `own`: where the row's own output lies.
 */
export function shiftLimits(target: RegressionTarget, k: number, own: Range, tolerance: Tolerance): Limits {
  const { centers, scales, link } = target;
  const [center, scale] = [centers[k % centers.length], scales[k % scales.length]];
  const asFactor = typeof tolerance !== "number";
  const most = asFactor ? log(tolerance.factor) : tolerance;
  const size = (link ? FARTHEST_LOG : 0) + scale * Math.max(-own.lower, own.upper);
  /** What is lost where the predictions are `moved` apart. */
  const rounding = (moved: number) => above(ROUNDING * (Math.abs(center) + size + moved));
  const slack = rounding(most);
  const within = (from: Range, far: number, of: "holds" | "breaks"): Range => {
    const [up, down] = changeDemands({ plus: 0, minus: null }, from, far / scale);
    return { lower: -down[of], upper: up[of] };
  };
  return {
    enough: within(own, most - slack, "holds"),
    breaking: breakingWithin(target, k, own, (from) => within(from, most + slack, "breaks")),
    atMost(highest, lowest) {
      const far = Math.max(0, above(highest - own.lower), above(own.upper - lowest));
      const moved = above(far * scale);
      const most = above(moved + rounding(moved));
      return asFactor ? above(Math.exp(most) * (1 + ROUNDING)) : most;
    },
  };
}
