import { describe, expect, test } from "vitest";
import { expandingWindow, lastInTime } from "../../src/tables/timeSplits.ts";

const timesOf = (rows: Int32Array, times: Float64Array) => Array.from(rows, (row) => times[row]);

describe("An expanding window", () => {
  // 101 rows in no order, of 101 different times.
  const times = Float64Array.from({ length: 101 }, (_, i) => (37 * i) % 101);

  test("tests each part after training on all that came before", () => {
    const splits = expandingWindow(times, 4);
    expect(splits.map(({ train, test }) => [train.length, test.length])).toEqual([
      [20, 20],
      [40, 21],
      [61, 20],
      [81, 20],
    ]);
    let before: number[] = timesOf(splits[0].train, times);
    for (const { train, test } of splits) {
      expect([...train]).toEqual([...train].sort((a, b) => a - b));
      expect(new Set(timesOf(train, times))).toEqual(new Set(before));
      expect(Math.max(...timesOf(train, times))).toBeLessThan(Math.min(...timesOf(test, times)));
      before = [...before, ...timesOf(test, times)];
    }
    expect(before.length).toBe(101);
  });

  test("tears no rows of one time apart, however many there are", () => {
    const tied = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 2, 3, 3);
    const splits = expandingWindow(tied, 2);
    expect(splits.map(({ train, test }) => [train.length, test.length])).toEqual([
      [7, 1],
      [8, 2],
    ]);
    // The share would fall among the last ones, of which none could be tested then.
    expect(
      expandingWindow(Float64Array.of(1, 2, 3, 3, 3, 3, 3, 3), 2).map(({ test }) => test.length),
    ).toEqual([1, 6]);
  });

  test("is refused where there are not as many times", () => {
    expect(() => expandingWindow(Float64Array.of(1, 2, 2), 2)).toThrow(
      "The rows have 2 different times, and 2 splits in time need at least 3.",
    );
    expect(() => expandingWindow(times, 0)).toThrow("a whole number of at least 1, but 0 was given");
  });
});

describe("The last rows in time", () => {
  test("are about the share, and later than all others", () => {
    const times = Float64Array.of(5, 1, 4, 2, 3, 9, 8, 7, 6, 10);
    expect(lastInTime(times, 0.2)).toEqual({
      train: Int32Array.of(0, 1, 2, 3, 4, 6, 7, 8),
      test: Int32Array.of(5, 9),
    });
    expect(lastInTime(Float64Array.of(1, 2, 2, 2, 2), 0.2).test.length).toBe(4);
  });

  test("are refused where all have one time", () => {
    expect(() => lastInTime(Float64Array.of(3, 3), 0.5)).toThrow(
      "The rows have one time, and a split in time needs at least 2.",
    );
  });
});
