import { describe, expect, test } from "vitest";
import { spectralNorm } from "../../../src/bounds/spectralNorm.ts";
import { spectralFactor } from "../../../src/bounds/spectralProduct.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { add, type Dyadic, dot, dyadic, isAtMost, multiply, subtract, sumOf } from "../../support/dyadic.ts";
import { between, normals } from "../../support/foldedNetworks.ts";
import { ones, roundsDown } from "../../support/roundingDown.ts";

/** a² ≤ b² for b ≥ 0. */
const isSquareAtMost = (square: Dyadic, b: number) =>
  isAtMost(subtract(square, multiply(dyadic(b), dyadic(b))), 0);

/** ‖Wx‖² and ‖x‖², exactly. */
function stretch(matrix: Float64Array, rows: number, x: ArrayLike<number>): [Dyadic, Dyadic] {
  const products = Array.from({ length: rows }, (_, i) =>
    dot(matrix.subarray(i * x.length, (i + 1) * x.length), x),
  );
  return [sumOf(products.map((value) => multiply(value, value))), dot(x, x)];
}

/** A direction that W stretches nearly as far as any. */
function farthest(matrix: Float64Array, rows: number, columns: number): number[] {
  let x = ones(columns).map((value, j) => value + j / 16);
  for (let step = 0; step < 300; step++) {
    const y = Array.from({ length: rows }, (_, i) =>
      x.reduce((sum, value, j) => sum + value * matrix[i * columns + j], 0),
    );
    x = x.map((_, j) => y.reduce((sum, value, i) => sum + value * matrix[i * columns + j], 0));
    const size = Math.hypot(...x);
    x = x.map((value) => value / size);
  }
  return x;
}

describe("The spectral norm from above", () => {
  const scales = [1, 1.3, 1.9999, 2 ** 200, 2 ** -200];

  test.each(scales)(
    "is not below that of a vector, which is its length, where float64 loses all terms but one (× %d)",
    (scale) => {
      for (const count of [1, 3, 10, 100, 2000]) {
        const vector = roundsDown(count).map((value) => scale * Math.sqrt(value));
        const square = dot(vector, vector);
        for (const [rows, columns] of [
          [1, count + 1],
          [count + 1, 1],
        ]) {
          const found = spectralNorm(Float64Array.from(vector), rows, columns);
          expect(isSquareAtMost(square, found)).toBe(true);
          expect(found / scale).toBeLessThan(
            Math.hypot(...roundsDown(count).map(Math.sqrt)) * (1 + 2e-15 * (count + 20)),
          );
        }
      }
    },
  );

  test("is not below that of a product of two vectors, whose square is the product of theirs", () => {
    const random = createRandom(15);
    for (let trial = 0; trial < 60; trial++) {
      const [rows, columns] = [between(random, 1, 12), between(random, 1, 12)];
      // Few bits, so that every entry is exact.
      const [left, right] = [rows, columns].map((n) =>
        Array.from({ length: n }, () => Math.floor(2 ** 26 * (random.next() - 0.5)) * 2 ** -25),
      );
      const matrix = Float64Array.from(left.flatMap((l) => right.map((r) => l * r)));
      const found = spectralNorm(matrix, rows, columns);
      expect(isSquareAtMost(multiply(dot(left, left), dot(right, right)), found)).toBe(true);
      expect(found).toBeLessThan(Math.hypot(...left) * Math.hypot(...right) * (1 + 1e-13));
    }
  });

  test("is not below the stretch of the vector that is stretched most", () => {
    const random = createRandom(16);
    for (let trial = 0; trial < 40; trial++) {
      const [rows, columns] = [between(random, 1, 9), between(random, 1, 9)];
      const matrix = Float64Array.from({ length: rows * columns }, normals(random));
      const found = spectralNorm(matrix, rows, columns);
      const [to, from] = stretch(matrix, rows, farthest(matrix, rows, columns));
      expect(isAtMost(subtract(to, multiply(from, multiply(dyadic(found), dyadic(found)))), 0)).toBe(true);
    }
  });
});

describe("A pair's spectral factor", () => {
  test("is not below how far the pair stretches one unit where float64 rounds 1 + W to 1", () => {
    for (const weight of [2 ** -54, 2 ** -60, 2 ** -100, -(2 ** -54), 0.1, -0.3]) {
      const pair = {
        rows: 1,
        columns: 1,
        residual: true,
        positive: Float32Array.of(weight),
        negative: Float32Array.of(0),
      };
      const found = spectralFactor(pair);
      expect(isAtMost(add(dyadic(1), dyadic(pair.positive[0])), found)).toBe(true);
      expect(found).toBeLessThan(1 + Math.abs(weight) + 1e-7);
    }
  });
});
