import { above, below } from "../bounds/rounding.js";
import type { Reach } from "./moves.js";

/** Where numbers end that are no ranks: an interval around them, and they themselves. */
const EVERYWHERE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const FINITE = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;

/**
 * An interval that holds every x′ within reach of x as they are read: also decimals that lie within reach of one another, each of which was
 * rounded to the nearest float64. For where x is no more than three times the amount, raising the amount pays for that, and where it is
 * more, it is no more than a unit in the last place of the end, by which that is moved at least.
 */
export function outerEnds({ x, count, unit, per, only, ends = EVERYWHERE }: Reach): {
  readonly low: number;
  readonly high: number;
} {
  const amount = above(above(count * unit) / per);
  const [first, last] = ends;
  return {
    low: only === "up" ? x : Math.max(below(x - amount), first),
    high: only === "down" ? x : Math.min(above(x + amount), last),
  };
}

/** The number within reach of x that is nearest to `wanted`, or next to it, a whole one where `whole`; decided without any rounding. */
export function nearestWithin(reach: Reach, wanted: number, whole: boolean): number {
  const { x, count, unit, per, only, ends = FINITE } = reach;
  const amount = (count * unit) / per;
  const low = only === "up" ? x : Math.max(x - amount, ends[0]);
  const high = only === "down" ? x : Math.min(x + amount, ends[1]);
  const towardsX = (to: number) => (!whole ? to : to > x ? Math.floor(to) : Math.ceil(to));
  let to = towardsX(Math.min(Math.max(whole ? Math.round(wanted) : wanted, low), high));
  // As much as the ends can be off by rounding: a step or a few are enough.
  const step = (Math.abs(x) + amount) * 2 ** -52 + Number.MIN_VALUE;
  while (!isWithin(reach, to)) to = towardsX(to > x ? Math.max(x, to - step) : Math.min(x, to + step));
  return to;
}

/** |to − x|·per ≤ count·unit, as real numbers. */
function isWithin({ x, count, unit, per }: Reach, to: number): boolean {
  if (count === Number.POSITIVE_INFINITY) return true;
  const [from, end, times, size] = [x, to, count, unit].map(exactly);
  const distance = end - from;
  return (distance < 0n ? -distance : distance) * BigInt(per) * ONE <= times * size;
}

/** Every float64 is a whole number of these. */
const ONE = 1n << 1074n;

/** x, finite, in units of 2⁻¹⁰⁷⁴. */
function exactly(x: number): bigint {
  let [value, places] = [x, 1074n];
  while (!Number.isInteger(value)) {
    value *= 2;
    places--;
  }
  return BigInt(value) << places;
}
