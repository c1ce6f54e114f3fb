import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import {
  holdout,
  kFolds,
  pick,
  type Split,
  splitCopies,
  splitsFromTestRows,
} from "../../src/tables/splits.ts";

const count = (rows: Int32Array, labels: Int32Array, label: number) =>
  rows.filter((row) => labels[row] === label).length;

/** Both parts ascend and together are every row once. */
function expectPartition({ train, test }: Split, n: number): void {
  expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  for (const part of [train, test]) expect([...part]).toEqual([...part].sort((a, b) => a - b));
}

describe("holdout", () => {
  test("sets the asked share aside, the same for the same seed", () => {
    const split = holdout(103, 0.2, createRandom(1));
    expectPartition(split, 103);
    expect(split.test.length).toBe(21);
    expect(holdout(103, 0.2, createRandom(1))).toEqual(split);
    expect(holdout(103, 0.2, createRandom(2))).not.toEqual(split);
  });

  test("draws every row equally often", () => {
    const random = createRandom(4);
    const drawn = new Array<number>(10).fill(0);
    for (let i = 0; i < 5000; i++) for (const row of holdout(10, 0.3, random).test) drawn[row]++;
    // Each 1500 ± 32; five deviations.
    for (const times of drawn) expect(Math.abs(times - 1500)).toBeLessThan(160);
  });

  test("keeps a row on either side", () => {
    expect(holdout(2, 0.01, createRandom(1)).test.length).toBe(1);
    expect(holdout(2, 0.99, createRandom(1)).train.length).toBe(1);
  });

  test("with labels, keeps the classes' shares, and every class in the train part", () => {
    const labels = Int32Array.from({ length: 200 }, (_, i) => (i < 150 ? 0 : i < 198 ? 1 : 2));
    for (let seed = 0; seed < 30; seed++) {
      const split = holdout(200, 0.2, createRandom(seed), labels);
      expectPartition(split, 200);
      expect(split.test.length).toBe(40);
      expect(Math.abs(count(split.test, labels, 0) - 30)).toBeLessThanOrEqual(1);
      expect(Math.abs(count(split.test, labels, 1) - 9.6)).toBeLessThan(1.5);
      expect(count(split.train, labels, 2)).toBeGreaterThanOrEqual(1);
      const most = holdout(200, 0.97, createRandom(seed), labels);
      for (const label of [0, 1, 2]) expect(count(most.train, labels, label)).toBeGreaterThanOrEqual(1);
    }
  });

  test("refuses what cannot be split", () => {
    expect(() => holdout(1, 0.5, createRandom(1))).toThrow("There is 1 row");
    for (const fraction of [0, 1, -1, Number.NaN]) {
      expect(() => holdout(9, fraction, createRandom(1))).toThrow(`but ${fraction} was given`);
    }
    expect(() => holdout(2, 0.5, createRandom(1), Int32Array.of(0, 1))).toThrow("single row");
  });

  test("with labels, keeps a class of two rows for training, which takes two", () => {
    const labels = Int32Array.from({ length: 30 }, (_, i) => (i === 4 || i === 21 ? 1 : 0));
    for (let seed = 0; seed < 50; seed++) {
      const { train, test } = holdout(30, 0.2, createRandom(seed), labels);
      expect(test.length).toBe(6);
      expect(count(train, labels, 1)).toBe(2);
    }
  });
});

describe("kFolds", () => {
  test("test every row once, in parts whose sizes differ by at most one", () => {
    const folds = kFolds(103, 5, createRandom(1));
    for (const fold of folds) expectPartition(fold, 103);
    expect(folds.map((fold) => fold.test.length).sort()).toEqual([20, 20, 21, 21, 21]);
    expect(folds.flatMap((fold) => [...fold.test]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 103 }, (_, i) => i),
    );
    expect(kFolds(103, 5, createRandom(1))).toEqual(folds);
  });

  test("with labels, deal each class out to within a row, whatever the order of the table", () => {
    const labels = Int32Array.from({ length: 97 }, (_, i) => (i % 11 === 0 ? 2 : i % 3 === 0 ? 1 : 0));
    for (const fold of kFolds(97, 4, createRandom(3), labels)) {
      for (const label of [0, 1, 2]) {
        const exact = labels.filter((one) => one === label).length / 4;
        expect(Math.abs(count(fold.test, labels, label) - exact)).toBeLessThan(1);
      }
    }
  });

  test("leave a class of two rows in every train part", () => {
    const labels = Int32Array.of(0, 0, 0, 1, 1, 0, 0, 0);
    for (const fold of kFolds(8, 2, createRandom(1), labels)) expect(count(fold.train, labels, 1)).toBe(1);
  });

  test("refuse fewer than 2 folds and more than rows", () => {
    for (const k of [1, 2.5, 6]) expect(() => kFolds(5, k, createRandom(1))).toThrow(`but ${k} was given`);
  });
});

