/** Milliseconds of repeating: what is small needs hundreds of runs before the engine has optimized it. */
const REPEATED = 50;

/** Milliseconds of the shortest of many runs, one at least. */
export function shortestTime(run: () => void): number {
  let shortest = Number.POSITIVE_INFINITY;
  const end = performance.now() + REPEATED;
  for (let start = performance.now(); start < end; start = performance.now()) {
    run();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}
