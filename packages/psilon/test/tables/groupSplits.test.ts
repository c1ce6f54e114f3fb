import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { groupFolds, groupHoldout } from "../../src/tables/groupSplits.ts";

/** Groups of these sizes, their rows scattered over the table. */
function scattered(sizes: readonly number[]): Int32Array {
  const groups = sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, i) => ({ group, at: i / size })),
  );
  return Int32Array.from(
    groups.sort((a, b) => a.at - b.at || a.group - b.group),
    ({ group }) => group,
  );
}

const groupsIn = (rows: Int32Array, groups: Int32Array) => new Set(Array.from(rows, (row) => groups[row]));

describe("Folds of groups", () => {
  const groups = scattered([40, 25, 20, 12, 9, 7, 7, 5, 3, 2, 2, 1, 1, 1]);

  test("test every row once, and no group is on both sides", () => {
    for (let seed = 0; seed < 20; seed++) {
      const folds = groupFolds(groups, 4, createRandom(seed));
      const tested = folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b);
      expect(tested).toEqual([...groups.keys()]);
      for (const { train, test } of folds) {
        expect(train.length + test.length).toBe(groups.length);
        const known = groupsIn(train, groups);
        expect([...groupsIn(test, groups)].filter((group) => known.has(group))).toEqual([]);
      }
    }
  });

  test("are about equally large, and drawn anew with another seed", () => {
    const even = scattered(Array.from({ length: 60 }, (_, group) => 1 + (group % 9)));
    const drawn = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const sizes = groupFolds(even, 5, createRandom(seed)).map(({ test }) => test.length);
      // 293 rows.
      for (const size of sizes) expect(Math.abs(size - 58.6)).toBeLessThan(3);
      drawn.add(groupFolds(even, 5, createRandom(seed))[0].test.join());
    }
    expect(drawn.size).toBe(20);
  });

  test("have the classes' shares as far as groups allow", () => {
    const even = scattered(new Array<number>(60).fill(5));
    // One group in ten is rare, whole.
    const labels = even.map((group) => (group % 10 === 0 ? 1 : 0));
    for (let seed = 0; seed < 20; seed++) {
      for (const { test } of groupFolds(even, 3, createRandom(seed), labels)) {
        expect(test.length).toBe(100);
        expect(test.filter((row) => labels[row] === 1).length).toBe(10);
      }
    }
  });

  test("are refused where there are fewer groups", () => {
    expect(() => groupFolds(Int32Array.of(0, 1, 1, 2), 4, createRandom(1))).toThrow(
      "The number of folds is a whole number from 2 to the number of groups, 3, but 4 was given.",
    );
  });
});

describe("Groups held out", () => {
  test("have about the share of the rows, and at least one group is on either side", () => {
    const groups = scattered([30, 20, 10, 10, 10, 5, 5, 5, 5]);
    for (let seed = 0; seed < 20; seed++) {
      const { train, test } = groupHoldout(groups, 0.2, createRandom(seed));
      expect(Math.abs(test.length - 20)).toBeLessThanOrEqual(5);
      const known = groupsIn(train, groups);
      expect([...groupsIn(test, groups)].some((group) => known.has(group))).toBe(false);
      expect(groupHoldout(groups, 0.001, createRandom(seed)).test.length).toBeGreaterThan(0);
      expect(groupHoldout(groups, 0.999, createRandom(seed)).train.length).toBeGreaterThan(0);
    }
  });

  test("are refused where all rows are of one", () => {
    expect(() => groupHoldout(Int32Array.of(0, 0), 0.5, createRandom(1))).toThrow(
      "The rows to split are of a single group, and a split needs at least 2; split them without groups, or add rows of others.",
    );
  });
});