describe("splitsFromTestRows", () => {
  test("takes the named rows for testing and the others for training", () => {
    expect(splitsFromTestRows(5, [[3, 1], [0]])).toEqual([
      { train: Int32Array.of(0, 2, 4), test: Int32Array.of(1, 3) },
      { train: Int32Array.of(1, 2, 3, 4), test: Int32Array.of(0) },
    ]);
  });

  test("refuses rows that are not there or named twice, and empty parts, naming the split", () => {
    expect(() => splitsFromTestRows(5, [[0], [5]])).toThrow(
      "Split 2 names the test row 5, but the rows are numbered from 0 to 4.",
    );
    expect(() => splitsFromTestRows(5, [[-1]])).toThrow("Split 1 names the test row -1");
    expect(() => splitsFromTestRows(5, [[0.5]])).toThrow("Split 1 names the test row 0.5");
    expect(() => splitsFromTestRows(5, [[1, 1]])).toThrow("Split 1 names the test row 1 twice.");
    expect(() => splitsFromTestRows(5, [[]])).toThrow("Split 1 has no test rows.");
    expect(() => splitsFromTestRows(2, [[0, 1]])).toThrow("none to train on");
    for (const bad of [[], [3], "test", null]) {
      expect(() => splitsFromTestRows(2, bad as never)).toThrow("list of lists");
    }
  });
});

test("pick leads from places in a part to rows of the table", () => {
  expect(pick(Int32Array.of(10, 20, 30), Int32Array.of(2, 0))).toEqual(Int32Array.of(30, 10));
});

describe("With labels, in every small case", () => {
  /** Every way to give n rows up to three labels. */
  const labelings = (n: number) =>
    Array.from({ length: 3 ** n }, (_, code) =>
      Int32Array.from({ length: n }, (_, i) => Math.floor(code / 3 ** i) % 3),
    );

  test("holdout keeps a row of each class, and both of a class of two where a class of three or more has others", () => {
    for (const n of [3, 4, 5, 6]) {
      for (const labels of labelings(n)) {
        const sizes = [0, 1, 2].map((label) => labels.filter((one) => one === label).length);
        if (Math.max(...sizes) === 1) continue;
        const isKept = (size: number) => (size === 2 && sizes.some((one) => one > 2) ? 2 : Math.min(size, 1));
        const free = sizes.reduce((sum, size) => sum + size - isKept(size), 0);
        for (const fraction of [0.01, 0.5, 0.99]) {
          const split = holdout(n, fraction, createRandom(n), labels);
          expectPartition(split, n);
          sizes.forEach((size, label) => {
            expect(count(split.train, labels, label)).toBeGreaterThanOrEqual(isKept(size));
          });
          expect(split.test.length).toBe(Math.min(Math.max(1, Math.round(fraction * n)), free));
        }
      }
    }
  });

  test("splits do not depend on how the table is sorted, of classes of any size", () => {
    for (const labels of [
      Int32Array.of(2, 2, 0, 0, 0, 0, 1, 1, 1, 1),
      Int32Array.of(1, 0, 1, 0, 1, 1, 2, 2, 0, 0),
    ]) {
      const sizesOf = (split: Split) => [0, 1, 2].map((label) => count(split.test, labels, label));
      const turned = labels.toReversed();
      const turnedSizes = (split: Split) => [0, 1, 2].map((label) => count(split.test, turned, label));
      for (let seed = 0; seed < 20; seed++) {
        expect(sizesOf(holdout(10, 0.3, createRandom(seed), labels))).toEqual(
          turnedSizes(holdout(10, 0.3, createRandom(seed), turned)),
        );
        expect(kFolds(10, 3, createRandom(seed), labels).map(sizesOf)).toEqual(
          kFolds(10, 3, createRandom(seed), turned).map(turnedSizes),
        );
      }
    }
  });

  test("every row that may be held out is, for some seed", () => {
    const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 1, 2);
    const seen = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      for (const row of holdout(8, 0.25, createRandom(seed), labels).test) seen.add(row);
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

test("Splits of no rows at all are refused in words", () => {
  expect(() => holdout(0, 0.5, createRandom(1))).toThrow("There are no rows, and a split needs at least 2.");
  expect(() => kFolds(1, 2, createRandom(1))).toThrow("from 2 to the number of rows, 1, but 2 was given");
  expect(kFolds(2, 2, createRandom(1)).map(({ test }) => test.length)).toEqual([1, 1]);
  expect(() => splitsFromTestRows(3, [[0], 1] as never)).toThrow("list of lists");
  expect(splitsFromTestRows(3, [[0, 1]])[0].train).toEqual(Int32Array.of(2));
});

test("Copies of a row are in one part, and the different rows are split as if they stood there once", () => {
  const rows = Int32Array.of(0, 0, 3, 4, 4, 4, 7, 9, 9);
  const labels = rows.map((row) => row % 2);
  const asked: unknown[] = [];
  const splits = splitCopies(rows, labels, (some, own) => {
    asked.push(some, own);
    return kFolds(some.length, 2, createRandom(1));
  });
  const different = [0, 3, 4, 7, 9];
  expect(asked).toEqual([Int32Array.from(different), Int32Array.of(0, 1, 0, 1, 1)]);
  kFolds(5, 2, createRandom(1)).forEach((fold, k) => {
    expectPartition(splits[k], 9);
    const tested = new Set(Array.from(fold.test, (place) => different[place]));
    expect(new Set(pick(rows, splits[k].test))).toEqual(tested);
    expect([...pick(rows, splits[k].train)].some((row) => tested.has(row))).toBe(false);
  });
  const [window] = splitCopies(rows, undefined, (_, own) => {
    expect(own).toBeUndefined();
    return [{ train: Int32Array.of(0, 2), test: Int32Array.of(1) }];
  });
  expect(window).toEqual({ train: Int32Array.of(0, 1, 3, 4, 5), test: Int32Array.of(2) });
});
