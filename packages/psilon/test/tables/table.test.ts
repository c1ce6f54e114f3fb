import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { nearestName } from "../../src/names.ts";
import { checkUniqueNames, columnIndex, columnPlaces } from "../../src/tables/columnIndex.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

describe("frameFrom", () => {
  test("reads rows, with names in the order they first appear and gaps as missing", () => {
    const table = frameFrom([
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
    const table = frameFrom({ a: new Float32Array([0.5, 2]), b: [undefined, "x"], c: [1n, 2n] });
    expect(table.columns).toEqual([
      [0.5, 2],
      [null, "x"],
      [1, 2],
    ]);
    expect(table.rowCount).toBe(2);
  });

  test("takes a column named __proto__ for a column", () => {
    const table = frameFrom(JSON.parse('[{"__proto__": 3}]'));
    expect([table.names, table.columns]).toEqual([["__proto__"], [[3]]]);
  });

  test("refuses columns of unequal length, in a sentence naming both", () => {
    expect(() => frameFrom({ a: [1, 2], b: [1] })).toThrow(
      new InputError('Column "b" has 1 values but column "a" has 2; all columns must be of one length.'),
    );
  });

  test("refuses what is no table, naming the place", () => {
    expect(() => frameFrom([{ a: 1 }, 7 as never])).toThrow("Row 2 of the given rows is not an object");
    expect(() => frameFrom({ a: "text" })).toThrow('Column "a" of the given columns is not an array.');
    expect(() => frameFrom([{ day: new Date() }])).toThrow('The value in row 1, column "day" is a date');
    expect(() => frameFrom([{ x: [1] }])).toThrow("is an array");
    expect(() => frameFrom(null as never)).toThrow(InputError);
  });
});

test("a table's columns may be named as properties that every object has", () => {
  const names = ["__proto__", "toString", "constructor", "valueOf"];
  const rows = [{}, Object.fromEntries(names.map((name, k) => [name, k])), {}];
  const columns = Object.fromEntries(names.map((name, k) => [name, [null, k, null]]));
  for (const data of [rows, columns]) {
    const table = frameFrom(data);
    expect(table.names).toEqual(names);
    expect(table.columns).toEqual(names.map((_, k) => [null, k, null]));
  }
});

describe("columnIndex", () => {
  const table = frameFrom({ strength: [1], water: [2], fly_ash: [3] });

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

describe("columnPlaces and checkUniqueNames", () => {
  const table = frameFrom({ strength: [1], water: [2], fly_ash: [3] });
  const twice = { ...table, names: ["a", "b", "b"] };

  test("know every name's place, as columnIndex does", () => {
    for (const name of table.names) expect(columnPlaces(table)(name)).toBe(columnIndex(table, name));
    expect(columnPlaces(twice)("a")).toBe(0);
    expect(() => columnPlaces(table)("watre")).toThrow('did you mean "water"?');
  });

  test("refuse a name that two columns have", () => {
    const sentence = 'Columns 2 and 3 of the given columns are both named "b"';
    expect(() => columnPlaces(twice)("b")).toThrow(sentence);
    expect(() => checkUniqueNames(twice)).toThrow(sentence);
    expect(() => checkUniqueNames(table)).not.toThrow();
  });
});

describe("the refusals of frameFrom", () => {
  test.each<[unknown, string]>([
    [[{ a: 1 }, null], "Row 2 of the given rows is not an object"],
    [[[1, 2]], "Row 1 of the given rows is not an object"],
    [[{ a: 1 }, { a: 1, b: [2] }], 'The value in row 2, column "b" is an array'],
    [{ a: [1, { deep: 1 }] }, 'The value in row 2, column "a" is of type object'],
    [{ a: [1], b: [() => 1] }, 'The value in row 1, column "b" is of type function'],
    [{ a: [1], b: [new Date()] }, 'The value in row 1, column "b" is a date'],
    [{ a: 7 }, 'Column "a" of the given columns is not an array'],
    [{ a: [1], b: { length: "1" } }, 'Column "b" of the given columns is not an array'],
    [{ a: [1], b: null }, 'Column "b" of the given columns is not an array'],
    [{ a: [1, 2], b: [1, 2], c: [1, 2, 3] }, 'Column "c" has 3 values but column "a" has 2'],
    ["text", "neither was found"],
    [undefined, "neither was found"],
  ])("%j: %s", (data, sentence) => {
    expect(() => frameFrom(data as never)).toThrow(InputError);
    expect(() => frameFrom(data as never)).toThrow(sentence);
  });

  test("no columns and no rows are a table of none", () => {
    expect(frameFrom({})).toMatchObject({ names: [], columns: [], rowCount: 0 });
    expect(frameFrom([])).toMatchObject({ names: [], columns: [], rowCount: 0 });
    expect(frameFrom([{}, {}])).toMatchObject({ names: [], rowCount: 2 });
  });
});

test("nearestName counts insertions, deletions and replacements", () => {
  expect(nearestName("kitten", ["mitten", "sitting"])).toBe("mitten");
  expect(nearestName("sittings", ["knitter"])).toBeUndefined();
  expect(nearestName("ag", ["wage", "age"])).toBe("age");
  expect(nearestName("x", [])).toBeUndefined();
});
