import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Moves } from "../../src/moves/moves.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { regionsOf } from "../../src/moves/region.ts";
import { type EncodedColumn, type Encoder, standardize } from "../../src/preprocess/encoder.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { numeric } from "../certify/handMade.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { numberedFrom, refusal } from "../support/synthetic.ts";

const category = (name: string, categories: string[], more: Partial<EncodedColumn> = {}): EncodedColumn =>
  ({ name, kind: "categorical", varies: true, missing: false, categories, ...more }) as EncodedColumn;
const truth = (name: string, more: Partial<EncodedColumn> = {}): EncodedColumn =>
  ({ name, kind: "boolean", varies: true, missing: false, ...more }) as EncodedColumn;

const columns: EncodedColumn[] = [
  category("colour", ["red", "green", "blue"], { missing: true }),
  numeric("size", { mean: 3, std: 0.7 }),
  truth("wet", { missing: true }),
  numeric("count", { mean: 1, std: 2, integer: true, missing: true }),
  category("shape", ["round", "square"]),
  numeric("same", { varies: false, missing: true }),
  numeric("age", { mean: -4, std: 3 }),
];
const encoder: Encoder = { unseen: "zeros", columns };

const encodedOf = (row: Row) => encodedMatrix(encoder, frameFrom([row]), Int32Array.of(0));

/** The regions of a row that is the second of a table. */
function regions(row: Row, moves: Moves) {
  const frame = frameFrom([{ ...row, size: 99 }, row]);
  return regionsOf(placeColumns(encoder, frame), 1, encodedOf(row), moves);
}

const row: Row = { colour: "green", size: 2, wet: "no", count: 5, shape: "square", same: 1, age: 10 };
const anything: Moves = {
  move: {
    colour: "any",
    size: { by: 0.5 },
    wet: "any",
    count: { by: 1.5 },
    shape: "any",
    age: { percent: 10 },
  },
};

