import { expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { allRows } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { groupFolds } from "../../src/tables/groupSplits.ts";
import { rowSplitter, type SplitColumns } from "../../src/tables/rowSplitter.ts";
import { kFolds } from "../../src/tables/splits.ts";
import { lastInTime } from "../../src/tables/timeSplits.ts";

const table = frameFrom({
  customer: ["b", "a", "b", "c", "a", "c", "d", "d"],
  day: [3, 1, 2, 4, 8, 5, 7, 6],
  when: [1, 2, 3, 4, 5, 6, 7, 8].map((day) => new Date(Date.UTC(2024, 0, day))),
  gappy: [1, 2, null, 4, 5, 6, 7, 8],
  flag: [true, false, true, false, true, false, true, false],
});
const splitter = (columns: SplitColumns, rows = allRows(table)) =>
  rowSplitter(table, rows, undefined, columns, createRandom(1));

test("Rows are split at random, by the groups of a column, or by the times of one", () => {
  expect(splitter({}).folds(3)).toEqual(kFolds(8, 3, createRandom(1)));
  const codes = Int32Array.of(0, 1, 0, 2, 1, 2, 3, 3);
  expect(splitter({ groups: "customer" }).folds(2)).toEqual(groupFolds(codes, 2, createRandom(1)));
  expect(splitter({ groups: "customer" }).most).toBe(4);
  expect(splitter({ timeColumn: "when" }).holdout(0.25).test).toEqual(Int32Array.of(6, 7));
  // Places among the rows, not rows.
  const some = Int32Array.of(0, 3, 4, 6);
  expect(splitter({ timeColumn: "day" }, some).holdout(0.5)).toEqual(
    lastInTime(Float64Array.of(3, 4, 8, 7), 0.5),
  );
});

test.each<[string, SplitColumns, string]>([
  [
    "a column that is not there",
    { groups: "custmer" },
    'There is no column "custmer" in the given columns; did you mean "customer"?',
  ],
  [
    "a cell that is empty",
    { timeColumn: "gappy" },
    'Column "gappy" is to tell when a row was, but has no value in row 3 of the given columns; fill it in, or leave the row out.',
  ],
  [
    "times that are none",
    { timeColumn: "customer" },
    'Column "customer" of the given columns is to tell when a row was, but holds text, neither numbers nor dates; write dates as 2024-03-15, or name another column.',
  ],
  ["truths for times", { timeColumn: "flag" }, "holds truths"],
  [
    "groups and times at once",
    { groups: "customer", timeColumn: "day" },
    'Rows cannot be held out both by the groups of "customer" and by the times of "day"; name one of the two columns.',
  ],
])("Splits are refused by %s", (_, columns, sentence) => {
  expect(() => splitter(columns)).toThrow(sentence);
});

test("An empty cell does not matter in a row that is not split", () => {
  expect(splitter({ timeColumn: "gappy" }, Int32Array.of(0, 1, 5)).most).toBe(3);
});
