import { describe, expect, test } from "vitest";
import { encode, encodedInputs, fitEncoder } from "../../src/tabular/encoder.ts";
import { inferSchema, type SchemaOptions } from "../../src/tabular/schema.ts";
import { type Table, tableFrom } from "../../src/tabular/table.ts";
import { allRows, csv } from "./csv.ts";

const people = csv(`age,sex,smoker,city,cost
20,male,yes,Oslo,1
40,female,no,,2
,female,no,Rome,3
60,male,yes,Oslo,4
40,female,,Rome,5`);

const fit = (table: Table, rows = allRows(table), options: SchemaOptions = {}) =>
  fitEncoder(table, rows, inferSchema(table, options));

/** The encoded table as rows of numbers. */
const rowsOf = ({ values, inputs }: { values: Float32Array; inputs: number }) =>
  Array.from({ length: values.length / inputs }, (_, i) => [...values.slice(i * inputs, (i + 1) * inputs)]);

describe("fitEncoder and encode", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const encoded = encode(encoder, people, allRows(people));

  test("give numbers mean 0 and deviation 1, categories an input each, booleans ±1, and missing values an indicator", () => {
    expect(encoded.names).toEqual([
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
    expect(inputs.map((input) => input.name)).toEqual(encoded.names);
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
    const other = {
      ...people,
      names: [...order.map((i) => people.names[i]), "extra"],
      columns: [...order.map((i) => people.columns[i]), ["a", "b", "c", "d", "e"]],
    };
    expect(encode(revived, other, allRows(other)).values).toEqual(encoded.values);
  });

  test("learn from the given rows alone", () => {
    const train = Int32Array.of(0, 3);
    const schema = inferSchema(people, { target: "cost" });
    const changed = { ...people, columns: people.columns.map((cells) => cells.with(1, null).with(4, null)) };
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
    expect(encoded.names).toEqual(["a is missing", "b is missing", "c is missing"]);
    expect(rowsOf(encoded)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    // A new value of a column without value inputs can change nothing.
    expect(rowsOf(encode(encoder, csv("a,b,c\n1e300,new,no"), Int32Array.of(0)))).toEqual([[0, 0, 0]]);
  });

  test("refuse a number that would make all others alike, but not a rare large count", () => {
    const cells = Array.from({ length: 40 }, (_, i) => i % 9);
    expect(() => fit(tableFrom({ x: cells.with(11, 1e39), y: cells }))).toThrow(
      /^Column "x" of .* has 1e\+39 in row 12, too far from the others \(median 4\) to learn from; correct the value, or leave it empty if it is missing\.$/,
    );
    const counts = cells.map((x) => (x > 6 ? 1e12 : 0));
    expect(fit(tableFrom({ x: counts, y: cells })).columns[0]).toMatchObject({ name: "x", varies: true });
    expect(fit(tableFrom({ x: cells.with(11, 1e8), y: cells })).columns[0].varies).toBe(true);
  });

  test("fail when nothing varies", () => {
    expect(() => fitEncoder(people, Int32Array.of(0), inferSchema(people, { target: "cost" }))).toThrow(
      "No feature column of data.csv varies over the 1 train rows",
    );
  });
});

describe("encoding new rows", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const one = (line: string) => {
    const table = csv(`age,sex,smoker,city\n${line}`, "new.csv");
    return encode(encoder, table, allRows(table));
  };

  test("makes zeros of a category that training had not, and counts them", () => {
    const encoded = one("40,other,no,Rome\n40,x,no,Bonn");
    expect(rowsOf(encoded)).toEqual([
      [0, 0, 0, 0, -1, 0, 0, 1, 0],
      [0, 0, 0, 0, -1, 0, 0, 0, 0],
    ]);
    expect(encoded.unseen).toEqual(
      new Map([
        ["sex", 2],
        ["city", 1],
      ]),
    );
  });

  test("refuses it instead when asked to", () => {
    const strict = fitEncoder(people, allRows(people), inferSchema(people, { target: "cost" }), {
      unseen: "error",
    });
    const table = csv("age,sex,smoker,city\n40,femal,no,Rome", "new.csv");
    expect(() => encode(strict, table, allRows(table))).toThrow(
      'Row 2 of new.csv has "femal" in column "sex", a category that the model was not trained on; did you mean "female"?',
    );
  });

  test("takes the mean for a missing value where training had none, and counts it", () => {
    const encoded = one("40,,no,Rome");
    expect(rowsOf(encoded)[0].slice(2, 4)).toEqual([0, 0]);
    expect(encoded.imputed).toEqual(new Map([["sex", 1]]));
    const ages = fit(tableFrom({ x: [1, 3] }));
    const filled = encode(ages, tableFrom({ x: [null, 3] }), Int32Array.of(0, 1));
    expect([rowsOf(filled), filled.imputed]).toEqual([[[0], [1]], new Map([["x", 1]])]);
  });

  test("reads a whole number as the same category however it is written", () => {
    const table = csv("x\n1\n2\n1");
    const encoder = fit(table, allRows(table), { overrides: { x: "categorical" } });
    const written = tableFrom({ x: [1, "1.0", " 2 "] });
    expect(rowsOf(encode(encoder, written, allRows(written)))).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  test("names the columns a table lacks", () => {
    expect(() => encode(encoder, csv("age,smoker,sexe,city\n1,no,x,y", "new.csv"), Int32Array.of(0))).toThrow(
      'The model needs the column "sex", which new.csv lacks; did you mean "sexe"?',
    );
    expect(() => encode(encoder, csv("a\n1", "new.csv"), Int32Array.of(0))).toThrow(
      'The model needs the columns "age", "sex", "smoker", "city", which new.csv lacks; there are "a".',
    );
  });

  test("names row and column of a cell that does not fit", () => {
    expect(() => one("40,male,no,Rome\nold,male,no,Rome")).toThrow(
      'Column "age" of new.csv holds numbers, but row 3 has "old"',
    );
    expect(() => one("inf,male,no,Rome")).toThrow('Column "age" of new.csv has "inf" in row 2');
    expect(() => one("1,male,maybe,Rome")).toThrow(
      'Column "smoker" of new.csv holds true or false, but row 2 has "maybe"',
    );
  });

  test("refuses a number that float32 cannot hold once standardized, rather than pass on infinity", () => {
    expect(() => one("1e300,male,no,Rome")).toThrow(
      /^Row 2 of new.csv has "1e300" in column "age", too far from the values the model was trained on \(mean 40, /,
    );
    expect(Number.isFinite(one("1e30,male,no,Rome").values[0])).toBe(true);
  });

  test("computes in float64: huge and close values are told apart", () => {
    const huge = tableFrom({ x: [1.5e308, -1.5e308], y: [1e9, 1e9 + 0.5] });
    expect(rowsOf(encode(fit(huge), huge, allRows(huge)))).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });
});
