/** A moment as milliseconds since 1970-01-01T00:00Z. What has no time zone is taken as it stands, as if it were UTC. */
type Parser = (text: string) => number | undefined;

/** One way to write dates, and what a person calls it. */
export interface DateFormat {
  readonly name: string;
  readonly parse: Parser;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** 14, 14:30, 2:30 PM, 14:30:59.123. */
const CLOCK = String.raw`(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(?:\s*([ap])\.?m\.?)?`;
const ZONE = String.raw`(?:\s*(Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?))?`;
const TIME = String.raw`(?:(?:T|,?\s+)${CLOCK}${ZONE})?`;
const TIME_OF_DAY = new RegExp(`^${CLOCK}$`, "i");

/** Months by the first letters of their English and German names. */
const MONTHS = [
  "jan",
  "feb",
  "mar|mär|mrz",
  "apr",
  "may|mai",
  "jun",
  "jul",
  "aug",
  "sep",
  "oct|okt",
  "nov",
  "dec|dez",
];
const MONTH =
  "(jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|mär(?:z)?|mrz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\\.?";
const WEEKDAY = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?`;
const DAY_OF_MONTH = String.raw`(\d{1,2})(?:\.|st|nd|rd|th)?`;
/** Years of four digits where these could be another number. */
const YEAR = String.raw`([12]\d{3}|9999)`;
/** The same where there is no day. */
const RECENT_YEAR = String.raw`((?:19|20)\d{2})`;

type Order = readonly ("year" | "month" | "day")[];
const YMD: Order = ["year", "month", "day"];
const MDY: Order = ["month", "day", "year"];
const DMY: Order = ["day", "month", "year"];

/**
 * The formats in the order in which they are tried; of those that fit a whole column the first is taken. Dots between single digits are
 * left to version numbers: 1.2.13 and 2023.1.3 are no dates.
 */
export const dateFormats: readonly DateFormat[] = [
  format("year-month-day", String.raw`(\d{4})-(\d{1,2})-(\d{1,2})${TIME}`, YMD),
  format("year/month/day", String.raw`(\d{4})/(\d{1,2})/(\d{1,2})${TIME}`, YMD),
  format("year.month.day", String.raw`(\d{4})\.(\d{2})\.(\d{2})${TIME}`, YMD),
  format("year-month-day", String.raw`(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})()()${ZONE}`, YMD),
  format("day.month.year", String.raw`(\d{1,2})\.(\d{1,2})\.${YEAR}${TIME}`, DMY),
  format("month/day/year", String.raw`(\d{1,2})[/-](\d{1,2})[/-]${YEAR}${TIME}`, MDY),
  format("day/month/year", String.raw`(\d{1,2})[/-](\d{1,2})[/-]${YEAR}${TIME}`, DMY),
  format("month/day/year", String.raw`(\d{1,2})/(\d{1,2})/(\d{2})${TIME}`, MDY),
  format("day/month/year", String.raw`(\d{1,2})/(\d{1,2})/(\d{2})${TIME}`, DMY),
  format("day.month.year", String.raw`(\d{2})\.(\d{2})\.(\d{2})${TIME}`, DMY),
  format("day month year", String.raw`${WEEKDAY}${DAY_OF_MONTH}[\s-]${MONTH}[\s-](\d{4}|\d{2})${TIME}`, DMY),
  format("month day, year", String.raw`${WEEKDAY}${MONTH}\s${DAY_OF_MONTH},?\s(\d{4})${TIME}`, MDY),
  format("month year", String.raw`${MONTH}[\s-](\d{4})`, ["month", "year"]),
  format("year-month", String.raw`${RECENT_YEAR}-(\d{2})`, ["year", "month"]),
  format("month/year", String.raw`(\d{2})/${RECENT_YEAR}`, ["month", "year"]),
];

/** "14:30" and "2 PM" as hours since midnight; undefined for what is no time of day. */
export function hoursIn(text: string): number | undefined {
  const found = TIME_OF_DAY.exec(text);
  // A number alone is none.
  if (!found || (found[2] === undefined && found[5] === undefined)) return undefined;
  const time = timeOf(found.slice(1));
  return time === undefined ? undefined : time / HOUR;
}

function format(name: string, pattern: string, order: Order): DateFormat {
  const whole = new RegExp(`^${pattern}$`, "i");
  return {
    name,
    parse(text) {
      const found = whole.exec(text);
      if (!found) return undefined;
      const parts = { year: 0, month: 1, day: 1 };
      for (const [i, part] of order.entries()) parts[part] = partOf(found[i + 1]);
      if (found[order.indexOf("year") + 1].length === 2) parts.year += parts.year < 69 ? 2000 : 1900;
      const midnight = dayOf(parts.year, parts.month, parts.day);
      const time = timeOf(found.slice(order.length + 1));
      return midnight === undefined || time === undefined ? undefined : midnight + time;
    },
  };
}

function partOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const letters = text.toLowerCase().slice(0, 3);
  return MONTHS.findIndex((names) => names.includes(letters)) + 1;
}

/** Midnight of a day that the calendar has. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/** Milliseconds since midnight in UTC; 24:00 is the end of the day, and a leap second the next minute's first. */
function timeOf([hour = "0", minute = "0", second = "0", fraction = "", half, zone = ""]: readonly (
  | string
  | undefined
)[]): number | undefined {
  if (half && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours = half ? (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0) : Number(hour);
  if (Number(minute) > 59 || Number(second) > 60) return undefined;
  const seconds = (hours * 60 + Number(minute)) * 60 + Number(second);
  const time = seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  if (hours > 23 && time !== DAY) return undefined;
  const [, sign, ahead, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (Number(ahead) * 60 + Number(minutes));
  return time - offset * 60_000;
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
