import { describe, expect, test } from "vitest";
import { dateFormats, dateFromDays, daysOf, hoursIn, showDate } from "../../src/tables/dates.ts";

/** What a text is by the first format that it fits, as ISO. */
function dateIn(text: string): string | undefined {
  const found = dateFormats.map(({ parse }) => parse(text)).find((moment) => moment !== undefined);
  return found === undefined
    ? undefined
    : new Date(found).toISOString().replace(/T00:00:00\.000Z$|\.000Z$/, "");
}

test.each([
  ["2020-01-05", "2020-01-05"],
  ["2020-1-5", "2020-01-05"],
  ["2020/01/05", "2020-01-05"],
  ["2020.01.05", "2020-01-05"],
  ["0001-01-01", "0001-01-01"],
  ["9999-12-31", "9999-12-31"],
  ["2020-02-29", "2020-02-29"],
  ["2020-01-05 10:11", "2020-01-05T10:11:00"],
  ["2020-01-05T10:11:12.5", "2020-01-05T10:11:12.500Z"],
  ["2020-01-05t10:11:12,345678z", "2020-01-05T10:11:12.345Z"],
  ["2020-01-05T10:11:12+02:00", "2020-01-05T08:11:12"],
  ["2020-01-05 10:11:12 -0530", "2020-01-05T15:41:12"],
  ["2020-01-05 10:11:12+02", "2020-01-05T08:11:12"],
  ["2020-01-05 00:30:00 +01:00", "2020-01-04T23:30:00"],
  ["2020-01-05 10:11:12 UTC", "2020-01-05T10:11:12"],
  ["2020-01-05 24:00", "2020-01-06"],
  ["2016-12-31 23:59:60", "2017-01-01"],
  ["2020-01-05 10", "2020-01-05T10:00:00"],
  ["20141013T000000", "2014-10-13"],
  ["20141013T123456Z", "2014-10-13T12:34:56"],
  ["5.1.2020", "2020-01-05"],
  ["05.01.2020, 14:30", "2020-01-05T14:30:00"],
  ["05.01.20", "2020-01-05"],
  ["05.01.69", "1969-01-05"],
  ["05.01.68", "2068-01-05"],
  ["31.12.9999", "9999-12-31"],
  ["1/5/2020", "2020-01-05"],
  ["1-5-2020", "2020-01-05"],
  ["1/5/2020, 2:30:15 PM", "2020-01-05T14:30:15"],
  ["1/5/2020 12:00 a.m.", "2020-01-05"],
  ["1/5/2020 12:00pm", "2020-01-05T12:00:00"],
  ["1/5/20", "2020-01-05"],
  ["13/5/2020", "2020-05-13"],
  ["13/5/20", "2020-05-13"],
  ["5 Jan 2020", "2020-01-05"],
  ["05-JAN-20", "2020-01-05"],
  ["5th January 2020", "2020-01-05"],
  ["5. Januar 2020", "2020-01-05"],
  ["5. März 2020 14:30", "2020-03-05T14:30:00"],
  ["6. Mai 2020", "2020-05-06"],
  ["31. Dez. 2020", "2020-12-31"],
  ["Jan 5, 2020", "2020-01-05"],
  ["September 5th, 2020", "2020-09-05"],
  ["Sunday, January 5, 2020", "2020-01-05"],
  ["Sun, 05 Jan 2020 10:00:00 GMT", "2020-01-05T10:00:00"],
  ["Sept. 2020", "2020-09-01"],
  ["Dec-2015", "2015-12-01"],
  ["2020-01", "2020-01-01"],
  ["09/2015", "2015-09-01"],
])("%s is the date %s", (text, expected) => {
  expect(dateIn(text)).toBe(expected);
});

test("Every month is known by its English and German names, long and short", () => {
  const names = {
    en: "January February March April May June July August September October November December".split(" "),
    de: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" "),
  };
  for (const months of Object.values(names)) {
    months.forEach((name, month) => {
      const expected = new Date(Date.UTC(2021, month, 9)).toISOString().slice(0, 10);
      for (const form of [name, name.toUpperCase(), name.slice(0, 3), `${name.slice(0, 3)}.`]) {
        expect(dateIn(`9 ${form} 2021`), form).toBe(expected);
      }
    });
  }
});

