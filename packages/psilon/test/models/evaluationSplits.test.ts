import { describe, expect, test } from "vitest";
import { runBaselineJob } from "../../src/fit/baselineJob.ts";
import type { BaselineRunner } from "../../src/fit/runner.ts";
import { evaluationSplits, holdoutRows } from "../../src/models/evaluationSplits.ts";
import { scoreBaselines } from "../../src/models/scoreBaselines.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const count = 200;
/** One row in twenty is rare, all of them at the end. */
const table = frameFrom({
  x: Array.from({ length: count }, (_, i) => i),
  day: Array.from({ length: count }, (_, i) => (i * 7) % count),
  customer: Array.from({ length: count }, (_, i) => `c${i % 40}`),
  y: Array.from({ length: count }, (_, i) => (i < 190 ? "common" : "rare")),
});
const rareIn = (rows: Int32Array) => rows.filter((row) => row >= 190).length;

describe("test rows", () => {
  test("have the classes' shares, of a fifth as of folds", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { train, test } = holdoutRows(table, "y", { seed }, 0.2);
      expect([rareIn(test), rareIn(train), test.length]).toEqual([2, 8, 40]);
      for (const fold of evaluationSplits(table, "y", { seed })) expect(rareIn(fold.test)).toBe(2);
    }
  });

  test("that are given must have one with a target, and leave one to train on", () => {
    const half = frameFrom({ x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, null, null, null] });
    const given = (...testRows: number[][]) => evaluationSplits(half, "y", { testRows });
    expect(() => given([0, 3], [3, 4])).toThrow(
      "Split 2 tests no row of the given columns that has a value to predict (y); fill one in, or give it other test rows.",
    );
    expect(() => given([0, 1, 2])).toThrow("Split 1 trains on no row");
    expect(given([0, 3])).toEqual([{ train: Int32Array.of(1, 2), test: Int32Array.of(0) }]);
  });

  test("are drawn anew by repeats, of which the first is the one alone", () => {
    const once = evaluationSplits(table, "y", { folds: 4 });
    const thrice = evaluationSplits(table, "y", { folds: 4, repeats: 3 });
    expect(thrice).toHaveLength(12);
    expect(thrice.slice(0, 4)).toEqual(once);
    for (const repeat of [1, 2]) {
      const own = thrice.slice(4 * repeat, 4 * repeat + 4);
      expect(own).not.toEqual(once);
      expect(own.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
    }
    expect(thrice.slice(4, 8)).not.toEqual(thrice.slice(8));
  });

  test("are of whole groups, or later than what is trained on, also where a part is held out once", () => {
    const groups = "customer";
    const folds = evaluationSplits(table, "x", { groups });
    for (const { train, test } of [...folds, holdoutRows(table, "x", { groups }, 0.2)]) {
      const known = new Set(Array.from(train, (row) => row % 40));
      expect([...test].filter((row) => known.has(row % 40))).toEqual([]);
      expect(test.length).toBe(40);
    }
    const timeColumn = "day";
    const windows = evaluationSplits(table, "x", { timeColumn, folds: 4 });
    const held = holdoutRows(table, "x", { timeColumn }, 0.2);
    const days = (rows: Int32Array) => Array.from(rows, (row) => (row * 7) % count);
    for (const { train, test } of [...windows, held]) {
      expect(Math.max(...days(train))).toBeLessThan(Math.min(...days(test)));
    }
    expect(windows.map(({ train }) => train.length)).toEqual([40, 80, 120, 160]);
  });

  test("of a row that stands there twice are all of its copies", () => {
    const rows = Int32Array.from({ length: 60 }, (_, i) => Math.floor(i / 3));
    for (const { train, test } of evaluationSplits(table, "x", { rows, folds: 3 })) {
      expect(train.length + test.length).toBe(60);
      expect([...test].some((row) => train.includes(row))).toBe(false);
    }
  });
});

