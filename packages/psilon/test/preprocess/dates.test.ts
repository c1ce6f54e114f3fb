import { describe, expect, test } from "vitest";
import { encode } from "../../src/preprocess/encode.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import { fitTarget } from "../../src/preprocess/fitTarget.ts";
import type { KindOverride, Schema } from "../../src/preprocess/kinds.ts";
import { checkMonotone, monotoneDirections } from "../../src/preprocess/monotone.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { moments } from "../../src/preprocess/statistics.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, asFile } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";
import { fit, rowsOf } from "./people.ts";

const DAY = 86_400_000;
/** A column of dates beside a number to predict. */
const beside = (when: readonly unknown[]): Frame =>
  asFile(frameFrom({ when, y: Array.from(when, (_, i) => i * i) }));
const aim = { target: "y", task: "regression" } as const;
const schemaOf = (when: readonly unknown[], override?: KindOverride): Schema =>
  inferSchema(beside(when), { ...aim, overrides: override ? { when: override } : {} });
const partsOf = (when: readonly unknown[], override?: KindOverride) => {
  const [column] = schemaOf(when, override).columns;
  return column.kind === "date" ? column.parts : column.kind;
};
const namesOf = (when: readonly unknown[], override?: KindOverride) =>
  encodedInputs(fitEncoder(beside(when), allRows(beside(when)), schemaOf(when, override))).map(
    ({ name }) => name,
  );

describe("A column of dates", () => {
  test("is told by its first and last day and by what of it varies", () => {
    expect(schemaOf(["2024-02-29", null, "2023-12-31"]).columns[0]).toEqual({
      name: "when",
      role: "feature",
      reading: "read as dates, year-month-day",
      kind: "date",
      missing: 1,
      min: Date.UTC(2023, 11, 31) / DAY,
      max: Date.UTC(2024, 1, 29) / DAY,
      parts: ["month", "weekday"],
    });
  });

  test("has month, weekday and hour where they take more than one value, and else no inputs of them", () => {
    // Two Mondays of one month at noon.
    expect(partsOf(["2024-07-01 12:00", "2024-07-08 12:00"])).toEqual([]);
    expect(partsOf(["2024-07-01 12:00", "2024-07-08 12:30"])).toEqual([]);
    expect(partsOf(["2024-07-01 12:00", "2024-07-08 13:00"])).toEqual(["hour"]);
    expect(partsOf(["2024-07-01", "2024-07-02"])).toEqual(["weekday"]);
    // The same day of the week and the same hour in another month.
    expect(partsOf(["2024-07-01", "2024-08-05"])).toEqual(["month"]);
    expect(partsOf(["2024-07-01 08:00", "2024-08-06 09:00"])).toEqual(["month", "weekday", "hour"]);
  });

  test("is constant where all are one moment, and none is missing", () => {
    const noon = ["2024-07-01 12:00", "2024-07-01T12:00"];
    expect(inferSchema(beside(noon)).columns[0]).toMatchObject({
      kind: "constant",
      value: "2024-07-01 12:00",
      role: "ignored",
    });
    expect(schemaOf(["2024-07-01", null]).columns[0]).toMatchObject({ kind: "date", role: "feature" });
  });

  test("is of the parts that are asked for, as far as they vary, in the order of the calendar", async () => {
    const when = ["2024-07-01 08:00", "2024-08-06 09:00", "2024-09-04 10:00"];
    expect(partsOf(when, "date")).toEqual(["month", "weekday", "hour"]);
    expect(partsOf(when, "date:weekday,month")).toEqual(["month", "weekday"]);
    expect(partsOf(when, "date: hour ")).toEqual(["hour"]);
    expect(partsOf(["2024-07-01", "2024-08-06"], "date:hour,month")).toEqual(["month"]);
    expect(await refusal(() => partsOf(when, "ignore"))).toMatch('"when" (it was asked to be ignored)');
    expect(partsOf(when, "categorical")).toBe("categorical");
    // Of a part of the rows what was asked for of all of them.
    const kinds = schemaOf(when, "date:month");
    expect(inferSchema(beside(when), { kinds, rows: Int32Array.of(0, 1) }).columns[0]).toMatchObject({
      parts: ["month"],
    });
  });

  test("is asked for parts that there are", async () => {
    const when = ["2024-07-01", "2024-08-06"];
    expect(await refusal(() => schemaOf(when, "date:month,weekdays"))).toBe(
      'The parts of the date "when" are some of month, weekday, hour, but "weekdays" was given; did you mean "weekday"?',
    );
    expect(await refusal(() => schemaOf(when, "date:"))).toMatch('but "" was given');
    expect(await refusal(() => schemaOf(when, "dates" as KindOverride))).toMatch(
      /^The kind of column "when" is one of numeric, categorical, boolean, date, ignore, but "dates" was given/,
    );
  });

  test("declared so is refused at the first cell that is no date as most are", async () => {
    const cells = ["soon", "2024-07-01", "2024-07-02", "03.07.2024"];
    expect(await refusal(() => schemaOf(cells, "date"))).toBe(
      'Column "when" of data.csv holds dates, but row 2 has "soon"; write all of them in one way, such as 2024-12-31, or leave the cell empty if it is missing.',
    );
    expect(await refusal(() => schemaOf(cells.toSpliced(0, 1), "date:month"))).toMatch(
      'row 4 has "03.07.2024"',
    );
    expect(await refusal(() => schemaOf([null, 2019, 2020], "date"))).toMatch('row 3 has "2019"');
    expect(await refusal(() => schemaOf([null, null, ""], "date"))).toMatch('"when" (it has no values)');
  });
});

