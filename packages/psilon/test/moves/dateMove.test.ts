import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Moves } from "../../src/moves/moves.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { regionsOf } from "../../src/moves/region.ts";
import { type DatePart, dateParts, partValues } from "../../src/preprocess/dateParts.ts";
import type { EncodedColumn, Encoder } from "../../src/preprocess/encoder.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { numeric } from "../certify/handMade.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";

const DAY = 86_400_000;

/** A column of dates with parts of it, all values of each known but for those `without`. */
function dated(
  parts: readonly DatePart[],
  { integer = false, without = [] as readonly string[], clip }: Partial<DatedOptions> = {},
): EncodedColumn[] {
  const elapsed = { ...numeric("when", { mean: 19_000, std: 300, integer, missing: true }) };
  return [
    { ...elapsed, ...(clip !== undefined && { clip }), date: { column: "when", part: "elapsed" } },
    ...parts.map(
      (part): EncodedColumn => ({
        name: `${part} of when`,
        kind: "categorical",
        varies: true,
        missing: false,
        categories: partValues[part].filter((name) => !without.includes(name)),
        date: { column: "when", part },
      }),
    ),
  ];
}

interface DatedOptions {
  readonly integer: boolean;
  readonly without: readonly string[];
  readonly clip: number;
}

const encoderOf = (columns: readonly EncodedColumn[]): Encoder => ({ unseen: "zeros", columns });

const encoded = (encoder: Encoder, when: Date | null) =>
  encodedMatrix(encoder, frameFrom({ when: [when, new Date(0)] }), Int32Array.of(0));

/** The one region of a row with that date. */
function regionOf(encoder: Encoder, when: Date | null, moves: Moves) {
  const frame = frameFrom({ when: [when, new Date(0)] });
  const regions = regionsOf(placeColumns(encoder, frame), 0, encoded(encoder, when), moves);
  expect(regions).toHaveLength(1);
  return regions[0];
}

/** The values of a part whose inputs may be other than 0, in a box that holds them at `from` on. */
const possible = (part: DatePart, upper: Float64Array, from: number) =>
  partValues[part].filter((_, k) => upper[from + k] > 0);

const CASES: readonly [string, Encoder, readonly number[]][] = [
  [
    "with all its parts",
    encoderOf(dated(dateParts)),
    [1.5 / DAY, 0.123456789, 1 / 24, 0.5, 1, 2.75, 6, 7, 40, 500],
  ],
  ["by its month and hour", encoderOf(dated(["month", "hour"])), [0.01, 0.99, 1, 29, 31, 365, 366]],
  [
    "of whole days",
    encoderOf(dated(["month", "weekday"], { integer: true })),
    [0.9, 1, 1.5, 5, 6, 7, 31, 366],
  ],
  ["clipped", encoderOf(dated(["weekday"], { clip: 2 })), [1, 300, 1000]],
  [
    "with months, weekdays and hours that no train row had",
    encoderOf(dated(dateParts, { without: ["March", "Sunday", "00 h", "07 h"] })),
    [1 / 24, 0.3, 1, 2, 40],
  ],
];

/** Moments at which parts change, one before and after them, and others. */
function moments(random: () => number, integer: boolean, around: number, reach: number): number[] {
  const ends = [around - reach * DAY, around + reach * DAY];
  const [low, high] = [Math.ceil(ends[0]), Math.floor(ends[1])];
  const anywhere = Array.from({ length: 30 }, () => Math.floor(low + (high - low + 1) * random()));
  const atChanges = anywhere.flatMap((moment) =>
    [3_600_000, DAY].flatMap((step) => [-1, 0, 1].map((off) => Math.round(moment / step) * step + off)),
  );
  const found = [around, low, low + 1, high - 1, high, ...anywhere, ...atChanges].map((moment) =>
    integer ? Math.round(moment / DAY) * DAY : moment,
  );
  return found.filter((moment) => low <= moment && moment <= high);
}