describe("splits are refused", () => {
  test("where a class would be tested and not trained, or trained on too few rows", () => {
    const days = Array.from({ length: 12 }, (_, i) => i);
    const late = frameFrom({ day: days, x: days, y: [..."ababababab", "c", "c"] });
    const windows = (folds: number) => () => evaluationSplits(late, "y", { timeColumn: "day", folds });
    expect(windows(1)).toThrow(
      'Window 1 of 1 tests row 11 of the given columns, of the class "c", but trains on no row of that class; merge it with another, or take fewer folds.',
    );
    expect(windows(2)).toThrow(
      'Window 1 of 2 trains on no row of the class "c", and a class needs at least two; merge it with another, or leave its rows out.',
    );
    expect(windows(5)).toThrow('Window 1 of 5 trains on one row of the class "a"');
    const groups = frameFrom({ g: [1, 1, 2, 2, 3, 3], x: [1, 2, 3, 4, 5, 6], y: [..."aabbcc"] });
    expect(() => evaluationSplits(groups, "y", { groups: "g", folds: 3 })).toThrow(
      /^Fold \d of 3 tests row \d of the given columns, of the class "[abc]", but trains on no row of that class; merge it with another, or take fewer folds\.$/,
    );
  });

  test("where two ways to split are asked for", () => {
    const testRows = [[0]];
    expect(() => evaluationSplits(table, "y", { testRows, folds: 3 })).toThrow(
      "Test rows were given, and the number of folds to draw as well; leave one of them out.",
    );
    expect(() => evaluationSplits(table, "y", { testRows, repeats: 3 })).toThrow("the number of repeats");
    expect(() => evaluationSplits(table, "y", { timeColumn: "day", repeats: 2 })).toThrow(
      'There is one way to split rows by the times of "day", which 2 repeats would only repeat; leave the repeats out.',
    );
    expect(() => evaluationSplits(table, "y", { groups: "customer", timeColumn: "day" })).toThrow(
      "name one of the two columns",
    );
    expect(() => evaluationSplits(table, "y", { testRows: null as never })).toThrow(
      "Splits are given as a list of lists of test rows, with one list at least.",
    );
    expect(() => evaluationSplits(table, "y", { seed: null as never })).toThrow("The seed is a whole number");
    expect(() => evaluationSplits(table, "y", { folds: 1 })).toThrow("a whole number from 2");
    expect(() => evaluationSplits(table, "y", { repeats: 0 })).toThrow(
      "The number of repeats is a whole number",
    );
    expect(() => evaluationSplits(table, "y", { groups: "customer", folds: 41 })).toThrow(
      "groups, 40, but 41",
    );
  });
});

test("what a model must beat knows the train part alone, in one table as in two", async () => {
  const line = (rows: number, offset: number) =>
    frameFrom({
      x: Array.from({ length: rows }, (_, i) => i % 20),
      y: Array.from({ length: rows }, (_, i) => (i % 20) + (i < 40 ? 0 : offset)),
    });
  const [train, test] = [
    Int32Array.from({ length: 40 }, (_, i) => i),
    Int32Array.from({ length: 20 }, (_, i) => 40 + i),
  ];
  const both = line(60, 1000);
  const options = { lambda: 1e-3, width: 4, epochs: 2, preset: "fast", backend: "wasm" } as const;
  const model = await trainModel(both, "y", { ...options, rows: train });
  const run: BaselineRunner = (jobs) => Promise.all(jobs.map((job) => runBaselineJob(job)));
  const { signal } = new AbortController();
  const parts = [
    { train: { frame: both, rows: train }, test: { frame: both, rows: test } },
    {
      train: { frame: line(40, 0), rows: train },
      test: { frame: both, rows: test },
    },
  ];
  for (const part of parts) {
    const { constant, linear } = await scoreBaselines(model, part.train, part.test, { run, signal });
    expect(constant).toMatchObject({ mae: expect.closeTo(1000, 6) });
    expect(linear).toMatchObject({ mae: expect.closeTo(1000, 3) });
  }
});
