import { expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { type EncodedColumn, encodedInputs, inputsOf, standardize } from "../../src/preprocess/encoder.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { rowsOf } from "./people.ts";

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
  const expected = { numeric: 2, bin: Number.NaN, boolean: 1, category: 0, missing: 0 };
  expect(present).toEqual(
    encodedInputs(encoder).map(({ kind, category }) => (category === "q" ? 1 : expected[kind])),
  );
  expect(absent).toEqual(encodedInputs(encoder).map(({ kind }) => Number(kind === "missing")));
  expect(encode(encoder, table, Int32Array.of(0, 1)).unseen).toEqual(new Map());
  expect(encode(encoder, table, Int32Array.of(0, 1)).imputed).toEqual(
    new Map(columns.filter(({ missing }) => !missing).map(({ name }) => [name, 1])),
  );
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

test("A standardized number goes no farther than its clip, in the middle as without one", () => {
  const scaling = { mean: 3, std: 2, clip: 10 };
  const xs = [-1e308, -18, -17, -16.9, 0, 3, 22.9, 23, 24, 1e308];
  const found = xs.map((x) => standardize(scaling, x));
  expect(found).toEqual(xs.map((x) => Math.max(-10, Math.min(10, Math.fround((x - 3) / 2)))));
  expect(found).toEqual(found.toSorted((a, b) => a - b));
});
