/** How near the largest radius is approached. */
const PRECISION = 1.01;

/** Past these, only an answer that holds everywhere, or where the rows stand, is worth telling. */
const [FARTHEST, NEAREST] = [100, 1e-4];

/**
 * The largest radius that is found at which at least half of `count` rows are certified, Infinity for any and null where it is none; and the rows
 * that are `atFirst`, at the radius that is looked at first. By bisection for all rows together: what is certified at a radius is at any smaller
 * one, whose box lies within, so that fewer and fewer rows are open. `certified`: which of some rows are so at a radius; null ends the work.
 */
export async function middleRadius(
  count: number,
  first: number,
  certified: (rows: readonly number[], radius: number) => Promise<readonly number[] | null>,
): Promise<{ readonly radius: number | null; readonly atFirst: readonly number[] } | null> {
  let open: readonly number[] = Array.from({ length: count }, (_, i) => i);
  // Rows that are certified at `high`.
  let sure = 0;
  let [low, high]: [number | null, number | null] = [null, null];
  let atFirst: readonly number[] | null = null;
  for (let radius: number | null = first; radius !== null; radius = between(low, high)) {
    const held = await certified(open, radius);
    if (held === null) return null;
    atFirst ??= held;
    if (2 * (sure + held.length) >= count) {
      low = radius;
      open = held;
    } else {
      high = radius;
      sure += held.length;
      const isHeld = new Set(held);
      open = open.filter((i) => !isHeld.has(i));
    }
  }
  return { radius: low, atFirst: atFirst ?? [] };
}

/** What to try next, where half of the rows are certified at `low` and not at `high`; null where these are near enough. */
function between(low: number | null, high: number | null): number | null {
  if (low === null) return high === null || high === 0 ? null : high / 2 < NEAREST ? 0 : high / 2;
  if (high === null) {
    return low === Number.POSITIVE_INFINITY ? null : 2 * low > FARTHEST ? Number.POSITIVE_INFINITY : 2 * low;
  }
  const isNear = low === 0 || high === Number.POSITIVE_INFINITY || high / low <= PRECISION;
  return isNear ? null : Math.sqrt(low * high);
}
