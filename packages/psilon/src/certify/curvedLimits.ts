import type { Range } from "../bounds/point.js";
import { above, below, orInfinity } from "../bounds/rounding.js";
import { log } from "../engine/random/log.js";
import type { Tolerance } from "../fit/tolerance.js";
import type { RegressionTarget } from "../preprocess/target.js";
import { breakingWithin, FARTHEST_LOG, type Limits, ROUNDING } from "./limits.js";

/** On the scale of center + scale·output; each increases with the row's own place there, and `error` there widens what it returns. */
interface Curve {
  up(own: number, error: number): number;
  down(own: number, error: number): number;
  /** Of two predictions, where the first is the higher one. */
  distance(high: number, low: number, error: number): number;
}

/**
 * Differences of predictions that are exponentials, e^η′ ≤ e^η + t and e^η′ ≥ e^η − t, or factors between predictions that are not, where
 * with f > 1 a prediction y > 0 may be in [y/f, f·y] and one below 0 in [f·y, y/f]. Monotone maps turn both into limits of the output,
 * which cover the roundings of `unscaleTarget`. `own`: where the row's own output lies.
 */
export function curvedLimits(target: RegressionTarget, k: number, own: Range, tolerance: Tolerance): Limits {
  const { centers, scales, link } = target;
  const [center, scale] = [centers[k % centers.length], scales[k % scales.length]];
  const size = Math.abs(center) + scale * Math.max(-own.lower, own.upper);
  const factor = typeof tolerance === "number" ? 1 : tolerance.factor;
  const error = ROUNDING * ((link ? FARTHEST_LOG : 0) + factor * size) + Number.MIN_VALUE;
  const curve = typeof tolerance === "number" ? differences(tolerance) : factors(tolerance.factor);
  const place = (output: number) => center + scale * output;
  const [low, high] = [place(own.lower), place(own.upper)];
  const output = (at: number, side: (x: number) => number) =>
    Number.isFinite(at) ? side((at - center) / scale) : at;
  return {
    enough: {
      lower: output(curve.down(high, -error), above),
      upper: output(curve.up(low, -error), below),
    },
    breaking: breakingWithin(target, k, own, ({ lower, upper }) => ({
      lower: output(curve.down(place(lower), error), below),
      upper: output(curve.up(place(upper), error), above),
    })),
    // Of two predictions beyond float64 nothing is known.
    atMost: (highest, lowest) =>
      orInfinity(
        Math.max(
          curve.distance(Math.max(place(highest), high), low, error),
          curve.distance(high, Math.min(place(lowest), low), error),
        ),
      ),
  };
}

const differences = (most: number): Curve => ({
  up(own, error) {
    const y = Math.exp(own) * (1 + error);
    // Of a prediction beyond float64 nothing is near enough.
    if (y === Number.POSITIVE_INFINITY) return error < 0 ? Number.NEGATIVE_INFINITY : y;
    return log(y + most) + 4 * error;
  },
  down(own, error) {
    const y = Math.exp(own) * (1 - error) - most;
    return y > 0 ? log(y) - 4 * error : Number.NEGATIVE_INFINITY;
  },
  distance: (high, low, error) => above(Math.exp(high) * (1 + 4 * error) - Math.exp(low) * (1 - 4 * error)),
});

const factors = (factor: number): Curve => ({
  up: (own, error) => (own + error > 0 ? factor : 1 / factor) * (own + error) + 2 * error,
  down: (own, error) => (own - error > 0 ? 1 / factor : factor) * (own - error) - 2 * error,
  distance(high, low, error) {
    const [most, least] = [high + 2 * error, low - 2 * error];
    if (least > 0) return above(most / least);
    // Across 0 no factor leads from one to the other.
    return most < 0 ? above(least / most) : Number.POSITIVE_INFINITY;
  },
});