describe.each(CASES)("A date that moves, %s,", (name, encoder, reaches) => {
  const integer = encoder.columns.some((column) => column.kind === "numeric" && column.integer);
  const random = createRandom(CASES.findIndex(([other]) => other === name));
  const start = () => {
    const moment = Date.UTC(2019, 0, 1) + Math.floor(1500 * DAY * random.next());
    const step = integer ? DAY : [1, 3_600_000, DAY][Math.floor(3 * random.next())];
    return Math.floor(moment / step) * step;
  };

  test("stays in its region to the millisecond, whatever it becomes within reach", () => {
    for (const reach of reaches) {
      for (let trial = 0; trial < 20; trial++) {
        const own = start();
        const only = ([undefined, undefined, "up", "down"] as const)[trial % 4];
        const how = { by: reach, ...(only && { only }) };
        const { box } = regionOf(encoder, new Date(own), { move: { when: how } });
        for (const moment of moments(() => random.next(), integer, own, reach)) {
          if ((only === "up" && moment < own) || (only === "down" && moment > own)) continue;
          encoded(encoder, new Date(moment)).forEach((value, j) => {
            if (box.lower[j] <= value && value <= box.upper[j]) return;
            throw new Error(
              `${new Date(moment).toISOString()} is not within ${reach} of ${new Date(own).toISOString()}: input ${j} is ${value}.`,
            );
          });
        }
      }
    }
  });

  test("is said to be another one only where it is within reach, and encoded as the point that is answered", () => {
    let [moved, corners] = [0, 0];
    for (const reach of reaches) {
      for (let trial = 0; trial < 20; trial++) {
        const own = start();
        const only = ([undefined, "up", "down"] as const)[trial % 3];
        const { box, nearest } = regionOf(encoder, new Date(own), {
          move: { when: { by: reach, ...(only && { only }) } },
        });
        const point = box.centre.map((_, j) => {
          const share = [0, 1, random.next()][Math.floor(3 * random.next())];
          return box.lower[j] + share * (box.upper[j] - box.lower[j]);
        });
        corners += box.lower.some((low, j) => low < box.upper[j]) ? 1 : 0;
        const { x, row } = nearest(point)!;
        const when = row.get("when") as Date | undefined;
        expect([...x].map(Math.fround)).toEqual([...encoded(encoder, when ?? new Date(own))]);
        if (!when) continue;
        moved++;
        const shift = when.getTime() - own;
        expect(shift).not.toBe(0);
        expect(Math.abs(shift)).toBeLessThanOrEqual(reach * DAY);
        expect(only === "up" ? shift > 0 : only === "down" ? shift < 0 : true).toBe(true);
        if (integer) expect(Number.isInteger(shift / DAY)).toBe(true);
      }
    }
    expect(moved).toBeGreaterThan(corners / 3);
  });
});

