import { asGiven } from "../arguments.js";
import { InputError } from "../errors.js";
import { checkFraction, type Split } from "./splits.js";

/**
 * k splits of an expanding window: the rows, in the order of their times, in k + 1 parts about equally large, each but the first tested once
 * after training on all parts before it. Rows of one time are in one part. Throws InputError where there are not k + 1 times.
 */
export function expandingWindow(times: Float64Array, k: number): Split[] {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new InputError({
      code: "out-of-range",
      found: `The number of splits in time is a whole number of at least 1, but ${asGiven(k)} was given`,
      value: String(k),
    });
  }
  const ends = cuts(
    times,
    Array.from({ length: k }, (_, c) => (c + 1) / (k + 1)),
  );
  return ends.map((end, c) => between(times, end, ends[c + 1] ?? Number.POSITIVE_INFINITY));
}

/** The last rows in time set aside, about a share of all; rows of one time are on one side. Throws InputError where all have the same. */
export function lastInTime(times: Float64Array, fraction: number): Split {
  checkFraction(fraction);
  const [end] = cuts(times, [1 - fraction]);
  return between(times, end, Number.POSITIVE_INFINITY);
}

/** For each share, ascending, a time up to which about that share of the rows is; no time twice, and the last time never. */
function cuts(times: Float64Array, shares: readonly number[]): number[] {
  const sorted = times.slice().sort();
  const last = Array.from(sorted.keys()).filter((place) => sorted[place] !== sorted[place + 1]);
  const spare = last.length - 1 - shares.length;
  if (spare < 0) {
    throw new InputError({
      code: "empty-part",
      found: `The rows have ${last.length === 1 ? "one time" : `${last.length} different times`}, and ${shares.length === 1 ? "a split" : `${shares.length} splits`} in time ${shares.length === 1 ? "needs" : "need"} at least ${shares.length + 1}`,
    });
  }
  let next = 0;
  return shares.map((share, c) => {
    // Those after it need a time each.
    const distance = (place: number) => Math.abs(last[place] + 1 - share * times.length);
    while (next < spare + c && distance(next + 1) < distance(next)) next++;
    return sorted[last[next++]];
  });
}

function between(times: Float64Array, end: number, last: number): Split {
  const rows = Int32Array.from(times.keys());
  return {
    train: rows.filter((row) => times[row] <= end),
    test: rows.filter((row) => times[row] > end && times[row] <= last),
  };
}