describe("The regions of a row", () => {
  test("are one for each combination of categories and truths, the row's own first", () => {
    const found = regions(row, anything);
    expect(found).toHaveLength(3 * 2 * 2);
    const centres = found.map(({ box }) => [...box.centre]);
    expect(centres[0]).toEqual([...encodedOf(row)]);
    const expected = ["red", "green", "blue"].flatMap((colour) =>
      [true, false].flatMap((wet) =>
        ["round", "square"].map((shape) => [...encodedOf({ ...row, colour, wet, shape })]),
      ),
    );
    expect(centres.map(String).sort()).toEqual(expected.map(String).sort());
  });

  test("are left to numbers of few digits where float32 takes them for the same", () => {
    const [{ nearest }] = regions({ ...row, size: 2.4 }, { move: { size: { by: 0.5 } } });
    const point = Float64Array.from(encodedOf({ ...row, size: 2.7 }));
    const { x, row: changes } = nearest(point)!;
    expect(changes.get("size")).toBe(2.7);
    expect(x[4]).toBe(point[4]);
    // Of an end no shorter number is within reach.
    point[4] += 9;
    expect(nearest(point)!.row.get("size")).toBeLessThanOrEqual(2.9);
  });

  test("are bounded by the ends of what may move, of whole numbers by whole ones, and by nothing else", () => {
    for (const { box } of regions(row, anything)) {
      const place = { size: 4, count: 7, age: 12 };
      const ends = (name: keyof typeof place, low: number, high: number) => {
        const column = columns.find((one) => one.name === name) as ReturnType<typeof numeric>;
        const at = (x: number) => (x - column.mean) / column.std;
        expect(box.lower[place[name]]).toBeCloseTo(at(low), 5);
        expect(box.upper[place[name]]).toBeCloseTo(at(high), 5);
      };
      ends("size", 1.5, 2.5);
      ends("count", 4, 6);
      ends("age", 9, 11);
      box.centre.forEach((value, j) => {
        if (Object.values(place).includes(j)) return;
        expect([box.lower[j], box.upper[j]]).toEqual([value, value]);
      });
    }
  });

  test("hold every row within reach, and say of each point a row within reach that is encoded nearest to it", () => {
    const random = createRandom(3);
    const found = regions(row, anything);
    const isWithin = (x: ArrayLike<number>, { box }: (typeof found)[number]) =>
      Array.from(x).every((value, j) => box.lower[j] <= value && value <= box.upper[j]);
    const oneOf = <T>(options: readonly T[]) => options[Math.floor(options.length * random.next())];
    for (let trial = 0; trial < 500; trial++) {
      const moved: Row = {
        ...row,
        colour: oneOf(["red", "green", "blue"]),
        wet: oneOf([true, false]),
        shape: oneOf(["round", "square"]),
        size: oneOf([1.5, 2.5, 2, 1.5 + random.next()]),
        count: oneOf([4, 5, 6]),
        age: oneOf([9, 11, 10, 9 + 2 * random.next()]),
      };
      const x = encodedOf(moved);
      const [region, ...others] = found.filter((one) => isWithin(x, one));
      expect(others).toEqual([]);
      const reached = region.nearest(Float64Array.from(x))!;
      // Asked for a point that stands for a row, it tells that row.
      expect([...reached.x].map(Math.fround)).toEqual([...x]);
      expect([...encodedOf({ ...row, ...Object.fromEntries(reached.row) })]).toEqual([...x]);
      const changed = Object.keys(moved).filter(
        (name) => moved[name] !== (name === "wet" ? false : row[name]),
      );
      expect([...reached.row.keys()].sort()).toEqual(changed.sort());
    }
  });

  test("leave what is missing, does not vary or is no number as it is", () => {
    const only = (changes: Row, moves: Moves) => {
      const given = { ...row, ...changes };
      const found = regions(given, moves);
      expect(found).toHaveLength(1);
      const own = [...encodedOf(given)];
      expect([...found[0].box.lower]).toEqual(own);
      expect([...found[0].box.upper]).toEqual(own);
      const far = Float64Array.from(own, (value) => value + 1);
      expect(found[0].nearest(far)).toEqual({ x: Float64Array.from(own), row: new Map() });
    };
    only({}, {});
    only({ colour: null }, { move: { colour: "any" } });
    only({ wet: "" }, { move: { wet: "any" } });
    only({ size: Number.NaN }, { move: { size: { by: 3 } } });
    only({ same: 4 }, { move: { same: { by: 3 } } });
    only({}, { radius: 1, fixed: ["size", "count", "age", "same"] });
    only({}, { move: { size: { by: 0 }, age: { percent: 0 } } });
    only({ age: 0 }, { move: { age: { percent: 50 } } });
  });

  test("of a category that is new to the model are all known ones besides itself", () => {
    const found = regions({ ...row, colour: "violet" }, { move: { colour: "any" } });
    const colours = found.map(({ box }) => [...box.centre.subarray(0, 3)]);
    expect(colours).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const told = found.map(({ box, nearest }) => [...nearest(box.centre)!.row]);
    expect(told).toEqual([[], [["colour", "red"]], [["colour", "green"]], [["colour", "blue"]]]);
  });

  test("hold no row with an infinite number, however far numbers may move", () => {
    const [{ box, nearest }] = regions(row, { radius: Number.POSITIVE_INFINITY, fixed: ["count", "age"] });
    expect([box.lower[4], box.upper[4]]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    const point = box.centre.slice();
    point[4] = 1e300;
    expect(nearest(point)!.row).toEqual(new Map());
    point[4] = 1e30;
    expect([...nearest(point)!.row.keys()]).toEqual(["size"]);
  });
});

test("Up to 4,096 combinations of categories are looked at, and more are refused with the columns' names and the row's number", async () => {
  const given = (count: number) => {
    const names = Array.from({ length: count }, (_, k) => `t${k}`);
    const frame = numberedFrom(2, frameFrom(Object.fromEntries(names.map((name) => [name, [null, true]]))));
    const move = Object.fromEntries(names.map((name) => [name, "any" as const]));
    const truths: Encoder = { unseen: "zeros", columns: names.map((name) => truth(name)) };
    return regionsOf(placeColumns(truths, frame), 1, new Float32Array(count).fill(1), { move });
  };
  expect(given(12)).toHaveLength(4096);
  expect(await refusal(() => given(13))).toMatch(
    /^The values of "t0", "t1", .*, "t12" can be combined in 8,192 ways from row 3, and at most 4,096 can be looked at/,
  );
});

describe("Categories beyond the most frequent ones", () => {
  const column = category("colour", ["any other", "red"], { other: true } as object);
  const many: Encoder = { unseen: "zeros", columns: [column] };
  const regionsFrom = (colour: string) => {
    const frame = frameFrom({ colour: [colour] });
    const x = encodedMatrix(many, frame, Int32Array.of(0));
    return { x, found: regionsOf(placeColumns(many, frame), 0, x, { move: { colour: "any" } }) };
  };

  test.each(["red", "any other", "violet"])(
    "are one more that %s may become, by a name that is none of the others",
    (own) => {
      const { x, found } = regionsFrom(own);
      expect(found).toHaveLength(3);
      expect([...found[0].box.centre]).toEqual([...x]);
      const told = found.map(({ box, nearest }) => {
        const colour = nearest(box.centre)!.row.get("colour") ?? own;
        expect([...encodedMatrix(many, frameFrom({ colour: [colour] }), Int32Array.of(0))]).toEqual([
          ...box.centre,
        ]);
        return colour;
      });
      expect(new Set(told)).toEqual(
        new Set(["red", "any other", own === "violet" ? "violet" : "any other one"]),
      );
    },
  );

  test("are all the same to a row that is one of them, so that none of them is a change", () => {
    const { found } = regionsFrom("violet");
    expect([...found[0].nearest(found[0].box.centre)!.row]).toEqual([]);
    expect([...found[0].box.centre]).toEqual([0, 0, 1]);
  });
});

describe("Numbers that are clipped", () => {
  const clipped = { mean: 3, std: 0.7, clip: 10 };

  test("never become less as they grow", () => {
    const random = createRandom(8);
    const numbers = Array.from(
      { length: 2000 },
      () => 3 + 20 * (random.next() - 0.5) * 10 ** (4 * random.next() - 2),
    );
    numbers.push(Number.NEGATIVE_INFINITY, -1e308, -4, 10, 10 - 1e-9, 1e308, Number.POSITIVE_INFINITY);
    const encodings = Array.from(Float64Array.from(numbers).sort(), (x) => standardize(clipped, x));
    encodings.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(encodings[Math.max(i - 1, 0)]);
    });
    expect([encodings[0], encodings[encodings.length - 1]]).toEqual([-10, 10]);
    expect(new Set(encodings).size).toBeGreaterThan(500);
  });

  test("stay in their box wherever they move, and are said to move only where their inputs do", () => {
    const encoder: Encoder = { unseen: "zeros", columns: [numeric("size", clipped)] };
    const random = createRandom(9);
    const at = (size: number) => encodedMatrix(encoder, frameFrom({ size: [size] }), Int32Array.of(0))[0];
    for (const own of [3, 9.9, 10.05, 5000, -4, -1e6]) {
      for (const by of [0.01, 1, 8, 1e5]) {
        const frame = frameFrom({ size: [own] });
        const [{ box, nearest }] = regionsOf(placeColumns(encoder, frame), 0, Float32Array.of(at(own)), {
          move: { size: { by } },
        });
        expect(box.lower[0]).toBeGreaterThanOrEqual(-10);
        expect(box.upper[0]).toBeLessThanOrEqual(10);
        for (let k = 0; k < 100; k++) {
          const moved = own + by * [1, -1, 2 * random.next() - 1][k % 3];
          expect(at(moved)).toBeGreaterThanOrEqual(box.lower[0]);
          expect(at(moved)).toBeLessThanOrEqual(box.upper[0]);
          const { x, row } = nearest(Float64Array.of(at(moved)))!;
          const size = row.get("size") as number | undefined;
          expect(Math.fround(x[0])).toBe(at(size ?? own));
          if (size === undefined) expect(at(moved)).toBeCloseTo(at(own), 5);
          else expect(Math.abs(size - own)).toBeLessThanOrEqual(by * (1 + 1e-12));
        }
      }
    }
  });
});
