import { asGiven } from "../arguments.js";
import { log } from "../engine/random/log.js";
import { InputError } from "../errors.js";
import type { HeldOutErrors, PredictionInterval } from "./heldOut.js";
import { type ClassTarget, type RegressionTarget, type Truth, unscaleTarget } from "./target.js";

/** Intervals of some rows, rows × targets, in the targets' units. */
export interface IntervalValues {
  readonly coverage: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The most errors that a model keeps of a target: a coverage is then met to a quarter of a hundredth. */
const MOST = 400;

/** What outputs of held-out rows (scaled units, rows × outputs) are off by, given their `truth` in the targets' units. */
export function heldOutErrors(
  target: RegressionTarget,
  truth: Truth,
  outputs: ArrayLike<number>,
): HeldOutErrors {
  const targets = target.names.length;
  const rows = truth.length / targets;
  const errors = target.names.map((_, k) => {
    const all = Float64Array.from({ length: rows }, (_, i) =>
      errorOf(target, k, truth[i * targets + k], outputs, i),
    ).sort();
    const kept = Math.min(rows, MOST);
    return Array.from({ length: kept }, (_, j) => roundedUp(all[Math.ceil(((j + 1) * rows) / kept) - 1]));
  });
  return { rows, errors };
}

/** The error of row i in target k. */
function errorOf(
  target: RegressionTarget,
  k: number,
  y: number,
  outputs: ArrayLike<number>,
  i: number,
): number {
  const { names, centers, scales, link, loss, levels } = target;
  if (loss === "poisson") {
    const mean = Math.exp(outputs[i * names.length + k] * scales[k] + centers[k]);
    return Math.abs(y - mean) / Math.sqrt(mean);
  }
  const t = ((link ? log(y) : y) - centers[k]) / scales[k];
  const { low, high } = ends(levels ? levels.length : names.length, levels !== undefined, outputs, i, k);
  return Math.max(low - t, t - high);
}

/** Of row i's outputs the lowest and the highest quantile, or twice that of target k. */
function ends(count: number, areQuantiles: boolean, outputs: ArrayLike<number>, i: number, k: number) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let j = areQuantiles ? 0 : k; j < (areQuantiles ? count : k + 1); j++) {
    low = Math.min(low, outputs[i * count + j]);
    high = Math.max(high, outputs[i * count + j]);
  }
  return { low, high };
}

/** To six digits: the shortest text that loses no coverage. */
function roundedUp(error: number): number {
  const near = Number(error.toPrecision(6));
  return near >= error ? near : Number((near + Math.abs(error) * 1e-5).toPrecision(6));
}

/**
 * The margins of intervals that each hold a target's true value for at least this share of new rows, if these are to the model as the held-out
 * rows were to the networks that did not see them: the ⌈(n + 1)·coverage⌉-th smallest of n errors. Throws InputError for a share that is none,
 * and for one that asks for more rows than were held out.
 */
export function intervalFor({ rows, errors }: HeldOutErrors, coverage: number): PredictionInterval {
  const rank = rankFor(rows, coverage);
  const margins = errors.map((kept) => kept[Math.ceil((rank * kept.length) / rows) - 1]);
  return { coverage, margins };
}

/** Throws InputError where no interval of `rows` held-out rows has this coverage. */
export function rankFor(rows: number, coverage: number): number {
  checkCoverage(coverage);
  // 0.9·10 is to be 9, whichever way it is rounded.
  const rank = Math.max(1, Math.ceil((rows + 1) * coverage - 1e-9));
  if (rank <= rows) return rank;
  throw new InputError({
    code: "out-of-range",
    found: `An interval that holds ${100 * coverage} % of new rows needs at least ${Math.ceil(coverage / (1 - coverage) - 1e-9)} held-out rows, but there are ${rows}`,
    value: String(coverage),
    remedy: "ask for a smaller share, or train on more rows",
  });
}

export function checkCoverage(coverage: number): void {
  if (typeof coverage === "number" && coverage > 0 && coverage < 1) return;
  throw new InputError({
    code: "out-of-range",
    found: `The share of rows that an interval is to hold is a number above 0 and below 1, such as 0.9, but ${asGiven(coverage)} was given`,
    value: String(coverage),
  });
}

export const noIntervals = ({ name }: ClassTarget): InputError =>
  new InputError({
    code: "wrong-task",
    found: `Prediction intervals are for numbers, but the target "${name}" has classes, whose probabilities say how sure a prediction is`,
    where: { column: name },
  });

/** The intervals of rows with these outputs. */
export function intervalsOf(
  target: RegressionTarget,
  { coverage, margins }: PredictionInterval,
  outputs: ArrayLike<number>,
): IntervalValues {
  const { levels, ...one } = target;
  const { names, loss } = one;
  const count = levels?.length ?? names.length;
  const targets = names.length;
  const rows = outputs.length / count;
  const at = (sign: -1 | 1) =>
    Float64Array.from({ length: rows * targets }, (_, at) => {
      const [i, k] = [Math.floor(at / targets), at % targets];
      const { low, high } = ends(count, levels !== undefined, outputs, i, k);
      return (sign < 0 ? low : high) + (loss === "poisson" ? 0 : sign * margins[k]);
    });
  // One number a target, of quantiles too.
  const [low, high] = [unscaleTarget(one, at(-1)), unscaleTarget(one, at(1))];
  if (loss === "poisson") {
    for (let at = 0; at < low.length; at++) {
      const reach = margins[at % targets] * Math.sqrt(high[at]);
      low[at] = Math.max(0, low[at] - reach);
      high[at] += reach;
    }
  }
  // Where quantiles were too far apart for all held-out rows, what is left of them may be empty.
  for (let at = 0; at < low.length; at++) {
    if (low[at] > high[at]) low[at] = high[at] = (low[at] + high[at]) / 2;
  }
  return { coverage, low, high };
}

/** Of each true value 1 where it lies between these, else 0. */
export const heldIn = (
  truth: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): Float64Array =>
  Float64Array.from({ length: low.length }, (_, at) =>
    truth[at] >= low[at] && truth[at] <= high[at] ? 1 : 0,
  );
