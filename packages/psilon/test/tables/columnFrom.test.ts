import { describe, expect, test } from "vitest";
import { type CellOptions, columnFrom, type Values } from "../../src/tables/columnFrom.ts";

const origin = { source: "the given columns", firstRow: 1 };
const none = Number.NaN;
const INEXACT = "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more";

const from = (values: Values, options: CellOptions = {}) => columnFrom("x", origin, values, options);
const numbers = (...values: number[]) => ({
  kind: "numbers",
  name: "x",
  origin,
  values: Float64Array.from(values),
});

describe("Numbers", () => {
  test("of a Float64Array are taken without a copy", () => {
    const values = Float64Array.of(1, none);
    expect(from(values)).toEqual(numbers(1, none));
    expect((from(values) as { values: unknown }).values).toBe(values);
  });

  test("of other typed arrays are their numbers", () => {
    expect(from(Int32Array.of(-1, 2))).toEqual(numbers(-1, 2));
    expect(from(Uint8Array.of(255))).toEqual(numbers(255));
    expect(from(Float32Array.of(0.5, none))).toEqual(numbers(0.5, none));
    expect(from(BigInt64Array.of(-5n, 2n ** 53n))).toEqual(numbers(-5, 2 ** 53));
  });

  test("of an array are missing where there is null, undefined, NaN or a hole", () => {
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
    expect(from([1, null, undefined, none, , 2n])).toEqual(numbers(1, none, none, none, none, 2));
    expect(from([null, NaN])).toEqual(numbers(none, none));
  });

  test("that lose digits are said to", () => {
    for (const values of [
      BigInt64Array.of(1n, 2n ** 53n + 1n),
      [1n, 2n ** 53n + 1n],
      [2n ** 70n + 1n, null],
    ]) {
      expect(from(values)).toMatchObject({ kind: "numbers", reading: INEXACT });
    }
    expect(from(["9007199254740993"])).toMatchObject({ reading: INEXACT });
  });

  test("are missing where they are the numbers that stand for it, and the given array is left alone", () => {
    const given = Float64Array.of(-999, 5);
    expect(from(given, { missing: ["-999", "-"] })).toEqual(numbers(none, 5));
    expect(given[0]).toBe(-999);
    expect(from(Int32Array.of(-999, 0), { missing: [" -999", ""] })).toEqual(numbers(none, 0));
    expect(from([-999n, 1], { missing: ["-999.0"] })).toEqual(numbers(none, 1));
  });
});

describe("Truths", () => {
  const truths = (...values: number[]) => ({
    kind: "booleans",
    name: "x",
    origin,
    values: Int8Array.from(values),
  });

  test("are missing where there is null, undefined or NaN", () => {
    expect(from([true, null, false, undefined, NaN])).toEqual(truths(1, -1, 0, -1, -1));
  });

  test("are texts beside anything else", () => {
    expect(from([true, "maybe"])).toMatchObject({ kind: "categories", dictionary: ["true", "maybe"] });
    expect(from([true, "NA"])).toMatchObject({ kind: "categories", codes: Int32Array.of(0, -1) });
    expect(from([true, 1])).toMatchObject({ kind: "categories", dictionary: ["true", "1"] });
  });
});

describe("Dates", () => {
  test("are missing where there is none, or one that is no date", () => {
    expect(from([new Date(5), null, new Date(none), NaN])).toEqual({
      kind: "dates",
      name: "x",
      origin,
      values: Float64Array.of(5, none, none, none),
    });
    expect(from([new Date(none)]).kind).toBe("dates");
  });

  test("beside texts are the same moments as texts", () => {
    const moment = new Date("2020-01-05T10:11:12.345Z");
    expect(from([moment, "2020-01-06", new Date(none)])).toMatchObject({
      kind: "dates",
      values: Float64Array.of(moment.getTime(), Date.UTC(2020, 0, 6), none),
    });
  });
});

describe("Values of several kinds", () => {
  test("are read as the texts they would be in a file", () => {
    expect(from([1, "2", null, "NA", 2.5, 3n, 1e21])).toEqual(numbers(1, 2, none, none, 2.5, 3, 1e21));
    expect(from([1, "word"])).toMatchObject({ kind: "categories", dictionary: ["1", "word"] });
  });

  test("and none at all are texts of which none is there", () => {
    expect(from([null, undefined])).toMatchObject({
      kind: "categories",
      codes: Int32Array.of(-1, -1),
      dictionary: [],
    });
  });
});

