import type { Trial, TrialOutcome } from "./trial.js";

/** What trials came to, by their numbers. */
export type Outcomes = ReadonlyMap<number, TrialOutcome>;

/**
 * Which trials a sweep is of. What it says depends on what it is told alone, so that a sweep that is resumed asks for the same trials, wherever
 * and in whatever order they run.
 */
export interface Search {
  /** How many trials there will be, if none of them fails, and in how many rungs. */
  readonly total: number;
  readonly rungs: number;
  /** The trials of each rung that can be named by what is known: all of one have ended before the next. When each has an outcome, the search is over. */
  named(outcomes: Outcomes): readonly (readonly Trial[])[];
}

/** Trials that are all known from the beginning. */
export const allAtOnce = (trials: readonly Trial[]): Search => ({
  total: trials.length,
  rungs: 1,
  named: () => [trials],
});
