import { InputError } from "../errors.js";
import { suggestion } from "../names.js";

/** What of a date repeats, beside the time that passes. */
export const dateParts = ["month", "weekday", "hour"] as const;

/** One of `dateParts`. */
export type DatePart = (typeof dateParts)[number];

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = ["January", "February", "March", "April", "May", "June"].concat([
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
]);

/** What each part can be, in the order of the calendar and the clock. */
export const partValues: Readonly<Record<DatePart, readonly string[]>> = {
  month: MONTHS,
  weekday: [...WEEKDAYS.slice(1), WEEKDAYS[0]],
  hour: Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")} h`),
};

const HOUR = 1 / 24;

/** The place of a moment, in days since 1970, in `partValues`. */
export function partAt(part: DatePart, days: number): number {
  switch (part) {
    case "month":
      return new Date(Math.floor(days) * 86_400_000).getUTCMonth();
    case "weekday":
      // 1970 began with a Thursday.
      return mod(Math.floor(days) + 3, 7);
    case "hour":
      // A moment that float64 has just below the hour is meant to be it.
      return mod(Math.floor((days + 1e-9) / HOUR), 24);
  }
}

/** What the part of that moment is called. */
export const nameOfPartAt = (part: DatePart, days: number): string => partValues[part][partAt(part, days)];

const mod = (a: number, n: number): number => ((a % n) + n) % n;

/** The parts in "date:month,weekday"; undefined in "date", which leaves them to the values. Throws InputError for others. */
export function partsIn(name: string, override: string): readonly DatePart[] | undefined {
  if (override === "date") return undefined;
  const asked = override
    .slice("date:".length)
    .split(",")
    .map((part) => part.trim());
  const stranger = asked.find((part) => !(dateParts as readonly string[]).includes(part));
  if (stranger !== undefined) {
    throw new InputError({
      code: "unknown-choice",
      found: `The parts of the date "${name}" are some of ${dateParts.join(", ")}, but "${stranger}" was given`,
      where: { column: name },
      value: stranger,
      remedy: suggestion(stranger, dateParts),
    });
  }
  return dateParts.filter((part) => asked.includes(part));
}
