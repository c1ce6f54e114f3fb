/** A moment as milliseconds since 1970-01-01T00:00Z. What has no time zone is taken as it stands, as if it were UTC. */
type Parser = (text: string) => number | undefined;

/** One way to write dates, and what a person calls it. */
export interface DateFormat {
  readonly name: string;
  readonly parse: Parser;
}

const DAY = 86_400_000;
const TIME = String.raw`(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?`;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\\.?";

type Order = readonly ("year" | "month" | "day")[];

/** The formats in the order in which they are tried; of those that fit a whole column the first is taken. */
export const dateFormats: readonly DateFormat[] = [
  format("year-month-day", String.raw`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`, ["year", "month", "day"]),
  format("day.month.year", String.raw`(\d{1,2})\.(\d{1,2})\.(\d{4})`, ["day", "month", "year"]),
  format("month/day/year", String.raw`(\d{1,2})[/-](\d{1,2})[/-](\d{4})`, ["month", "day", "year"]),
  format("day/month/year", String.raw`(\d{1,2})[/-](\d{1,2})[/-](\d{4})`, ["day", "month", "year"]),
  format("month/day/year", String.raw`(\d{1,2})/(\d{1,2})/(\d{2})`, ["month", "day", "year"]),
  format("day/month/year", String.raw`(\d{1,2})/(\d{1,2})/(\d{2})`, ["day", "month", "year"]),
  format("day.month.year", String.raw`(\d{1,2})\.(\d{1,2})\.(\d{2})`, ["day", "month", "year"]),
  format("day month year", String.raw`(\d{1,2})[\s-]${MONTH}[\s-](\d{4})`, ["day", "month", "year"]),
  format("month day, year", String.raw`${MONTH}\s(\d{1,2}),?\s(\d{4})`, ["month", "day", "year"]),
  format("month year", String.raw`${MONTH}\s(\d{4})`, ["month", "year"]),
  format("year-month", String.raw`(\d{4})-(\d{2})`, ["year", "month"]),
];

/** "14:30" and "2:30 PM" as hours since midnight; undefined for what is no time of day. */
export function hoursIn(text: string): number | undefined {
  const [, hour, minute, second = "0", half] =
    /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*([ap]\.?m\.?)?$/i.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const hours = in24(Number(hour), half);
  return hours <= 23 && Number(minute) <= 59 && Number(second) < 60
    ? hours + Number(minute) / 60 + Number(second) / 3600
    : undefined;
}

function format(name: string, pattern: string, order: Order): DateFormat {
  const whole = new RegExp(`^${pattern}${TIME}$`, "i");
  return {
    name,
    parse(text) {
      const found = whole.exec(text);
      if (!found) return undefined;
      const parts = { year: 0, month: 1, day: 1 };
      for (const [i, part] of order.entries()) parts[part] = partOf(found[i + 1]);
      if (order[order.length - 1] === "year" && found[order.length].length === 2) {
        parts.year += parts.year < 69 ? 2000 : 1900;
      }
      const midnight = dayOf(parts.year, parts.month, parts.day);
      const time = timeOf(found.slice(order.length + 1));
      return midnight === undefined || time === undefined ? undefined : midnight + time;
    },
  };
}

const partOf = (text: string): number =>
  /\d/.test(text) ? Number(text) : MONTHS.indexOf(text.toLowerCase().slice(0, 3)) + 1;

/** Midnight of a day that the calendar has. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function timeOf([hour = "0", minute = "0", second = "0", fraction = "0", half, zone]: readonly (
  | string
  | undefined
)[]): number | undefined {
  const hours = in24(Number(hour), half);
  if (hours > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const [, sign, ahead, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "") ?? [];
  const offset = sign === undefined ? 0 : (sign === "+" ? 1 : -1) * (Number(ahead) * 60 + Number(minutes));
  const past = (hours * 60 + Number(minute) - offset) * 60 + Number(second);
  return past * 1000 + Math.trunc(Number(`0.${fraction}`) * 1000);
}

/** 12 AM is 0, 12 PM is 12, 1 PM is 13; without AM or PM as it is, and out of range where both say different things. */
function in24(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 99;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

/** Days since 1970-01-01T00:00Z, fractions of a day counted in. */
export const daysOf = (milliseconds: number): number => milliseconds / DAY;

/** The moment so many days after 1970-01-01T00:00Z. */
export const dateFromDays = (days: number): Date => new Date(Math.round(days * DAY));

/** A date as it is shown: its day, with the time where it has one. */
export function showDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  const text = date.toISOString();
  return milliseconds % DAY === 0
    ? text.slice(0, 10)
    : text.replace(/:00\.000Z$|\.000Z$|Z$/, "").replace("T", " ");
}
