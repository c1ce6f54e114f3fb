import { expect, test } from "vitest";
import { datesAt } from "../../src/preprocess/datesAt.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { asFile } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";

const columnOf = (x: readonly unknown[]) => asFile(frameFrom({ x })).columns[0];

test("The dates at some rows are days since 1970, and no number where one is missing", () => {
  const dates = columnOf(["1970-01-02", null, "1969-12-31 12:00"]);
  expect([...datesAt(dates, Int32Array.of(2, 1, 0, 2))]).toEqual([-0.5, Number.NaN, 1, -0.5]);
  for (const none of [
    [null, null],
    ["", "a"],
    [null, 3],
    [null, true],
  ]) {
    expect([...datesAt(columnOf(none), Int32Array.of(0))]).toEqual([Number.NaN]);
  }
});

test("Where text keeps a column from being dates, the text is named, not the first date", async () => {
  for (const cells of [
    ["2024-07-01", null, "soon", "2024-07-02"],
    ["01.07.2024", "01.07.2024", "soon", "13.07.2024", "later"],
    ["Jul 1, 2024", null, "soon", "Dec 24, 2024", "2024-07-01"],
  ]) {
    expect(await refusal(() => datesAt(columnOf(cells), Int32Array.of(0, 1)))).toMatch(
      'holds dates, but row 4 has "soon"',
    );
  }
  expect(await refusal(() => datesAt(columnOf([null, "soon", "late"]), Int32Array.of(0, 2)))).toMatch(
    'row 4 has "late"',
  );
});
