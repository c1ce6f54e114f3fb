import { describe, expect, test } from "vitest";
import { allRows, checkUniqueNames, columnFinder } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const frame = frameFrom({ strength: [1], water: [2], fly_ash: [3] });
const names = ["a", "b", "b"];
const twice = { ...frame, columns: frame.columns.map((column, i) => ({ ...column, name: names[i] })) };

describe("columnFinder", () => {
  test("finds every column by its name", () => {
    const find = columnFinder(frame);
    for (const column of frame.columns) expect(find(column.name)).toBe(column);
    expect(columnFinder(twice)("a")).toBe(twice.columns[0]);
  });

  test("suggests the nearest name when there is no such column", () => {
    expect(() => columnFinder(frame)("strenght")).toThrow(
      'There is no column "strenght" in the given columns; did you mean "strength"?',
    );
    expect(() => columnFinder(frame)("Water")).toThrow('did you mean "water"?');
  });

  test("lists the names when none is near", () => {
    expect(() => columnFinder(frame)("price")).toThrow('; there are "strength", "water", "fly_ash".');
  });

  test("finds no column that every object has", () => {
    expect(() => columnFinder(frame)("constructor")).toThrow("There is no column");
  });
});

test("A name that two columns have is refused, by their places", () => {
  const sentence =
    'Columns 2 and 3 of the given columns are both named "b"; give every column a name of its own.';
  expect(() => columnFinder(twice)("b")).toThrow(sentence);
  expect(() => checkUniqueNames(twice)).toThrow(sentence);
  expect(() => checkUniqueNames(frame)).not.toThrow();
});

test("All rows are the places from 0 on", () => {
  expect(allRows({ ...frame, rowCount: 3 })).toEqual(Int32Array.of(0, 1, 2));
});