describe("What a date can become", () => {
  const encoder = encoderOf(dated(dateParts));
  const at = (part: DatePart) => ({ month: 2, weekday: 14, hour: 21 })[part];
  /** Which months, weekdays or hours a box lets a date have. */
  const of = (when: string, move: Moves["move"] & object, part: DatePart) =>
    possible(part, regionOf(encoder, new Date(when), { move }).box.upper, at(part));

  test("are the months, weekdays and hours that it passes through, and no others", () => {
    // A Wednesday.
    const noon = "2020-01-01T12:30Z";
    expect(of(noon, { when: { by: 1 / 24 } }, "hour")).toEqual(["11 h", "12 h", "13 h"]);
    expect(of(noon, { when: { by: 1 / 24, only: "up" } }, "hour")).toEqual(["12 h", "13 h"]);
    expect(of(noon, { when: { by: 0.25 } }, "weekday")).toEqual(["Wednesday"]);
    expect(of(noon, { when: { by: 1 } }, "weekday")).toEqual(["Tuesday", "Wednesday", "Thursday"]);
    expect(of(noon, { when: { by: 1, only: "down" } }, "month")).toEqual(["January", "December"]);
    expect(of(noon, { when: { by: 1 } }, "hour")).toEqual(partValues.hour);
    expect(of(noon, { when: { by: 3.5 } }, "weekday")).toEqual(partValues.weekday);
    expect(of(noon, { when: { by: 130 } }, "month")).toEqual(
      partValues.month.filter((name) => name !== "June" && name !== "July"),
    );
    expect(of(noon, { when: { by: 183 } }, "month")).toEqual(partValues.month);
  });

  test("of whole days are those days alone", () => {
    const days = encoderOf(dated(["weekday"], { integer: true }));
    const reached = (by: number) =>
      possible("weekday", regionOf(days, new Date("2020-01-01"), { move: { when: { by } } }).box.upper, 2);
    expect(reached(0.99)).toEqual(["Wednesday"]);
    expect(reached(1)).toEqual(["Tuesday", "Wednesday", "Thursday"]);
    expect(reached(1.99)).toEqual(["Tuesday", "Wednesday", "Thursday"]);
  });

  test("is found by the part that a point asks for, where the time that has passed asks for nothing", () => {
    const { box, nearest } = regionOf(encoder, new Date("2020-01-01T12:30Z"), { move: { when: { by: 3 } } });
    const point = box.centre.slice();
    point[at("weekday") + 2] = 0;
    point[at("weekday") + 4] = 1;
    const found = nearest(point)!.row.get("when") as Date;
    expect(found.toISOString()).toBe("2020-01-03T00:00:00.000Z");
  });

  test("is a date that the calendar has, however far it may move", () => {
    const { box, nearest } = regionOf(encoder, new Date("2020-01-01T12:30Z"), {
      radius: Number.POSITIVE_INFINITY,
    });
    for (const far of [-1e30, 1e30]) {
      const point = box.centre.slice();
      point[0] = far;
      const found = nearest(point)!.row.get("when") as Date;
      expect(Math.abs(found.getTime())).toBe(8.64e15);
    }
  });

  test("is a whole millisecond within reach, where the end of the reach is none", () => {
    const own = new Date("2020-01-01T12:30Z");
    const mean = own.getTime() / DAY;
    const fine = encoderOf([
      { ...numeric("when", { mean, std: 1e-6 }), date: { column: "when", part: "elapsed" } },
    ]);
    for (const sign of [-1, 1]) {
      const { nearest } = regionOf(fine, own, { move: { when: { by: 1.6 / DAY } } });
      const found = nearest(Float64Array.of(sign))!.row.get("when") as Date;
      expect(found.getTime()).toBe(own.getTime() + sign);
    }
  });

  test("is nothing else where it is missing or fixed, nor where no whole day is in reach", () => {
    const same = (when: Date | null, moves: Moves, one = encoder) => {
      const { box, nearest } = regionOf(one, when, moves);
      expect([[...box.lower], [...box.upper]]).toEqual([[...box.centre], [...box.centre]]);
      expect(nearest(box.centre.map((value) => value + 1))!.row).toEqual(new Map());
    };
    same(null, { radius: 1 });
    same(new Date("2020-01-01"), { radius: 1, fixed: ["when"] });
    same(
      new Date("2020-01-01"),
      { move: { when: { by: 0.99 } } },
      encoderOf(dated(dateParts, { integer: true })),
    );
  });

  test("is of the column's own parts alone, where another column of dates stands beside it", () => {
    const other = dated(["weekday"]).map(
      (column): EncodedColumn => ({
        ...column,
        name: column.name.replace("when", "due"),
        date: { ...column.date!, column: "due" },
      }),
    );
    const both = encoderOf([...dated(["weekday"]), ...other]);
    const frame = frameFrom({ when: [new Date("2020-01-01")], due: [new Date("2020-01-01")] });
    const x = encodedMatrix(both, frame, Int32Array.of(0));
    const [{ box }] = regionsOf(placeColumns(both, frame), 0, x, { move: { due: { by: 9 } } });
    expect([...box.upper.subarray(0, 9)]).toEqual([...x.subarray(0, 9)]);
    expect([...box.upper.subarray(11)]).toEqual(Array(7).fill(1));
  });

  test("is told from a column that is called as one of its parts is", () => {
    const name = "weekday of when";
    const own: EncodedColumn = {
      name,
      kind: "categorical",
      varies: true,
      missing: false,
      categories: ["a", "b"],
    };
    const both = encoderOf([...dated(["weekday"]), own]);
    const frame = frameFrom({ when: [new Date("2020-01-01")], [name]: ["a"] });
    const x = encodedMatrix(both, frame, Int32Array.of(0));
    const found = regionsOf(placeColumns(both, frame), 0, x, { move: { [name]: "any" } });
    expect(found.map(({ nearest, box }) => [...nearest(box.centre)!.row])).toEqual([[], [[name, "b"]]]);
  });
});
