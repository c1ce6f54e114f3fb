import { describe, expect, test } from "vitest";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { orthogonal } from "../../../src/engine/weights/orthogonal.ts";
import { conditionNumber, singularValues } from "../../../src/engine/weights/singularValues.ts";

/** U·diag(σ)·Vᵀ with random orthonormal factors, rows × columns. */
function withValues(rows: number, columns: number, values: readonly number[], seed: number): Float64Array {
  const random = createRandom(seed);
  const left = orthogonal(rows, values.length, random);
  const right = orthogonal(values.length, columns, random);
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      values.forEach((value, k) => {
        matrix[i * columns + j] += left[i * values.length + k] * value * right[k * columns + j];
      });
    }
  }
  return matrix;
}

describe("singularValues", () => {
  test("are those that a matrix was made with, standing or lying", () => {
    const values = [7, 3, 3, 0.5, 1e-6];
    for (const [rows, columns] of [
      [5, 5],
      [9, 5],
      [5, 12],
      [40, 5],
    ]) {
      const found = singularValues(withValues(rows, columns, values, rows), rows);
      expect(found).toHaveLength(5);
      found.forEach((value, k) => {
        expect(Math.abs(value - values[k])).toBeLessThan(7e-15);
      });
    }
  });

  test("square up to the Frobenius norm, and multiply up to the determinant", () => {
    const random = createRandom(3);
    const [a, b, c, d] = Array.from({ length: 4 }, () => normal(random));
    const [s, t] = singularValues([a, b, c, d], 2);
    expect(s * t).toBeCloseTo(Math.abs(a * d - b * c), 14);
    expect(s * s + t * t).toBeCloseTo(a * a + b * b + c * c + d * d, 14);
  });

  test("of rows, columns, diagonals and zeros are plain to see", () => {
    expect(singularValues([3, -4], 1)[0]).toBeCloseTo(5, 14);
    expect(singularValues([3, -4], 2)[0]).toBeCloseTo(5, 14);
    expect([...singularValues([0, -2, 0, 0, 0, 5, 1, 0, 0], 3)].map((x) => Number(x.toFixed(12)))).toEqual([
      5, 2, 1,
    ]);
    expect([...singularValues(new Float64Array(6), 2)]).toEqual([0, 0]);
  });

  test("are found at once for a 500 × 500 matrix", () => {
    const random = createRandom(4);
    const matrix = Float32Array.from({ length: 500 * 500 }, () => normal(random));
    const values = singularValues(matrix, 500);
    const squares = (list: ArrayLike<number>) => Array.from(list).reduce((sum, x) => sum + x * x, 0);
    expect(squares(values) / squares(matrix)).toBeCloseTo(1, 12);
    expect(values.every((value, k) => k === 0 || value <= values[k - 1])).toBe(true);
  });
});

describe("conditionNumber", () => {
  test("is the ratio of the largest to the smallest singular value", () => {
    for (const smallest of [1, 1e-3, 1e-9]) {
      const found = conditionNumber(withValues(8, 6, [4, 2, 2, 1, 1, smallest], 5), 8);
      expect(Math.abs((found * smallest) / 4 - 1)).toBeLessThan(1e-5);
    }
  });

  test("is infinite without full rank", () => {
    expect(conditionNumber(withValues(8, 6, [4, 2, 2], 6), 8)).toBe(Number.POSITIVE_INFINITY);
    expect(conditionNumber(new Float32Array(9), 3)).toBe(Number.POSITIVE_INFINITY);
    expect(conditionNumber([1, 2, 1, 2], 2)).toBe(Number.POSITIVE_INFINITY);
  });
});
