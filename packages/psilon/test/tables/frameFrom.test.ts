import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { valueAt } from "../../src/tables/values.ts";

/** The values of each column by its name. */
const contents = ({ columns, rowCount }: Frame) =>
  columns.map((column) => [
    column.name,
    ...Array.from({ length: rowCount }, (_, row) => valueAt(column, row)),
  ]);

describe("frameFrom", () => {
  test("reads rows, with names in the order they first appear and gaps as missing", () => {
    const frame = frameFrom([
      { a: 1, b: "x" },
      { a: null, c: true },
    ]);
    expect(contents(frame)).toEqual([
      ["a", 1, null],
      ["b", "x", null],
      ["c", null, true],
    ]);
    expect(frame).toMatchObject({ origin: { source: "the given rows", firstRow: 1 }, rowCount: 2 });
  });

  test("reads columns of arrays, typed arrays and BigInts", () => {
    const frame = frameFrom({ a: new Float32Array([0.5, 2]), b: [undefined, "x"], c: [1n, 2n] });
    expect(contents(frame)).toEqual([
      ["a", 0.5, 2],
      ["b", null, "x"],
      ["c", 1, 2],
    ]);
    expect(frame).toMatchObject({ origin: { source: "the given columns", firstRow: 1 }, rowCount: 2 });
  });

  test("reads text as a file's, but for the columns that are to stay text", () => {
    const frame = frameFrom(
      { zip: ["01", "02"], price: ["$1", "-"] },
      { asText: new Set(["zip"]), missing: ["-"] },
    );
    expect(contents(frame)).toEqual([
      ["zip", "01", "02"],
      ["price", 1, null],
    ]);
  });

  test("takes columns named as properties that every object has for columns", () => {
    const names = ["__proto__", "toString", "constructor", "valueOf"];
    const rows = [{}, Object.fromEntries(names.map((name, k) => [name, k])), {}];
    const columns = Object.fromEntries(names.map((name, k) => [name, [null, k, null]]));
    for (const data of [rows, columns]) {
      expect(contents(frameFrom(data, { readings: {} }))).toEqual(
        names.map((name, k) => [name, null, k, null]),
      );
    }
    expect(contents(frameFrom({ constructor: ["1"] }, { readings: {} }))).toEqual([["constructor", 1]]);
  });

  test("takes no columns and no rows for a table of none", () => {
    expect(frameFrom({})).toMatchObject({ columns: [], rowCount: 0 });
    expect(frameFrom([])).toMatchObject({ columns: [], rowCount: 0 });
    expect(frameFrom([{}, {}])).toMatchObject({ columns: [], rowCount: 2 });
    expect(frameFrom({ a: [] })).toMatchObject({ columns: [{ name: "a" }], rowCount: 0 });
  });

  test("refuses columns of unequal length, in a sentence naming both", () => {
    expect(() => frameFrom({ a: [1, 2], b: [1] })).toThrow(
      'Column "b" has 1 values but column "a" has 2; all columns must be of one length.',
    );
  });

  test.each<[unknown, string]>([
    [[{ a: 1 }, 7], "Row 2 of the given rows is not an object of column names and values."],
    [[{ a: 1 }, null], "Row 2 of the given rows is not an object"],
    [[[1, 2]], "Row 1 of the given rows is not an object"],
    [[{ a: 1 }, { a: 1, b: [2] }], 'The value in row 2, column "b" is an array'],
    [
      { a: [1, { deep: 1 }] },
      'The value in row 2, column "a" is of type object; a table holds numbers, text',
    ],
    [{ a: [1], b: [() => 1] }, 'The value in row 1, column "b" is of type function'],
    [{ a: 7 }, 'Column "a" of the given columns is not an array.'],
    [{ a: "text" }, 'Column "a" of the given columns is not an array'],
    [{ a: [1], b: { length: "1" } }, 'Column "b" of the given columns is not an array'],
    [{ a: { length: -1 } }, 'Column "a" of the given columns is not an array'],
    [{ a: { length: 1.5 } }, 'Column "a" of the given columns is not an array'],
    [{ a: [1], b: null }, 'Column "b" of the given columns is not an array'],
    [{ a: [1, 2], b: [1, 2], c: [1, 2, 3] }, 'Column "c" has 3 values but column "a" has 2'],
    ["text", "neither was found"],
    [null, "neither was found"],
    [undefined, "neither was found"],
  ])("refuses %j: %s", (data, sentence) => {
    expect(() => frameFrom(data as never)).toThrow(InputError);
    expect(() => frameFrom(data as never)).toThrow(sentence);
  });
});
