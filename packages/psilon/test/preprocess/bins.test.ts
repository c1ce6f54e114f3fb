import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { fitEdges, numberAt, positionAmong } from "../../src/preprocess/bins.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { type EncodedColumn, type Encoder, encodedInputs } from "../../src/preprocess/encoder.ts";
import { takeColumns, writtenOut } from "../../src/preprocess/inputs.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { rowsOf } from "./people.ts";

const random = createRandom(7);
const numbers = Float64Array.from({ length: 500 }, () => 3 * normal(random) - 40);

describe("Edges", () => {
  test("hold as many of the numbers between each two", () => {
    const edges = fitEdges(numbers) ?? [];
    expect(edges[0]).toBe(Math.min(...numbers));
    expect(edges.at(-1)).toBe(Math.max(...numbers));
    const counts = edges.slice(1).map((to, t) => numbers.filter((x) => x > edges[t] && x <= to).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test("are the numbers themselves where they are few, whatever is missing", () => {
    expect(fitEdges(Float64Array.of(5, 1, Number.NaN, 1, 2, 5))).toEqual([1, 2, 5]);
    expect(fitEdges(Float64Array.of(5, 1, 1, Number.NaN))).toBeNull();
    expect(fitEdges(Float64Array.of(7, 7))).toBeNull();
    expect(fitEdges(new Float64Array(0))).toBeNull();
  });

  test("are never nearer than a hundredth of the middle half's width", () => {
    const skewed = Float64Array.from({ length: 1000 }, (_, i) => (i < 600 ? i * 1e-7 : i));
    const edges = fitEdges(skewed) ?? [];
    const widths = edges.slice(1).map((to, t) => to - edges[t]);
    expect(Math.min(...widths)).toBeGreaterThan(0.01 * 500);
    expect(fitEdges(Float64Array.of(0, 5e-324, 1e-323))).toBeNull();
  });
});

describe("The position among edges", () => {
  const edges = fitEdges(numbers) ?? [];

  test("tells the number, but for rounding", () => {
    for (const x of numbers) expect(numberAt(edges, positionAmong(edges, x))).toBeCloseTo(x, 5);
    expect(edges.map((_, t) => numberAt(edges, t))).toEqual(edges);
  });

  test("is whole at an edge, never falls as x grows, and ends where the edges do", () => {
    edges.forEach((edge, t) => {
      expect(positionAmong(edges, edge)).toBe(t);
    });
    expect(positionAmong(edges, -1e308)).toBe(0);
    expect(positionAmong(edges, 1e308)).toBe(edges.length - 1);
    const tight = [0.1, 0.1 + 1e-15, 0.1 + 1e-14, 3e7, 1e300];
    for (const own of [edges, tight]) {
      for (let trial = 0; trial < 5000; trial++) {
        const t = Math.floor(random.next() * (own.length - 1));
        const x = own[t] + random.next() * (own[t + 1] - own[t]);
        const more = x + random.next() * 10 ** (-18 * random.next()) * (own[t + 1] - own[t]);
        expect(positionAmong(own, more)).toBeGreaterThanOrEqual(positionAmong(own, x));
        expect(Math.fround(positionAmong(own, x))).toBe(positionAmong(own, x));
      }
    }
  });
});

const column = (name: string, withValue: boolean, missing: boolean): EncodedColumn => ({
  name,
  kind: "numeric",
  varies: true,
  missing,
  mean: 4,
  std: 2,
  integer: false,
  bins: { edges: [0, 2, 4, 8], withValue },
});
const encoder: Encoder = {
  unseen: "zeros",
  columns: [
    { name: "c", kind: "categorical", varies: true, missing: false, categories: ["p", "q"] },
    column("a", false, true),
    { name: "t", kind: "boolean", varies: true, missing: false },
    column("b", true, false),
  ],
};
const table = frameFrom({ c: ["q", "p", "q"], a: [3, null, 9], t: ["yes", "no", "yes"], b: [-5, null, 7] });
const encoded = encode(encoder, table, Int32Array.of(0, 1, 2));
// c=p, c=q, a's bins, a is missing, t, b, b's bins.
const expected = [
  [0, 1, 1, 0.5, 0, 0, 1, -4.5, 0, 0, 0],
  // What is missing is where the mean is.
  [1, 0, 1, 1, 0, 1, -1, 0, 1, 1, 0],
  [0, 1, 1, 1, 1, 0, 1, 1.5, 1, 1, 0.75],
];

test("A column by its bins becomes what piecewise-linear encoding is by definition", () => {
  expect(rowsOf(encoded)).toEqual(expected);
  const inputs = encodedInputs(encoder);
  expect(inputs.map(({ kind }) => kind)).toEqual([
    "category",
    "category",
    "bin",
    "bin",
    "bin",
    "missing",
    "boolean",
    "numeric",
    "bin",
    "bin",
    "bin",
  ]);
  expect(inputs[4]).toEqual({ name: "a from 4 to 8", column: "a", kind: "bin", scale: 0.25 });
});

test("Of inputs by bins any can be taken, as of a matrix", () => {
  for (const columns of [
    [0, 2, 3, 4, 7],
    [2, 4, 5, 8, 9, 10],
    [3, 9],
  ]) {
    const taken = writtenOut(takeColumns(encoded.inputs, encoded.width, Int32Array.from(columns)));
    expect([...taken]).toEqual(expected.flatMap((row) => columns.map((j) => row[j])));
  }
});
