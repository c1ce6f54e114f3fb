import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import {
  type EncodedColumn,
  encode,
  encodedInputs,
  fitEncoder,
  inputsOf,
  standardize,
} from "../../src/preprocess/encoder.ts";
import { inferSchema, type SchemaOptions } from "../../src/preprocess/schema.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, csv } from "../support/csv.ts";

const people = csv(`age,sex,smoker,city,cost
20,male,yes,Oslo,1
40,female,no,,2
,female,no,Rome,3
60,male,yes,Oslo,4
40,female,,Rome,5`);

const fit = (table: Frame, rows = allRows(table), options: SchemaOptions = {}) =>
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
    expect(() => fit(frameFrom({ x: cells.with(11, 1e39), y: cells }))).toThrow(
      /^Column "x" of .* has 1e\+39 in row 12, too far from the others \(median 4\) to learn from; correct the value, or leave it empty if it is missing\.$/,
    );
    const counts = cells.map((x) => (x > 6 ? 1e12 : 0));
    expect(fit(frameFrom({ x: counts, y: cells })).columns[0]).toMatchObject({ name: "x", varies: true });
    expect(fit(frameFrom({ x: cells.with(11, 1e8), y: cells })).columns[0].varies).toBe(true);
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
    const ages = fit(frameFrom({ x: [1, 3] }));
    const filled = encode(ages, frameFrom({ x: [null, 3] }), Int32Array.of(0, 1));
    expect([rowsOf(filled), filled.imputed]).toEqual([[[0], [1]], new Map([["x", 1]])]);
  });

  test("reads a whole number as the same category however it is written", () => {
    const table = csv("x\n1\n2\n1");
    const encoder = fit(table, allRows(table), { overrides: { x: "categorical" } });
    const written = frameFrom({ x: [1, "1.0", " 2 "] });
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
    const huge = frameFrom({ x: [1.5e308, -1.5e308], y: [1e9, 1e9 + 0.5] });
    expect(rowsOf(encode(fit(huge), huge, allRows(huge)))).toEqual([
      [1, -1],
      [-1, 1],
    ]);
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

  test("is refused with a number farther out than a thousand million middle halves, on either side", () => {
    // Quartiles 1 and 3 around 2, with and without missing cells.
    for (const side of [1, -1]) {
      for (const gaps of [[], [null, null]]) {
        const others = [-40, 3, 30, 1.5, -20, 2, 2.5, 1, 1.8, 20, 2.2, -30];
        const cells = (far: number) => [
          ...gaps,
          ...others.map((x) => (side === 1 ? x : 4 - x)),
          2 + side * far,
        ];
        expect(learned(cells(2e9))).toMatchObject({ varies: true });
        const row = gaps.length + 13;
        expect(() => learned(cells(2e9 + 1).toReversed())).toThrow("in row 1, too far");
        const tiny = (far: number) => cells(far).map((x) => x && 1e-30 * x);
        expect(learned(tiny(1.9e9))).toMatchObject({ varies: true });
        expect(() => learned(tiny(2.1e9))).toThrow(`in row ${row}, too far`);
        expect(() => learned(cells(2e9 + 1))).toThrow(
          `has ${2 + side * (2e9 + 1)} in row ${row}, too far from the others (median 2)`,
        );
      }
    }
  });
});

test("A column has as many inputs as it has names, and they stand one after another", () => {
  const columns: EncodedColumn[] = [true, false].flatMap((varies) =>
    [true, false].flatMap((missing): EncodedColumn[] => [
      { name: `n${varies}${missing}`, kind: "numeric", varies, missing, mean: 1, std: 2, integer: false },
      { name: `b${varies}${missing}`, kind: "boolean", varies, missing },
      { name: `c${varies}${missing}`, kind: "categorical", varies, missing, categories: ["p", "q", "r"] },
    ]),
  );
  const encoder = { unseen: "zeros", columns } as const;
  for (const column of columns) {
    const own = encodedInputs({ unseen: "zeros", columns: [column] });
    expect(inputsOf(column)).toBe(own.length);
    expect(own.map(({ column }) => column)).toEqual(own.map(() => column.name));
    const values = column.kind === "categorical" ? 3 : 1;
    expect(own.length).toBe((column.varies ? values : 0) + (column.missing ? 1 : 0));
  }
  const cells = { numeric: [5, null], boolean: ["yes", null], categorical: ["q", null] };
  const table = frameFrom(Object.fromEntries(columns.map(({ name, kind }) => [name, cells[kind]])));
  const [present, absent] = rowsOf(encode(encoder, table, Int32Array.of(0, 1)));
  const expected = { numeric: 2, boolean: 1, category: 0, missing: 0 };
  expect(present).toEqual(
    encodedInputs(encoder).map(({ kind, category }) => (category === "q" ? 1 : expected[kind])),
  );
  expect(absent).toEqual(encodedInputs(encoder).map(({ kind }) => Number(kind === "missing")));
  expect(encode(encoder, table, Int32Array.of(0, 1)).unseen).toEqual(new Map());
  expect(encode(encoder, table, Int32Array.of(0, 1)).imputed).toEqual(
    new Map(columns.filter(({ missing }) => !missing).map(({ name }) => [name, 1])),
  );
});

test("Rows are encoded in the order asked for, and named by a person's number where they do not fit", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const all = rowsOf(encode(encoder, people, allRows(people)));
  expect(rowsOf(encode(encoder, people, Int32Array.of(4, 0, 4)))).toEqual([all[4], all[0], all[4]]);
  const strict = { ...encoder, unseen: "error" } as const;
  const lines = "age,sex,smoker,city\n40,male,no,Rome\n41,male,no,Rom";
  expect(() => encode(strict, csv(lines, "new.csv"), Int32Array.of(1))).toThrow('Row 3 of new.csv has "Rom"');
  const far = csv("age,sex,smoker,city\n40,male,no,Rome\n-1e300,male,no,Rome", "new.csv");
  expect(() => encode(encoder, far, Int32Array.of(1))).toThrow('Row 3 of new.csv has "-1e300"');
});

test("A standardized number is (x − mean)/std as float32 and never falls as x grows", () => {
  const random = createRandom(5);
  for (let trial = 0; trial < 2000; trial++) {
    const mean = 2 ** (60 * random.next() - 30) * (random.next() - 0.5);
    const std = 2 ** (60 * random.next() - 30);
    const x = mean + std * 8 * (random.next() - 0.5);
    const found = standardize({ mean, std }, x);
    expect(found).toBe(Math.fround((x - mean) / std));
    expect(standardize({ mean, std }, x + Math.abs(x) * 2 ** -50)).toBeGreaterThanOrEqual(found);
  }
});
