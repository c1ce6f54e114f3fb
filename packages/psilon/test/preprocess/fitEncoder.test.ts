import { describe, expect, test } from "vitest";
import { encode } from "../../src/preprocess/encode.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, csv } from "../support/csv.ts";
import { withCells } from "../support/synthetic.ts";
import { fit, people, rowsOf } from "./people.ts";

describe("fitEncoder and encode", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const encoded = encode(encoder, people, allRows(people));

  test("give numbers mean 0 and deviation 1, categories an input each, booleans ±1, and missing values an indicator", () => {
    expect(encodedInputs(encoder).map(({ name }) => name)).toEqual([
      "age",
      "age is missing",
      "sex=female",
      "sex=male",
      "smoker",
      "smoker is missing",
      "city=Oslo",
      "city=Rome",
      "city is missing",
    ]);
    // Ages 20, 40, 60, 40: mean 40, deviation √200.
    const s = Math.fround(20 / Math.sqrt(200));
    expect(rowsOf(encoded)).toEqual([
      [-s, 0, 0, 1, 1, 0, 1, 0, 0],
      [0, 0, 1, 0, -1, 0, 0, 0, 1],
      [0, 1, 1, 0, -1, 0, 0, 1, 0],
      [s, 0, 0, 1, 1, 0, 1, 0, 0],
      [0, 0, 1, 0, 0, 1, 0, 1, 0],
    ]);
    expect([encoded.unseen, encoded.imputed]).toEqual([new Map(), new Map()]);
  });

  test("map every input back to its column, and to how far it moves for one unit of it", () => {
    const inputs = encodedInputs(encoder);
    expect(inputs).toHaveLength(encoded.inputs);
    expect(inputs[0]).toEqual({ name: "age", column: "age", kind: "numeric", scale: 1 / Math.sqrt(200) });
    expect(inputs[1]).toEqual({ name: "age is missing", column: "age", kind: "missing", scale: 1 });
    expect(inputs[3]).toEqual({
      name: "sex=male",
      column: "sex",
      kind: "category",
      category: "male",
      scale: 1,
    });
    expect(inputs[4]).toEqual({ name: "smoker", column: "smoker", kind: "boolean", scale: 2 });
  });

  test("work the same after JSON, on a table with the columns in another order and others besides", () => {
    const revived = JSON.parse(JSON.stringify(encoder));
    expect(revived).toEqual(encoder);
    const order = [4, 3, 2, 1, 0];
    const extra = { ...people.columns[0], name: "extra" };
    const other = { ...people, columns: [...order.map((i) => people.columns[i]), extra] };
    expect(encode(revived, other, allRows(other)).values).toEqual(encoded.values);
  });

  test("learn from the given rows alone", () => {
    const train = Int32Array.of(0, 3);
    const schema = inferSchema(people, { target: "cost" });
    const changed = withCells(people, (cell, row) => (row === 1 || row === 4 ? null : cell));
    expect(fitEncoder(changed, train, schema)).toEqual(fitEncoder(people, train, schema));
  });

  test("drop what does not vary over the train rows, and do not ask for it again", () => {
    const encoder = fitEncoder(people, Int32Array.of(0, 3), inferSchema(people, { target: "cost" }));
    expect(encodedInputs(encoder).map((input) => input.name)).toEqual(["age"]);
    expect(rowsOf(encode(encoder, csv("age\n60"), Int32Array.of(0)))).toEqual([[1]]);
  });

  test("keep only the indicator of a column whose values do not vary but are missing at times", () => {
    const table = csv("a,b,c,y\n1,x,yes,1\n,,,2\n1,x,yes,4");
    const encoder = fit(table, allRows(table), { target: "y" });
    const encoded = encode(encoder, table, allRows(table));
    expect(encodedInputs(encoder).map(({ name }) => name)).toEqual([
      "a is missing",
      "b is missing",
      "c is missing",
    ]);
    expect(rowsOf(encoded)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    // A new value of a column without value inputs can change nothing.
    expect(rowsOf(encode(encoder, csv("a,b,c\n1e300,new,no"), Int32Array.of(0)))).toEqual([[0, 0, 0]]);
  });

  test("fail when nothing varies", () => {
    expect(() => fitEncoder(people, Int32Array.of(0), inferSchema(people, { target: "cost" }))).toThrow(
      "No feature column of data.csv varies over the 1 train rows",
    );
  });
});

describe("What is learned of a column of numbers", () => {
  const learned = (x: readonly unknown[]) => {
    const table = frameFrom({ x, y: x.map((_, i) => i) });
    return fit(table).columns.find(({ name }) => name === "x");
  };

  test("is whether all of them are whole, missing ones aside", () => {
    expect(learned([1, null, 3, 7])).toMatchObject({ integer: true, missing: true });
    expect(learned([1, null, 3.5, 7])).toMatchObject({ integer: false });
    expect(learned([1.5, 2.5])).toMatchObject({ integer: false, missing: false });
  });

  test("are mean and deviation of those that are there, where these are numbers to divide by", () => {
    expect(learned([1, null, 3])).toEqual({
      name: "x",
      kind: "numeric",
      varies: true,
      missing: true,
      mean: 2,
      std: 1,
      integer: true,
    });
    for (const [least, varies] of [
      [2 ** -1022, true],
      [2 ** -1023, true],
      [2 ** -1024, false],
    ] as const) {
      const found = learned([0, 2 * least, null]);
      const scale = varies ? { mean: least, std: least } : { mean: 0, std: 1 };
      expect(found).toMatchObject({ varies, ...scale });
    }
    expect(learned([4, 4, null])).toMatchObject({ varies: false, mean: 0, std: 1 });
  });
});
