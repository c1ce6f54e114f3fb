import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { moments } from "../../src/preprocess/statistics.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, csv } from "../support/csv.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
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
    expect(inputs).toHaveLength(encoded.width);
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
    expect(encodedMatrix(revived, other, allRows(other))).toEqual(writtenOut(encoded.inputs));
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

describe("A column with numbers far outside the others", () => {
  const random = createRandom(3);
  const numbers = Array.from({ length: 2000 }, () => 5 + 2 * normal(random));
  const learned = (x: readonly (number | null)[]) => {
    const table = frameFrom({ x, y: x.map((_, i) => i) });
    const [column] = fit(table).columns;
    if (column.kind !== "numeric") throw new Error("expected numbers");
    return { column, inputs: rowsOf(encode(fit(table), table, allRows(table))).map(([input]) => input) };
  };

  test("of which one is 1e9 leaves the inputs of all others as they were, and its own within 10", () => {
    const plain = learned(numbers);
    for (const [cell, expected] of [
      [1e9, 10],
      [-1e9, -10],
      [1e300, 10],
    ]) {
      const { column, inputs } = learned(numbers.with(700, cell));
      expect(column.clip).toBe(10);
      expect(inputs[700]).toBe(expected);
      inputs.forEach((input, i) => {
        // Median and quartiles of 2000 numbers are as good as known.
        if (i !== 700) expect(Math.abs(input - plain.inputs[i])).toBeLessThan(0.06 * (1 + Math.abs(input)));
      });
    }
  });

  test("is one where the farthest is more than ten thousand widths of the middle half from the median, missing cells aside", () => {
    // Quartiles 1 and 3 around 2.
    const others = [-40, 3, 30, 1.5, -20, 2, 2.5, 1, 1.8, 20, 2.2, -30];
    for (const side of [1, -1]) {
      for (const gaps of [[], [null, null]]) {
        for (const unit of [1, 2 ** -100, 2 ** 900]) {
          const cells = (far: number) =>
            [...gaps, ...others.map((x) => (side === 1 ? x : 4 - x)), 2 + side * far].map(
              (x) => x && unit * x,
            );
          const within = learned(cells(20_000)).column;
          const { mean, std } = moments(Float64Array.from(cells(20_000), (x) => x ?? Number.NaN));
          expect(within).toMatchObject({ mean, std });
          expect(within).not.toHaveProperty("clip");
          expect(learned(cells(20_001)).column).toMatchObject({
            mean: 2 * unit,
            std: (2 * unit) / 1.349,
            clip: 10,
          });
        }
      }
    }
  });

  test("is not one where half of the rows hold one number, as in counts that are mostly 0", () => {
    const counts = Array.from({ length: 40 }, (_, i) => (i % 9 > 6 ? 1e12 : 0));
    const { column } = learned(counts);
    const { mean, std } = moments(Float64Array.from(counts));
    expect(column).toMatchObject({ mean, std, varies: true });
    expect(column).not.toHaveProperty("clip");
  });

  test("is scaled as before without them: by mean and deviation, to the bit", () => {
    const { mean, std } = moments(Float64Array.from(numbers));
    const { column, inputs } = learned(numbers);
    expect(column).toEqual({
      name: "x",
      kind: "numeric",
      varies: true,
      missing: false,
      mean,
      std,
      integer: false,
    });
    expect(inputs).toEqual(numbers.map((x) => Math.fround((x - mean) / std)));
  });
});

describe("A column of more categories than get an input each", () => {
  /** The words 0 to 1001 in two rows each, but that the first two stand in one alone. */
  const words = Array.from({ length: 2002 }, (_, i) => `w${i < 1002 ? i : 2 + (i % 1000)}`);
  const table = frameFrom({ x: words, y: words.map((_, i) => i % 7) });
  const schema = inferSchema(table, { target: "y", overrides: { x: "categorical" } });
  const encoder = fitEncoder(table, allRows(table), schema);
  const inputs = encodedInputs(encoder);

  test("has an input for all others together, after those of the most frequent", () => {
    expect(schema.columns[0]).toMatchObject({ rest: { categories: 2, rows: 2 } });
    expect(encoder.columns[0]).toMatchObject({ other: true });
    expect(inputs).toHaveLength(1001);
    expect(inputs[1000]).toEqual({
      name: "x=any other",
      column: "x",
      kind: "category",
      category: "any other",
      scale: 1,
    });
    expect(inputs.map(({ category }) => category)).not.toContain("w0");
  });

  test("encodes rare and new ones alike as these, and missing ones as none", () => {
    const asked = frameFrom({ x: ["w0", "w1", "never seen", "w2", null] });
    for (const unseen of ["zeros", "error"] as const) {
      const encoded = encode({ ...encoder, unseen }, asked, allRows(asked));
      const active = rowsOf(encoded).map((row) => row.flatMap((value, j) => (value === 1 ? [j] : [])));
      const own = inputs.findIndex(({ category }) => category === "w2");
      expect(active).toEqual([[1000], [1000], [1000], [own], []]);
      expect(encoded.unseen).toEqual(new Map());
    }
  });
});
