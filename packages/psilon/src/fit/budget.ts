import type { NetworkSpec } from "../engine/networks/spec.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import type { Progress } from "./options.js";
import type { JobRunner, RunnerHooks } from "./runner.js";

/** What a limit on the time of training left out. */
export interface TimeLimitRecord {
  readonly seconds: number;
  /** Networks of the search that were not begun or not trained to their end. */
  readonly search: number;
  /** Networks that the model would have had more. */
  readonly networks: number;
}

/** How much may be trained. */
export interface Budget {
  /**
   * Runs jobs of a stage until its time is up; null stands for a job that was not begun. `after`: the work of what is to come after the
   * search, for which it leaves time, as much as is possible in half of all.
   */
  run(
    runner: JobRunner,
    jobs: readonly TrainingJob[],
    hooks: RunnerHooks,
    stage: Progress["stage"],
    after?: readonly number[],
  ): Promise<readonly (TrainingResult | null)[]>;
  /** Whether there is time to train these to their end. */
  fits(jobs: readonly TrainingJob[]): boolean;
  /** Counts networks that the model is to do without. */
  leaveOut(networks: number): void;
  /** Null without a limit. */
  readonly record: TimeLimitRecord | null;
}

/** For who sets no limit. */
export const unlimited: Budget = {
  run: (runner, jobs, hooks) => runner(jobs, hooks),
  fits: () => true,
  leaveOut() {},
  record: null,
};

/** An estimate is exceeded by as much now and then. */
const MARGIN = 1.25;

/** Seconds that a clock may overlook. */
const LEAST = 1e-3;

/** Choosing a target's scale may take this share of the time. */
const SCALE_SHARE = 0.15;

/**
 * A limit in seconds from now on, by a clock in seconds. How long networks take is told by the last ones before: as long for as much work, as
 * many at a time. The first two networks run alone, the first for all the time there is if it has to; the search begins in any case, so that there is a network.
 */
export function createBudget(seconds: number, clock: () => number): Budget {
  const started = clock();
  const passed = () => clock() - started;
  let last = { work: 0, seconds: 0, wall: 0 };
  const leftOut = { search: 0, networks: 0 };
  let hasSearched = false;

  const estimate = (works: readonly number[]): number => {
    const total = works.reduce((sum, work) => sum + work, 0);
    const together = Math.max(1, last.seconds / Math.max(last.wall, LEAST));
    return ((MARGIN * last.seconds) / last.work) * Math.max(...works, total / together);
  };

  /** What is left to a search that leaves time for as many of the networks after it as half of the time holds. */
  const endOfSearch = (after: readonly number[]): number => {
    const counts = Array.from(after, (_, k) => after.length - k);
    const times = counts.map((count) => estimate(after.slice(0, count)));
    return seconds - (times.find((time) => time <= seconds / 2) ?? 0);
  };

  const endOf = (stage: Progress["stage"], after: readonly number[]): number => {
    if (last.work === 0 || stage === "refit") return seconds;
    return stage === "scale" ? SCALE_SHARE * seconds : endOfSearch(after);
  };

  const runUntil = async (
    runner: JobRunner,
    jobs: readonly TrainingJob[],
    { signal, onProgress }: RunnerHooks,
    end: number,
  ) => {
    const controller = new AbortController();
    const stop = () => controller.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
    const begun = clock();
    const results = await runner(jobs, {
      signal: controller.signal,
      onProgress: (count) => {
        if (passed() >= end) stop();
        onProgress?.(count);
      },
    });
    signal?.removeEventListener("abort", stop);
    const ran = results.flatMap((result, k) => (result ? { result, job: jobs[k] } : []));
    if (ran.length > 0) {
      const work = ran.map(({ result, job }) => (workOf(job) * result.epochs) / job.training.epochs);
      last = {
        work: work.reduce((sum, part) => sum + part, 0),
        seconds: ran.reduce((sum, { result }) => sum + result.seconds, 0),
        wall: clock() - begun,
      };
    }
    return results;
  };

  return {
    async run(runner, jobs, hooks, stage, after = []) {
      const isFirst = stage === "search" && !hasSearched;
      hasSearched ||= isFirst;
      const order = fromTheMiddle(jobs);
      const results: (TrainingResult | null)[] = jobs.map(() => null);
      // Alone, so that what is known of it holds of one at a time, and twice, since the first one has to warm up.
      const turns = last.work === 0 ? [order.slice(0, 1), order.slice(1, 2), order.slice(2)] : [order];
      let before = 0;
      for (const [turn, places] of turns.entries()) {
        const isOver = passed() >= endOf(stage, after);
        if (places.length === 0 || (isOver && !(isFirst && turn === 0))) continue;
        const some = await runUntil(
          runner,
          places.map((place) => jobs[place]),
          { ...hooks, onProgress: (count) => hooks.onProgress?.(before + count) },
          endOf(stage, after),
        );
        for (const [k, place] of places.entries()) results[place] = some[k];
        before += places.length;
      }
      const missing = results.filter((result) => result === null || result.outcome === "aborted").length;
      leftOut[stage === "refit" ? "networks" : "search"] += missing;
      return results;
    },
    fits: (jobs) => jobs.length === 0 || (last.work > 0 && estimate(jobs.map(workOf)) <= seconds - passed()),
    leaveOut(networks) {
      leftOut.networks += networks;
    },
    get record() {
      return { seconds, ...leftOut };
    },
  };
}

/** Places of jobs, those of a middle λ first: the others may find no time. */
function fromTheMiddle(jobs: readonly TrainingJob[]): number[] {
  const lambdas = jobs.map(({ training }) => training.lambda);
  const ranks = [...new Set(lambdas)].sort((a, b) => a - b);
  const distance = (place: number) => Math.abs(ranks.indexOf(lambdas[place]) - (ranks.length - 1) / 2);
  return [...jobs.keys()].sort((a, b) => distance(a) - distance(b) || a - b);
}

/** How much a job has to do, in steps of one row through one weight. */
export const workOf = ({ network, training, train }: TrainingJob): number =>
  workFor(network, training.epochs, train.rows);

/** What a row costs beside its way through the weights, in weights: of 600 + 0.15 per weight nanoseconds measured. */
const PER_ROW = 4000;

export function workFor(
  { inputs, width, depth, outputs, members = 1 }: NetworkSpec,
  epochs: number,
  rows: number,
): number {
  const weights = depth === 0 ? inputs * outputs : width * (inputs + (depth - 1) * width + outputs);
  return epochs * rows * members * (PER_ROW + weights);
}
