/**
 * Milliseconds of repeating: what is small needs hundreds of runs before the engine has optimized it. What is slow is run so often, unless that takes
 * longer than the last.
 */
const REPEATED = 50;
const RUNS = 20;
const LONGEST = 1000;

/** Milliseconds of the shortest of many runs. */
export function shortestTime(run: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  const isEnough = (now: number, runs: number) =>
    now >= begin + LONGEST || (now >= begin + REPEATED && runs >= RUNS);
  let runs = 0;
  for (let start = performance.now(); !isEnough(start, runs); start = performance.now(), runs++) {
    run();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}
