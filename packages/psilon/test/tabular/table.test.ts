import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { nearestName } from "../../src/names.ts";
import { columnIndex } from "../../src/tabular/columnIndex.ts";
import { tableFrom } from "../../src/tabular/table.ts";

describe("tableFrom", () => {
  test("reads rows, with names in the order they first appear and gaps as missing", () => {
    const table = tableFrom([
      { a: 1, b: "x" },
      { a: null, c: true },
    ]);
    expect(table).toEqual({
      source: "the given rows",
      names: ["a", "b", "c"],
      columns: [
        [1, null],
        ["x", null],
        [null, true],
      ],
      rowCount: 2,
      firstRow: 1,
    });
  });

  test("reads columns of arrays, typed arrays and BigInts", () => {
    const table = tableFrom({ a: new Float32Array([0.5, 2]), b: [undefined, "x"], c: [1n, 2n] });
    expect(table.columns).toEqual([
      [0.5, 2],
      [null, "x"],
      [1, 2],
    ]);
    expect(table.rowCount).toBe(2);
  });

  test("takes a column named __proto__ for a column", () => {
    const table = tableFrom(JSON.parse('[{"__proto__": 3}]'));
    expect([table.names, table.columns]).toEqual([["__proto__"], [[3]]]);
  });

  test("refuses columns of unequal length, in a sentence naming both", () => {
    expect(() => tableFrom({ a: [1, 2], b: [1] })).toThrow(
      new InputError('Column "b" has 1 values but column "a" has 2; all columns must be of one length.'),
    );
  });

  test("refuses what is no table, naming the place", () => {
    expect(() => tableFrom([{ a: 1 }, 7 as never])).toThrow("Row 2 of the given rows is not an object");
    expect(() => tableFrom({ a: "text" })).toThrow('Column "a" of the given columns is not an array.');
    expect(() => tableFrom([{ day: new Date() }])).toThrow('The value in row 1, column "day" is a date');
    expect(() => tableFrom([{ x: [1] }])).toThrow("is an array");
    expect(() => tableFrom(null as never)).toThrow(InputError);
  });
});

test("a table's columns may be named as properties that every object has", () => {
  const names = ["__proto__", "toString", "constructor", "valueOf"];
  const rows = [{}, Object.fromEntries(names.map((name, k) => [name, k])), {}];
  const columns = Object.fromEntries(names.map((name, k) => [name, [null, k, null]]));
  for (const data of [rows, columns]) {
    const table = tableFrom(data);
    expect(table.names).toEqual(names);
    expect(table.columns).toEqual(names.map((_, k) => [null, k, null]));
  }
});

describe("columnIndex", () => {
  const table = tableFrom({ strength: [1], water: [2], fly_ash: [3] });

  test("suggests the nearest name when there is no such column", () => {
    expect(() => columnIndex(table, "strenght")).toThrow(
      'There is no column "strenght" in the given columns; did you mean "strength"?',
    );
    expect(() => columnIndex(table, "Water")).toThrow('did you mean "water"?');
  });

  test("lists the names when none is near", () => {
    expect(() => columnIndex(table, "price")).toThrow('; there are "strength", "water", "fly_ash".');
  });

  test("refuses a name that two columns have", () => {
    const twice = { ...table, names: ["a", "b", "a"] };
    expect(() => columnIndex(twice, "a")).toThrow('Columns 1 and 3 of the given columns are both named "a"');
  });
});

test("nearestName counts insertions, deletions and replacements", () => {
  expect(nearestName("kitten", ["mitten", "sitting"])).toBe("mitten");
  expect(nearestName("sittings", ["knitter"])).toBeUndefined();
  expect(nearestName("ag", ["wage", "age"])).toBe("age");
  expect(nearestName("x", [])).toBeUndefined();
});