test.each([
  ["version numbers", ["1.2.3", "1.2.13", "10.2.03", "2023.1.3", "1.10.1234.5", "192.168.1.1"]],
  ["ranges", ["10-12", "5-10", "30-39", "2020-2021", "2020-21", "1999-00"]],
  ["phone numbers", ["555-1234", "555-123-4567", "+49 30 1234567", "030/1234", "(555) 123-4567"]],
  ["part numbers", ["1200-12", "12-34-56", "978-3-16-148410-0", "2012-03-04-05", "1-2-34"]],
  ["plain numbers", ["2020", "20200105", "1577836800", "12.10"]],
  ["fractions", ["1/2", "01/20", "1/2/3", "1/1000"]],
  [
    "days that no calendar has",
    ["2020-02-30", "2019-02-29", "2020-13-01", "0000-00-00", "31.04.2020", "1/0/2020"],
  ],
  [
    "times that no clock has",
    ["2020-01-05 25:00", "2020-01-05 24:01", "2020-01-05 10:60", "3/4/2020 13:00 PM", "3/4/2020 0:30 AM"],
  ],
  ["zones that there are not", ["2020-01-05 10:00+15:00", "2020-01-05 10:00+02:60"]],
  [
    "words that begin like a month",
    ["Maybe 2020", "Marvel 2021", "Octopus 2010", "marching 5 2020", "May", "Jan-20"],
  ],
  ["what is left over", ["2020-01-05x", "x2020-01-05", "2020-01-05 10:00 CEST", "2020-01-05 2020-01-06", ""]],
])("%s are no dates", (_, texts) => {
  for (const text of texts) expect(dateIn(text), text).toBeUndefined();
});

test("Milliseconds are those that are written, to the last", () => {
  for (let ms = 0; ms < 1000; ms++) {
    const text = `1970-01-01T00:00:00.${String(ms).padStart(3, "0")}`;
    expect(dateFormats[0].parse(text)).toBe(ms);
    expect(dateFormats[0].parse(`${text}999`)).toBe(ms);
  }
});

test.each([
  ["14:30", 14.5],
  ["2:30 PM", 14.5],
  ["2 pm", 14],
  ["12 AM", 0],
  ["12:15 p.m.", 12.25],
  ["0:00", 0],
  ["24:00", 24],
  ["10:30:36", 10.51],
  ["10:30:36.0", 10.51],
])("%s is %d hours after midnight", (text, hours) => {
  expect(hoursIn(text)).toBeCloseTo(hours, 12);
});

test.each(["10", "16:9", "25:00", "24:01", "72:10", "13 PM", "0:30 AM", "10:60", "10:30:61", "10:30 x", ""])(
  "%j is no time of day",
  (text) => {
    expect(hoursIn(text)).toBeUndefined();
  },
);

describe("Dates", () => {
  test("are days and back to the millisecond", () => {
    for (const iso of ["1969-07-20T20:17:40.123Z", "1970-01-01T00:00:00.001Z", "2024-02-29T23:59:59.999Z"]) {
      const date = new Date(iso);
      expect(dateFromDays(daysOf(date.getTime()))).toEqual(date);
    }
    expect(daysOf(36 * 3_600_000)).toBe(1.5);
  });

  test("are shown as short as they can be, each in a way of its own", () => {
    const shown = (iso: string) => showDate(Date.parse(iso));
    expect(shown("2020-01-05T00:00:00Z")).toBe("2020-01-05");
    expect(shown("2020-01-05T10:11:00Z")).toBe("2020-01-05 10:11");
    expect(shown("2020-01-05T10:11:12Z")).toBe("2020-01-05 10:11:12");
    expect(shown("2020-01-05T00:00:00.500Z")).toBe("2020-01-05 00:00:00.500");
    expect(showDate(Number.NaN)).toBe("NaN");
    expect(showDate(1e300)).toBe("1e+300");
  });

  test("that are shown are read again", () => {
    for (const moment of [0, 1, 1000, 60_000, 86_400_000, -1, 1_700_000_000_123]) {
      expect(dateFormats[0].parse(showDate(moment))).toBe(moment);
    }
  });
});
