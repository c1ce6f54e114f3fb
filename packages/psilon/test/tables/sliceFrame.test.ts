import { expect, test } from "vitest";
import { nameOfRow } from "../../src/tables/column.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { originAfter, sliceFrame } from "../../src/tables/sliceFrame.ts";
import { valueAt } from "../../src/tables/values.ts";

const frame = frameFrom({
  number: [0, 1, 2, 3],
  text: ["a", "b", null, "c"],
  truth: [true, false, null, true],
  date: [new Date(0), new Date(1), null, new Date(3)],
});

test("Some rows of a frame are a frame of the same values, by the same numbers", () => {
  const part = sliceFrame(frame, 1, 3);
  expect(part).toMatchObject({ rowCount: 3, origin: { source: "the given columns", firstRow: 2 } });
  part.columns.forEach((column, j) => {
    expect(column).toMatchObject({
      name: frame.columns[j].name,
      kind: frame.columns[j].kind,
      origin: part.origin,
    });
    for (let row = 0; row < 3; row++)
      expect(valueAt(column, row)).toEqual(valueAt(frame.columns[j], row + 1));
  });
});

test("They share no memory with the whole, and have the texts alone that they need", () => {
  const part = sliceFrame(frame, 1, 3);
  const arrays = ({ columns }: typeof frame) =>
    columns.flatMap((column) =>
      column.kind === "categories"
        ? [column.codes.buffer]
        : column.kind === "unread"
          ? []
          : [column.values.buffer],
    );
  for (const buffer of arrays(part)) expect(arrays(frame)).not.toContain(buffer);
  expect(part.columns[1]).toMatchObject({ codes: Int32Array.of(0, -1, 1), dictionary: ["b", "c"] });
});

test("Rows of several files keep the names of their files", () => {
  const origin = {
    source: "*.csv",
    firstRow: 1,
    files: [
      { source: "a.csv", firstRow: 2, rows: 3 },
      { source: "b.csv", firstRow: 5, rows: 4 },
    ],
  };
  for (let gone = 0; gone < 7; gone++) {
    for (let row = gone; row < 7; row++) {
      expect(nameOfRow(originAfter(origin, gone), row - gone)).toBe(nameOfRow(origin, row));
    }
  }
});