describe("The inputs of a date", () => {
  test("are its days, as a number, and an input for each month, weekday and hour that was there", () => {
    const when = ["2024-07-01 08:00", null, "2024-08-06 20:00", "2024-07-01 20:00"];
    const encoder = fit(beside(when), allRows(beside(when)), aim);
    expect(encodedInputs(encoder).map(({ name }) => name)).toEqual([
      "when",
      "when is missing",
      "month of when=July",
      "month of when=August",
      "weekday of when=Monday",
      "weekday of when=Tuesday",
      "hour of when=08 h",
      "hour of when=20 h",
    ]);
    const days = [8, 36 * 24 + 20, 20].map((hours) => Date.UTC(2024, 6, 1) / DAY + hours / 24);
    const { mean, std } = moments(Float64Array.from(days));
    const [a, b, c] = days.map((day) => Math.fround((day - mean) / std));
    const encoded = encode(encoder, beside(when), allRows(beside(when)));
    const rows = rowsOf(encoded);
    expect(rows.map((row) => row.slice(1))).toEqual([
      [0, 1, 0, 1, 0, 1, 0],
      [1, 0, 0, 0, 0, 0, 0],
      [0, 0, 1, 0, 1, 0, 1],
      [0, 1, 0, 1, 0, 0, 1],
    ]);
    [a, 0, b, c].forEach((day, i) => {
      expect(rows[i][0]).toBeCloseTo(day, 6);
    });
    // One unit of it is a day.
    expect(encodedInputs(encoder)[0]).toMatchObject({ kind: "numeric", scale: 1 / std });
    // A missing date is one cell, and training had one.
    expect([encoded.imputed, encoded.unseen]).toEqual([new Map(), new Map()]);
  });

  test("are as far apart as the days, however far from 1970", () => {
    for (const year of [1583, 1969, 1970, 2024, 2900]) {
      const when = [0, 1, 3, 10].map((day) => new Date(Date.UTC(year, 0, 4 + day)));
      const encoder = fit(beside(when), allRows(beside(when)), aim);
      const [x0, x1, x2, x3] = rowsOf(encode(encoder, beside(when), allRows(beside(when)))).map(([x]) => x);
      expect((x2 - x0) / (x1 - x0)).toBeCloseTo(3, 4);
      expect((x3 - x0) / (x1 - x0)).toBeCloseTo(10, 4);
    }
  });

  test("are left at zeros for a month that training had not, which is counted", () => {
    const encoder = fit(beside(["2024-07-01", "2024-08-05"]));
    const later = beside(["2024-09-02", "2024-08-05", null]);
    const encoded = encode({ ...encoder, columns: encoder.columns.slice(0, 2) }, later, allRows(later));
    expect(rowsOf(encoded).map((row) => row.slice(1))).toEqual([
      [0, 0],
      [0, 1],
      [0, 0],
    ]);
    expect(encoded.unseen).toEqual(new Map([["month of when", 1]]));
    // One cell is missing, and it counts once.
    expect(encoded.imputed).toEqual(new Map([["when", 1]]));
  });

  test("are those of the same days, however these are written", () => {
    const encoder = fit(beside(["2024-07-01", "2024-08-06", "2024-12-24"]));
    const columns = encoder.columns.filter(({ name }) => name !== "y");
    const inputs = (when: readonly unknown[]) =>
      rowsOf(encode({ unseen: "error", columns }, frameFrom({ when }), Int32Array.of(0, 1)));
    const expected = inputs(["2024-08-06", "2024-12-24"]);
    expect(inputs(["06.08.2024", "24.12.2024"])).toEqual(expected);
    expect(inputs([new Date(Date.UTC(2024, 7, 6)), new Date(Date.UTC(2024, 11, 24))])).toEqual(expected);
    expect(inputs(["2024-08-06T02:00:00+02:00", "2024-12-24T00:00:00Z"])).toEqual(expected);
  });

  test("need dates in the rows to predict too", async () => {
    const encoder = fit(beside(["2024-07-01", "2024-08-06"]), undefined, aim);
    const refused = (when: readonly unknown[]) =>
      refusal(() => encode(encoder, beside(when), allRows(beside(when))));
    expect(await refused(["2024-07-01", "later"])).toMatch('holds dates, but row 3 has "later"');
    expect(await refused([45_000, 45_001])).toMatch('holds dates, but row 2 has "45000"');
    expect(await refused([null, true])).toMatch('holds dates, but row 3 has "true"');
    const { imputed } = encode(encoder, beside([null, null]), Int32Array.of(0, 1));
    expect(imputed).toEqual(new Map([["when", 2]]));
  });

  test("have names of their own beside a column that is called like one of them", () => {
    const when = ["2024-07-01", "2024-08-05", "2024-09-02"];
    const table = frameFrom({ when, "month of when": [7, 8, 9.5], y: [1, 2, 4] });
    const { columns } = fit(table, allRows(table), aim);
    expect(columns.map(({ name }) => name)).toEqual(["when", "month of when (date)", "month of when"]);
    expect(columns.map(({ kind }) => kind)).toEqual(["numeric", "categorical", "numeric"]);
  });
});

