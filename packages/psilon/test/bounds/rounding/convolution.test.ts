import { describe, expect, test } from "vitest";
import { convolutionNorms } from "../../../src/bounds/convolutionNorms.ts";
import { circularNorm, enlargedGrid, toeplitzBound } from "../../../src/bounds/convolutionSpectral.ts";
import { ROOT_ERROR, rootsOfUnity } from "../../../src/bounds/rootsOfUnity.ts";
import { convolutionOf } from "../../support/convolutionMatrix.ts";
import { add, dyadic, isAtMost, magnitude, multiply, subtract, sumOf } from "../../support/dyadic.ts";
import { roundsDown } from "../../support/roundingDown.ts";

describe("No rounding takes a convolution's norm below the exact one", () => {
  const many = roundsDown(300);
  const one = { height: 1, width: 1, size: 1, stride: 1, padding: 0 };

  test("where sums of magnitudes lose all terms but one", () => {
    const exact = sumOf(many.map(dyadic));
    const wide = { ...convolutionOf(one, many.length, 1, 1, () => 0), kernels: Float32Array.from(many) };
    expect(isAtMost(exact, convolutionNorms(wide).inf)).toBe(true);
    const tall = { ...convolutionOf(one, 1, many.length, 1, () => 0), kernels: Float32Array.from(many) };
    expect(isAtMost(exact, convolutionNorms(tall)["1"])).toBe(true);
    // Of one row and column of places.
    const size = 17;
    const places = Float32Array.from({ length: size * size }, (_, k) => many[k]);
    const window = { height: size, width: size, size, stride: 1, padding: 0 };
    const spread = { ...convolutionOf(window, 1, 1, 1, () => 0), kernels: places };
    expect(isAtMost(sumOf(Array.from(places, dyadic)), convolutionNorms(spread).inf)).toBe(true);
  });

  test("where the square of a length does, in every bound of ℓ2", () => {
    const roots = many.map(Math.sqrt);
    const square = sumOf(roots.map((value) => multiply(dyadic(value), dyadic(value))));
    for (const [read, written] of [
      [roots.length, 1],
      [1, roots.length],
    ]) {
      const convolution = {
        ...convolutionOf(one, read, written, 1, () => 0),
        kernels: Float32Array.from(roots),
      };
      for (const bound of [
        circularNorm(convolution, enlargedGrid(convolution)),
        toeplitzBound(convolution),
        convolutionNorms(convolution)["2"],
      ]) {
        const squared = multiply(dyadic(bound), dyadic(bound));
        expect(isAtMost(subtract(square, squared), 0)).toBe(true);
        expect(bound).toBeLessThan(1.001);
      }
    }
  });

  test("where the sum that a frequency of 0 makes of a kernel does", () => {
    const size = 17;
    const window = { height: size, width: size, size, stride: 1, padding: 0 };
    const places = Float32Array.from({ length: size * size }, (_, k) => many[k]);
    const convolution = { ...convolutionOf(window, 1, 1, 1, () => 0), kernels: places };
    const exact = sumOf(Array.from(places, dyadic));
    for (const bound of [circularNorm(convolution, [3, 4]), toeplitzBound(convolution)]) {
      expect(isAtMost(exact, bound)).toBe(true);
      expect(bound).toBeLessThan(1.02);
    }
  });
});

describe("Roots of unity", () => {
  test("are no farther from the exact ones than is said", () => {
    for (let n = 1; n < 70; n++) {
      const { real, imaginary } = rootsOfUnity(n);
      for (let j = 0; j < n; j++) {
        expect(Math.abs(real[j] - Math.cos((2 * Math.PI * j) / n))).toBeLessThan(ROOT_ERROR);
        expect(Math.abs(imaginary[j] - Math.sin((2 * Math.PI * j) / n))).toBeLessThan(ROOT_ERROR);
        // In exact arithmetic: the square of the length is near 1.
        const [c, s] = [dyadic(real[j]), dyadic(imaginary[j])];
        const off = magnitude(subtract(add(multiply(c, c), multiply(s, s)), dyadic(1)));
        expect(isAtMost(off, 3 * ROOT_ERROR)).toBe(true);
      }
    }
  });
});
