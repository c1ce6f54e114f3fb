import { heldIn, type IntervalValues } from "../../preprocess/interval.js";
import { checkLengths, meanOf } from "../metrics/averages.js";
import { coverage, pinball } from "../metrics/quantiles.js";
import type { Group, Measure } from "./measure.js";

/**
 * Every metric of predicted quantiles.
 *
 * `truth`: one number per row, of at least one. `quantiles`: rows × levels. `interval`: one per row, where there are some. Throws RangeError where lengths do not fit.
 */
export function measureQuantiles(
  truth: ArrayLike<number>,
  quantiles: Float64Array,
  levels: readonly number[],
  interval?: IntervalValues,
): Measure {
  const rows = truth.length;
  checkLengths(rows * levels.length, quantiles.length);
  const each = <T>(of: (own: readonly [number], quantiles: Float64Array) => T) =>
    Array.from({ length: rows }, (_, i) =>
      of([truth[i]], quantiles.subarray(i * levels.length, (i + 1) * levels.length)),
    );
  const losses = meanOf(Float64Array.from(each((own, some) => pinball(own, some, levels))));
  const within = meanOf(Float64Array.from(each((own, some) => coverage(own, some, levels.length))));
  const held = interval && meanOf(heldIn(truth, interval.low, interval.high));
  return {
    rows,
    figures: (weights) => [
      {
        pinball: losses(weights),
        coverage: within(weights),
        ...(held && { intervalCoverage: held(weights) }),
      },
    ],
    // All always are.
    why: () => "",
    arrange: <V>([metrics]: readonly Group<V>[]) => ({ task: "regression", metrics }),
  };
}