test("The parts of every moment are those of the calendar, before 1970 too and to the millisecond", () => {
  const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const months = "January February March April May June July August September October November December";
  const hour = 3_600_000;
  for (const year of [1600, 1899, 1969, 1970, 2000, 2024, 2999]) {
    const moments = Array.from({ length: 400 * 3 }, (_, i) => {
      const whole = Date.UTC(year, 1, 27) + Math.floor(i / 3) * 31 * hour;
      return new Date(whole + (i % 3) - 1);
    });
    const encoder = fit(beside(moments), undefined, aim);
    const names = encodedInputs(encoder).map(({ name }) => name);
    const rows = rowsOf(encode(encoder, beside(moments), allRows(beside(moments))));
    moments.forEach((date, i) => {
      const found = names.filter((_, j) => j > 0 && rows[i][j] === 1);
      expect(found).toEqual([
        `month of when=${months.split(" ")[date.getUTCMonth()]}`,
        `weekday of when=${weekdays[date.getUTCDay()]}`,
        `hour of when=${String(date.getUTCHours()).padStart(2, "0")} h`,
      ]);
    });
  }
});

describe("Monotone in a date", () => {
  const ask = (when: readonly string[], override?: KindOverride) => {
    const table = beside(when);
    const schema = schemaOf(when, override);
    const target = fitTarget(table, allRows(table), schema);
    checkMonotone({ when: "+" }, schema, target);
    return monotoneDirections({ when: "+" }, fitEncoder(table, allRows(table), schema));
  };

  test("is for one of which only the time that passes is an input", () => {
    expect(ask(["2024-07-01", "2024-07-08", "2024-07-15"])).toEqual([1]);
    expect(ask(["2024-07-01", "2024-08-06", "2024-09-04"], "date:hour")).toEqual([1]);
  });

  test("is refused where its month or weekday comes back", async () => {
    expect(await refusal(() => ask(["2024-07-01", "2024-08-06", "2024-09-04"]))).toBe(
      'Predictions were asked to be monotone in "when", but with a date go its month, weekday, which come back; turn it into a number first, such as days from some day.',
    );
  });
});

test("The names of the inputs are those of the parts that were asked for", () => {
  const when = ["2024-07-01 08:00", "2024-08-06 09:00"];
  expect(namesOf(when, "date:month")).toEqual(["when", "month of when=July", "month of when=August"]);
  expect(namesOf(when, "numeric")).toEqual(["when"]);
});
