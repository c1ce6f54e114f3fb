import { describe, expect, test } from "vitest";
import { checkMoves, type Moves, reachOf, takesAny } from "../../src/moves/moves.ts";
import type { EncodedColumn, Encoder } from "../../src/preprocess/encoder.ts";
import { numeric } from "../certify/handMade.ts";
import { refusal } from "../support/synthetic.ts";

const size = numeric("size", { std: 3 });
const wet: EncodedColumn = { name: "wet", kind: "boolean", varies: true, missing: false };
const when = { ...numeric("when"), date: { column: "when", part: "elapsed" } } as const;
const month: EncodedColumn = {
  name: "month of when",
  kind: "categorical",
  varies: true,
  missing: false,
  categories: ["May", "June"],
  date: { column: "when", part: "month" },
};
const grade = numeric("grade", { levels: ["low", "middle", "high"], integer: true });
const encoder: Encoder = { unseen: "zeros", columns: [size, numeric("age"), wet, when, month, grade] };

describe("How far a number may move", () => {
  test.each<[string, Moves, number]>([
    ["by an amount", { move: { size: { by: 0.5 } } }, 0.5],
    ["by a share of its size", { move: { size: { percent: 5 } } }, 0.4],
    ["by deviations", { radius: 0.25 }, 0.75],
    ["by its own amount before any radius", { radius: 0.25, move: { size: { by: 7 } } }, 7],
    [
      "by a radius where others have amounts or are fixed",
      { radius: 2, move: { age: { by: 1 } }, fixed: ["wet"] },
      6,
    ],
  ])("%s", (_, moves, amount) => {
    for (const x of [-8, 8]) {
      const { count, unit, per, ...reach } = reachOf(size, x, moves)!;
      expect((count * unit) / per).toBeCloseTo(amount, 12);
      expect(reach).toEqual({ x, only: null });
    }
  });

  test.each<[string, Moves]>([
    ["where nothing is said", {}],
    ["where others move", { move: { age: { by: 3 }, wet: "any" } }],
    ["where it is fixed", { radius: 1, fixed: ["size"] }],
    ["by nothing", { move: { size: { by: 0 } } }],
    ["by no share", { radius: 1, move: { size: { percent: 0 } } }],
    ["by no deviation", { radius: 0 }],
  ])("not at all %s", (_, moves) => {
    expect(reachOf(size, 5, moves)).toBeNull();
  });

  test("by any share of 0 not at all, by any amount from 0 all the same", () => {
    expect(reachOf(size, 0, { move: { size: { percent: 50 } } })).toBeNull();
    expect(reachOf(size, 0, { move: { size: { percent: Number.POSITIVE_INFINITY } } })).toBeNull();
    expect(reachOf(size, 0, { move: { size: { by: 1 } } })).toMatchObject({ x: 0, count: 1 });
  });

  test("among levels no farther than these go", () => {
    const far = { x: 1, count: Number.POSITIVE_INFINITY, unit: 1, per: 1, only: null, ends: [0, 2] };
    expect(reachOf(grade, 1, { move: { grade: "any" } })).toEqual(far);
    expect(reachOf(grade, 1, { radius: 3 })).toEqual({ ...far, count: 3 });
  });

  test("one way only where that is said", () => {
    for (const only of ["up", "down"] as const) {
      expect(reachOf(size, 1, { move: { size: { by: 1, only } } })?.only).toBe(only);
      expect(reachOf(size, 1, { move: { size: { percent: 1, only } } })?.only).toBe(only);
    }
  });
});

test("A truth takes any value where it is said by its own name", () => {
  expect(takesAny(wet, { move: { wet: "any" } })).toBe(true);
  for (const moves of [{}, { radius: 1 }, { move: { size: "any" } }] as const) {
    expect(takesAny(wet, moves)).toBe(false);
  }
  expect(takesAny({ ...wet, name: "toString" }, { move: {} })).toBe(false);
});

describe("What is asked to move", () => {
  test.each<[string, Moves]>([
    ["nothing", {}],
    ["a radius of 0", { radius: 0 }],
    ["any radius", { radius: Number.POSITIVE_INFINITY }],
    ["amounts of 0", { move: { size: { by: 0 }, age: { percent: 0, only: "down" } } }],
    ["levels of an ordered category", { move: { grade: { by: 1, only: "up" } } }],
    ["any level", { move: { grade: "any" } }],
    ["days of a date", { move: { when: { by: 2.5, only: "up" } } }],
    ["each in its own way", { radius: 1, move: { size: { by: 2, only: "up" }, wet: "any" }, fixed: ["age"] }],
  ])("may be %s", (_, moves) => {
    expect(() => checkMoves(encoder, moves)).not.toThrow();
  });

  test.each<[string, object, RegExp]>([
    ["a name that moves have not", { radios: 1 }, /no option "radios".*"radius"/],
    ["a radius below 0", { radius: -1e-9 }, /^The radius is .* at least 0, but -1e-9 was given/],
    ["a radius that is no number", { radius: Number.NaN }, /^The radius .* but NaN/],
    ["an amount below 0", { move: { size: { by: -1e-9 } } }, /"size" can move by .* at least 0, but -1e-9/],
    ["an amount that is no number", { move: { size: { by: Number.NaN } } }, /at least 0, but NaN/],
    ["no amount", { move: { size: {} } }, /at least 0, but undefined/],
    ["a share below 0", { move: { size: { percent: -1 } } }, /at least 0, but -1/],
    [
      "another word for an amount",
      { move: { size: { bye: 1 } } },
      /no way for the column "size" to move: "bye"/,
    ],
    ["another way", { move: { size: { by: 1, only: "left" } } }, /only "up" or only "down", but "left"/],
    ["a number that takes any value", { move: { size: "any" } }, /"size" holds numbers/],
    [
      "a date that takes any value",
      { move: { when: "any" } },
      /"when" holds dates, .* days such as when=2, not to any\.$/,
    ],
    [
      "a share of an ordered category",
      { move: { grade: { percent: 5 } } },
      /^The column "grade" holds levels, .* steps such as grade=1, or to any, not by a share/,
    ],
    ["a share of a date", { move: { when: { percent: 5 } } }, /"when" holds dates, .* not by a share/],
    ["a way of dates that there is not", { move: { when: { by: 1, of: "days" } } }, /"when" to move: "of"/],
    [
      "a month that moves without its date",
      { move: { "month of when": "any" } },
      /reads no column "month of when"/,
    ],
    [
      "a month that is fixed beside its date",
      { radius: 1, fixed: ["month of when"] },
      /no column "month of when"; there are "size", "age", "wet", "when", "grade"\.$/,
    ],
    ["a truth that moves by an amount", { move: { wet: { by: 1 } } }, /"wet" is boolean.*wet=any/],
    ["a column that is not there", { move: { length: { by: 1 } } }, /reads no column "length"/],
    ["a fixed column that is not there", { fixed: ["sise"] }, /reads no column "sise"; did you mean "size"/],
    [
      "a column moved and fixed",
      { move: { age: { by: 1 } }, fixed: ["size", "age"] },
      /"age" cannot be both/,
    ],
  ])("may not be %s", async (_, moves, sentence) => {
    expect(await refusal(() => checkMoves(encoder, moves as Moves))).toMatch(sentence);
  });
});