test("Columns that are to stay text do, whatever they hold", () => {
  const asText = new Set(["x"]);
  expect(from(["01", "1"], { asText })).toMatchObject({ kind: "categories", dictionary: ["01", "1"] });
  expect(from(Float64Array.of(1, none, 2.5), { asText })).toMatchObject({
    codes: Int32Array.of(0, -1, 1),
    dictionary: ["1", "2.5"],
  });
  expect(from([true, 3n], { asText })).toMatchObject({ dictionary: ["true", "3"] });
  expect(from([-999, 1], { asText, missing: ["-999"] })).toMatchObject({ dictionary: ["1"] });
});

test("A column is read as one of its name was before", () => {
  const readings = { x: "read as dates, day/month/year" };
  expect(from(["01/02/2020"], { readings })).toMatchObject({ values: Float64Array.of(Date.UTC(2020, 1, 1)) });
  expect(from(["01/02/2020"], { readings: { y: readings.x } })).toMatchObject({
    values: Float64Array.of(Date.UTC(2020, 0, 2)),
  });
});

describe("Vectors of table libraries", () => {
  /** As Arrow's are: an array of the numbers as they lie in memory, and what each of them is. */
  const vector = (type: string, values: readonly unknown[], raw: unknown) => ({
    type: { toString: () => type },
    length: values.length,
    nullCount: values.filter((value) => value === null).length,
    get: (row: number) => values[row],
    toArray: () => raw,
  });

  test("of floats are taken without a copy where none is missing", () => {
    const raw = Float64Array.of(1, 2);
    expect((from(vector("Float64", [1, 2], raw)) as { values: unknown }).values).toBe(raw);
    expect(from(vector("Int32", [1, 2], Int32Array.of(1, 2)))).toEqual(numbers(1, 2));
  });

  test("are asked for each value where some are missing", () => {
    expect(from(vector("Float64", [1, null], Float64Array.of(1, 0)))).toEqual(numbers(1, none));
  });

  test("of moments are dates, in whatever unit they lie in memory", () => {
    const microseconds = BigInt64Array.of(5000n, 6000n);
    expect(from(vector("Timestamp<MICROSECOND>", [5, 6], microseconds))).toMatchObject({
      kind: "dates",
      values: Float64Array.of(5, 6),
    });
    expect(from(vector("Date32<DAY>", [new Date(5), null], []))).toMatchObject({
      kind: "dates",
      values: Float64Array.of(5, none),
    });
  });

  test("whose array holds something else are asked for each value", () => {
    expect(from(vector("Float16", [1, 2], Uint16Array.of(15360, 16384)))).toEqual(numbers(1, 2));
    expect(from(vector("Int32", [1, 2], Int32Array.of(1, 0, 2, 0)))).toEqual(numbers(1, 2));
    expect(from(vector("Bool", [true, false], Uint8Array.of(1)))).toMatchObject({
      values: Int8Array.of(1, 0),
    });
  });

  test("may hold texts", () => {
    expect(from(vector("Dictionary<Int32, Utf8>", ["a", "b", "a"], []))).toMatchObject({
      codes: Int32Array.of(0, 1, 0),
      dictionary: ["a", "b"],
    });
  });

  test("need no more than get or at", () => {
    const values = [1, null, 3];
    expect(from({ length: 3, get: (row) => values[row] })).toEqual(numbers(1, none, 3));
    expect(from({ length: 3, at: (row) => values[row] })).toEqual(numbers(1, none, 3));
    expect(from({ length: 2, 0: 1, 1: 2 })).toEqual(numbers(1, 2));
  });

  test("keep what is theirs: methods are called on them", () => {
    class Owned {
      readonly length = 2;
      readonly nullCount = 0;
      readonly type = "Float64";
      private readonly values = Float64Array.of(1, 2);
      get(row: number) {
        return this.values[row];
      }
      toArray() {
        return this.values;
      }
    }
    expect(from(new Owned())).toEqual(numbers(1, 2));
  });
});
