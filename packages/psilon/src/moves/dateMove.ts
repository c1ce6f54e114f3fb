import type { Path } from "../bounds/paths.js";
import { type DatePart, nameOfPartAt } from "../preprocess/dateParts.js";
import { valueInputsOf } from "../preprocess/encoder.js";
import { daysOf } from "../tables/dates.js";
import { encodeNumber, type NumericColumn, numberAt, pathBetween } from "./encodedNumber.js";
import type { Reach } from "./moves.js";
import type { Placed } from "./placed.js";
import { nearestWithin, outerEnds } from "./reach.js";

/** A date that moves, in days, with its month, weekday and hour. */
export interface DateMove {
  readonly column: string;
  /** That of the bins of the time that has passed. */
  readonly path: Path | null;
  /** Widens a box to hold all that it can become: the time that has passed, and any mixture of the parts that it can reach. */
  widen(lower: Float64Array, upper: Float64Array): void;
  /**
   * Writes into `x`, which has the row's own date, another one within reach that is near to `point`: in the time that has passed, and in
   * those of the parts that the point has otherwise than the row. Says which it is; null where it is the row's own.
   */
  nearest(point: Float64Array, centre: Float64Array, x: Float64Array): Date | null;
}

const DAY = 86_400_000;

/** The last moment that a date can be, in milliseconds from 1970. */
const LAST = 8.64e15;

/** What float64 may lose of a moment, many times over; days. */
const MARGIN = 1e-6;

/** How often a day each part may change, and after how many days it has been all that it can be. */
const CYCLES: Readonly<Record<DatePart, { readonly perDay: number; readonly days: number }>> = {
  month: { perDay: 1, days: 366 },
  weekday: { perDay: 1, days: 7 },
  hour: { perDay: 24, days: 1 },
};

/** What of the date repeats, with its inputs. */
interface Part {
  readonly part: DatePart;
  readonly place: number;
  readonly categories: readonly string[];
}

/** `placed`: the date's parts. */
export function dateMove(
  column: NumericColumn,
  place: number,
  reach: Reach,
  placed: readonly Placed[],
): DateMove {
  const whole = column.integer && Number.isInteger(reach.x);
  const margin = whole ? 0 : MARGIN;
  const outer = outerEnds(reach);
  const [low, high] = whole ? [Math.ceil(outer.low), Math.floor(outer.high)] : [outer.low, outer.high];
  const parts = placed.flatMap(partOf);
  const write = (x: Float64Array, days: number) => {
    x.set(encodeNumber(column, days), place);
    for (const { part, place: at, categories } of parts) {
      const name = nameOfPartAt(part, days);
      categories.forEach((category, k) => {
        x[at + k] = Number(category === name);
      });
    }
  };
  return {
    column: column.name,
    path: pathBetween(column, place, low, high),
    widen(lower, upper) {
      lower.set(encodeNumber(column, low), place);
      upper.set(encodeNumber(column, high), place);
      for (const { part, place: at, categories } of parts) {
        const reached = reachedBy(part, low - margin, high + margin);
        categories.forEach((name, k) => {
          if (reached === null || reached.has(name)) upper[at + k] = 1;
          if (reached === null || reached.size > 1) lower[at + k] = 0;
        });
      }
    },
    nearest(point, centre, x) {
      const changed = parts.filter((part) => placesOf(part).some((at) => point[at] !== centre[at]));
      const elapsed = Array.from({ length: valueInputsOf(column) }, (_, k) => place + k);
      const read = [...elapsed, ...changed.flatMap(placesOf)];
      if (read.every((at) => point[at] === centre[at])) return null;
      const within = (days: number) =>
        Math.min(Math.max(nearestWithin(reach, days, whole), -LAST / DAY), LAST / DAY);
      const [first, wanted, last] = [low, numberAt(column, place, point), high].map(within);
      const moments = changed
        .flatMap(({ part }) => changesAround(part, wanted))
        .filter((moment) => first <= daysOf(moment) && daysOf(moment) <= last);
      let best: { distance: number; moment: number } | null = null;
      const moved = x.slice();
      for (const moment of [momentTowards(reach.x, wanted), ...moments]) {
        write(moved, daysOf(moment));
        const distance = read.reduce((sum, at) => sum + (moved[at] - point[at]) ** 2, 0);
        if (distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { distance, moment };
      }
      if (best === null) return null;
      write(moved, daysOf(best.moment));
      if (moved.every((value, at) => value === x[at])) return null;
      x.set(moved);
      return new Date(best.moment);
    },
  };
}

function partOf({ column, place }: Placed): Part[] {
  if (column.kind !== "categorical" || !column.date || column.date.part === "elapsed") return [];
  return [{ part: column.date.part, place, categories: column.categories }];
}

const placesOf = ({ place, categories }: Part): number[] => categories.map((_, k) => place + k);

/** What the part can be from `first` to `last`, in days; null for everything. */
function reachedBy(part: DatePart, first: number, last: number): ReadonlySet<string> | null {
  const { perDay, days } = CYCLES[part];
  if (!(last - first < days && Math.max(-first, last) <= LAST / DAY)) return null;
  const names = new Set([nameOfPartAt(part, first), nameOfPartAt(part, last)]);
  for (let k = Math.ceil(first * perDay); k <= last * perDay; k++) names.add(nameOfPartAt(part, k / perDay));
  return names;
}

/** The moments at which the part may change, no more than one of its cycles from the day `around`. */
function changesAround(part: DatePart, around: number): number[] {
  const { perDay, days } = CYCLES[part];
  const first = Math.ceil((around - days) * perDay);
  return Array.from({ length: 2 * days * perDay }, (_, k) => (first + k) * (DAY / perDay));
}

/** The whole millisecond nearest to `days` that is no farther from the day x; NaN where there is none. */
function momentTowards(x: number, days: number): number {
  const nearest = Math.round(days * DAY);
  const [low, high] = [Math.min(x, days), Math.max(x, days)];
  return (
    [nearest, nearest + Math.sign(x - days)].find(
      (moment) => low <= daysOf(moment) && daysOf(moment) <= high,
    ) ?? Number.NaN
  );
}
