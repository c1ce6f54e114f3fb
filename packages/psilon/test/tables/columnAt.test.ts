import { expect, test } from "vitest";
import { columnAt } from "../../src/tables/columnAt.ts";
import { constantColumn } from "../../src/tables/constantColumn.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { valueAt } from "../../src/tables/values.ts";

const day = new Date("2024-02-29");
const { columns } = frameFrom({
  number: [1, null, 3],
  text: ["a", "b", null],
  truth: [true, null, false],
  date: [null, day, new Date("2024-03-01")],
});

test("a column of any kind has its values in other rows, some of them twice, some nowhere", () => {
  for (const column of columns) {
    const taken = columnAt(column, Int32Array.of(2, 1, 1, 0));
    expect([0, 1, 2, 3].map((row) => valueAt(taken, row))).toEqual(
      [2, 1, 1, 0].map((row) => valueAt(column, row)),
    );
  }
});

test("a column of one value has it in every row, whatever it is", () => {
  for (const value of [2.5, "a", true, false, day, null]) {
    const column = constantColumn("x", columns[0].origin, value, 3);
    expect([0, 1, 2].map((row) => valueAt(column, row))).toEqual([value, value, value]);
  }
});
