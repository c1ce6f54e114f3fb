import { expect, test } from "vitest";
import { encode } from "../../src/preprocess/encode.ts";
import { takeColumns, takeInputs, takeRows, writtenOut } from "../../src/preprocess/inputs.ts";
import { allRows } from "../support/csv.ts";
import { fit, people } from "./people.ts";

test("Rows of a matrix are taken whole, in any order and as often as they are named", () => {
  const matrix = Float64Array.of(1, 2, 3, 4, 5, 6);
  expect(takeRows(matrix, 2, Int32Array.of(2, 0, 2))).toEqual(Float64Array.of(5, 6, 1, 2, 5, 6));
  expect(takeRows(Int32Array.of(7, 8), 1, Int32Array.of(1))).toEqual(Int32Array.of(8));
});

test("Columns of a matrix are taken in the order given, and all of them are the matrix itself", () => {
  const matrix = Float32Array.of(1, 2, 3, 4, 5, 6);
  expect(takeColumns(matrix, 3, Int32Array.of(2, 0))).toEqual(Float32Array.of(3, 1, 6, 4));
  expect(takeColumns(matrix, 3, Int32Array.of(1))).toEqual(Float32Array.of(2, 5));
  expect(takeColumns(matrix, 3, Int32Array.of(0, 1, 2))).toBe(matrix);
});

test("Coded inputs stand for the matrix that they are when written out, of any rows and any columns of theirs", () => {
  const { inputs, width } = encode(fit(people), people, allRows(people));
  expect(inputs).not.toBeInstanceOf(Float32Array);
  const matrix = writtenOut(inputs);
  expect(matrix).toHaveLength(people.rowCount * width);
  expect(writtenOut(matrix)).toBe(matrix);
  const places = Int32Array.of(3, 0, 3);
  expect(writtenOut(takeInputs(inputs, width, places))).toEqual(takeRows(matrix, width, places));
  expect(takeInputs(matrix, width, places)).toEqual(takeRows(matrix, width, places));
  for (const columns of [[0], [1, 2, 7], [3, 8], [...Array(width).keys()].slice(1)].map((list) =>
    Int32Array.from(list),
  )) {
    expect(writtenOut(takeColumns(inputs, width, columns))).toEqual(takeColumns(matrix, width, columns));
  }
});
