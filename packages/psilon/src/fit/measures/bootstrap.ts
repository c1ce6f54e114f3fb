import { aFunction, aSeed, aSignal, type Kind } from "../../arguments.js";
import { derive } from "../../engine/random/derive.js";
import { createRandom, type Random } from "../../engine/random/random.js";
import type { StopSignal } from "../../engine/training/pauses.js";
import { checkGiven } from "../../names.js";
import { ascending, quantile } from "../../preprocess/statistics.js";
import { createBreathe } from "../baselines/breathe.js";
import type { Group, Measure, TableScores } from "./measure.js";

/** Where 95 % of the resamples have a metric: from the 2.5 % to the 97.5 % quantile. */
export type Interval = readonly [lower: number, upper: number];

/** A metric of some rows, and how far it may be off because they are not all rows there could be. */
export interface Estimate {
  /** Null where it is not defined; then there is a reason. */
  readonly value: number | null;
  /** Null where there is no value, and where every resample has the same, so that the rows do not tell. */
  readonly interval: Interval | null;
  readonly reason?: string;
}

/** How intervals are drawn. */
export interface EstimateOptions {
  /** Draws the resamples. A whole number from 0 to 2⁵³ − 1; default 0. */
  readonly seed?: number | undefined;
  /** Hears how many resamples are measured. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the work with its reason. */
  readonly signal?: StopSignal | undefined;
}

const optionKinds = {
  seed: aSeed,
  onProgress: aFunction,
  signal: aSignal,
} satisfies Record<keyof EstimateOptions, Kind>;

/** Times that the rows are drawn anew. */
const RESAMPLES = 1000;

/** The share of resamples outside of an interval, half on each side. */
const OUTSIDE = 0.05;

/**
 * Every metric with its 95 % interval by the percentile bootstrap (Efron 1979): 1,000 times as many rows are drawn from the rows, with
 * replacement, and the interval goes from the 2.5 % to the 97.5 % quantile of what a metric comes to, by linear interpolation; draws for which it is not
 * defined are left out. It is about this model's score, as trained, on rows like these, and takes them for drawn independently from
 * all rows there could be: not so copies, rows of one customer, or neighbours in time. Of few rows, or few of a class, it is too narrow.
 *
 * Throws InputError for options that there are not or that have values they cannot have.
 */
export async function estimated(
  measure: Measure,
  options: EstimateOptions = {},
): Promise<TableScores<Estimate>> {
  checkGiven(options, optionKinds);
  const { seed = 0, onProgress, signal } = options;
  const weights = new Float64Array(measure.rows).fill(1);
  const found = measure.figures(weights);
  const drawn = found.map((group) =>
    Object.fromEntries(Object.keys(group).map((name) => [name, new Float64Array(RESAMPLES)])),
  );
  const random = createRandom(derive(seed, "bootstrap"));
  const breathe = createBreathe(signal);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    await breathe();
    drawRows(weights, random);
    measure.figures(weights).forEach((group, g) => {
      for (const name in group) drawn[g][name][resample] = group[name] ?? Number.NaN;
    });
    onProgress?.(resample + 1, RESAMPLES);
  }
  const estimateOf = (group: Group<number | null>, g: number, name: string): Estimate => {
    const value = group[name];
    if (value === null) return { value, interval: null, reason: measure.why(g, name) };
    return { value, interval: intervalOf(drawn[g][name]) };
  };
  return measure.arrange(
    found.map((group, g) =>
      Object.fromEntries(Object.keys(group).map((name) => [name, estimateOf(group, g, name)])),
    ),
  );
}

/** How often each row is drawn, out of as many draws as there are rows. */
function drawRows(counts: Float64Array, random: Random): void {
  const rows = counts.length;
  counts.fill(0);
  for (let i = 0; i < rows; i++) counts[Math.floor(random.next() * rows)]++;
}

/** Of values of which those that are NaN do not count. */
function intervalOf(values: Float64Array): Interval | null {
  const sorted = ascending(values);
  if (sorted.length === 0 || sorted[0] === sorted[sorted.length - 1]) return null;
  return [quantile(sorted, OUTSIDE / 2), quantile(sorted, 1 - OUTSIDE / 2)];
}
