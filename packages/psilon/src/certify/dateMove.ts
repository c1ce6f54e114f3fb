import { nameOfPartAt } from "../preprocess/dateParts.js";
import { type EncodedColumn, standardize } from "../preprocess/encoder.js";
import { daysOf } from "../tables/dates.js";
import type { Reach } from "./moves.js";
import type { Placed } from "./placed.js";
import { nearestWithin, outerEnds } from "./reach.js";

/** A date that moves, in days, with its month, weekday and hour. */
export interface DateMove {
  readonly column: string;
  /** Widens a box to hold all that it can become: the time that has passed, and any mixture of the parts that it can reach. */
  widen(lower: Float64Array, upper: Float64Array): void;
  /** Writes into `x` the date within reach that is nearest to `point`, where it differs from the row's own, and says which it is; else null. */
  nearest(point: Float64Array, centre: Float64Array, x: Float64Array): Date | null;
}

const DAY = 86_400_000;

/** Moves through more hours than these reach every value of every part. */
const MOST_HOURS = 24 * 366;

/** What float64 may lose of an hour, many times over; days. */
const MARGIN = 1e-6;

export function dateMove(
  column: EncodedColumn & { readonly kind: "numeric" },
  place: number,
  reach: Reach,
  parts: readonly Placed[],
): DateMove {
  const whole = column.integer && Number.isInteger(reach.x);
  const { low, high } = outerEnds(reach);
  return {
    column: column.name,
    widen(lower, upper) {
      lower[place] = standardize(column, whole ? Math.ceil(low) : low);
      upper[place] = standardize(column, whole ? Math.floor(high) : high);
      for (const part of parts) {
        const reached = reachedBy(part, low, high);
        categoriesOf(part).forEach((name, k) => {
          if (reached === null || reached.has(name)) upper[part.place + k] = 1;
          if (reached === null || reached.size > 1) lower[part.place + k] = 0;
        });
      }
    },
    nearest(point, centre, x) {
      if (point[place] === centre[place]) return null;
      const wanted = nearestWithin(reach, column.mean + column.std * point[place], whole);
      // A date is a whole number of milliseconds; towards the row's own it stays within reach.
      const milliseconds = wanted > reach.x ? Math.floor(wanted * DAY) : Math.ceil(wanted * DAY);
      const days = daysOf(milliseconds);
      const encoded = standardize(column, days);
      const isWithin = reach.x <= days ? days <= wanted : days >= wanted;
      if (!isWithin || encoded === centre[place] || !Number.isFinite(encoded)) return null;
      x[place] = encoded;
      for (const part of parts) {
        const name = nameOfPart(part, days);
        categoriesOf(part).forEach((category, k) => {
          x[part.place + k] = Number(category === name);
        });
      }
      return new Date(milliseconds);
    },
  };
}

const categoriesOf = ({ column }: Placed): readonly string[] =>
  column.kind === "categorical" ? column.categories : [];

function nameOfPart({ column: { date } }: Placed, days: number): string {
  return date && date.part !== "elapsed" ? nameOfPartAt(date.part, days) : "";
}

/** What the part can be from `low` to `high`, in days, and a margin on either side; null for everything. */
function reachedBy(part: Placed, low: number, high: number): ReadonlySet<string> | null {
  const [first, last] = [(low - MARGIN) * 24, (high + MARGIN) * 24];
  if (!(last - first <= MOST_HOURS)) return null;
  const names = new Set([nameOfPart(part, first / 24), nameOfPart(part, last / 24)]);
  for (let hour = Math.ceil(first); hour <= last; hour++) names.add(nameOfPart(part, hour / 24 + MARGIN));
  return names;
}
