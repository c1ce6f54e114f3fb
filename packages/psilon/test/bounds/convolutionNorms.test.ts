import { describe, expect, test } from "vitest";
import { convolutionNorms } from "../../src/bounds/convolutionNorms.ts";
import { circularNorm, enlargedGrid, toeplitzBound } from "../../src/bounds/convolutionSpectral.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { singularValues } from "../../src/engine/weights/singularValues.ts";
import {
  circularMatrix,
  convolutionMatrix,
  convolutionOf,
  randomConvolution,
  rowSum,
  transposed,
} from "../support/convolutionMatrix.ts";
import { between } from "../support/foldedNetworks.ts";

const spectral = (matrix: number[][]) => singularValues(matrix.flat(), matrix.length)[0];

const lengths = {
  inf: (x: number[]) => Math.max(...x.map(Math.abs)),
  "1": (x: number[]) => x.reduce((sum, value) => sum + Math.abs(value), 0),
  "2": (x: number[]) => Math.hypot(...x),
};

/** How far the matrix stretches some random x at most. */
function sampled(matrix: number[][], norm: keyof typeof lengths, random: Random): number {
  const ratios = Array.from({ length: 10 }, (_, k) => {
    const x = matrix[0].map(
      () => [normal(random), Math.sign(normal(random)), Number(random.next() < 0.1)][k % 3],
    );
    const y = matrix.map((values) => values.reduce((sum, value, j) => sum + value * x[j], 0));
    return lengths[norm](y) / Math.max(lengths[norm](x), 1e-300);
  });
  return Math.max(...ratios);
}

describe("Of 200 random convolutions", () => {
  const random = createRandom(31);
  const cases = Array.from({ length: 200 }, () => {
    const convolution = randomConvolution(random);
    return { convolution, matrix: convolutionMatrix(convolution) };
  });

  test("ℓ∞→ℓ∞ and ℓ1→ℓ1 are exactly the largest sums of a row and of a column, and never below", () => {
    for (const { convolution, matrix } of cases) {
      const norms = convolutionNorms(convolution);
      for (const [norm, exact] of [
        ["inf", rowSum(matrix)],
        ["1", rowSum(transposed(matrix))],
      ] as const) {
        expect(sampled(matrix, norm, random)).toBeLessThanOrEqual(exact * (1 + 1e-12));
        expect(norms[norm]).toBeGreaterThanOrEqual(exact);
        expect(norms[norm]).toBeLessThanOrEqual(exact * (1 + 1e-12));
      }
    }
  });

  test("ℓ2→ℓ2 is at most that on the circle, and that at most the Toeplitz bound", () => {
    for (const { convolution, matrix } of cases) {
      const exact = spectral(matrix);
      expect(sampled(matrix, "2", random)).toBeLessThanOrEqual(exact * (1 + 1e-12));
      const circular = circularNorm(convolution, enlargedGrid(convolution));
      expect(exact).toBeLessThanOrEqual(circular);
      // What Gram iteration leaves: n^(2^-12) for these sizes is below 1.002.
      expect(circular).toBeLessThanOrEqual(toeplitzBound(convolution) * 1.002);
      const bound = convolutionNorms(convolution)["2"];
      expect(exact).toBeLessThanOrEqual(bound);
      expect(bound).toBeLessThanOrEqual(circular);
    }
  });

  test("what goes round has exactly the largest singular value of its frequencies", () => {
    for (const { convolution } of cases.slice(0, 60)) {
      const grid = [between(random, 1, 4), between(random, 1, 4)] as const;
      const exact = spectral(circularMatrix(convolution, grid));
      const circular = circularNorm(convolution, grid);
      expect(circular).toBeGreaterThanOrEqual(exact * (1 - 1e-13));
      expect(circular).toBeLessThanOrEqual(exact * 1.003);
    }
  });
});

describe("The norm of a convolution", () => {
  const image = { height: 5, width: 5, size: 3, stride: 1, padding: 1 };

  test("with zeros around the image nears that on the circle and the supremum over all frequencies as images grow", () => {
    const random = createRandom(32);
    const { kernels } = convolutionOf(image, 2, 2, 1, () => normal(random));
    const shares = [2, 6, 14].map((side) => {
      const convolution = {
        ...convolutionOf({ ...image, height: side, width: side }, 2, 2, 1, () => 0),
        kernels,
      };
      return spectral(convolutionMatrix(convolution)) / circularNorm(convolution, [64, 64]);
    });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[2]).toBeGreaterThan(0.95);
    expect(shares[2]).toBeLessThanOrEqual(1);
  });

  test("on the circle of the image alone, with padding, may be below that with zeros, but not on the enlarged one", () => {
    // Neighbours of opposite signs: on a circle of 1 pixel they cancel.
    const convolution = { ...convolutionOf({ ...image, height: 1, width: 1 }, 1, 1, 1, () => 0) };
    convolution.kernels.set([0, 0, 0, -1, 1, 0, 0, 0, 0]);
    expect(spectral(convolutionMatrix(convolution))).toBe(1);
    expect(circularNorm(convolution, [1, 1])).toBeLessThan(1e-9);
    expect(circularNorm(convolution, enlargedGrid(convolution))).toBeCloseTo(2, 2);
  });

  test("of one channel is below the Toeplitz bound at all frequencies, those between its grid's among them", () => {
    const random = createRandom(35);
    for (let trial = 0; trial < 20; trial++) {
      const convolution = convolutionOf(image, 1, 1, 1, () => normal(random));
      const bound = toeplitzBound(convolution);
      for (let k = 0; k < 4000; k++) {
        const [f, g] = [2 * Math.PI * random.next(), 2 * Math.PI * random.next()];
        let [real, imaginary] = [0, 0];
        convolution.kernels.forEach((w, at) => {
          const angle = Math.floor(at / 3) * f + (at % 3) * g;
          real += w * Math.cos(angle);
          imaginary += w * Math.sin(angle);
        });
        expect(Math.hypot(real, imaginary)).toBeLessThanOrEqual(bound);
      }
    }
  });

  test("of windows side by side is that of their matrix", () => {
    const random = createRandom(33);
    const convolution = convolutionOf({ height: 6, width: 6, size: 3, stride: 3, padding: 0 }, 2, 5, 1, () =>
      normal(random),
    );
    const exact = singularValues(convolution.kernels, 5)[0];
    const bound = convolutionNorms(convolution)["2"];
    expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-14));
    expect(bound).toBeLessThanOrEqual(exact * 1.003);
  });

  test("is 0 of kernels of 0, and Infinity of a kernel that is no number", () => {
    for (const [value, norm] of [
      [0, 0],
      [Number.NaN, Number.POSITIVE_INFINITY],
    ]) {
      const convolution = convolutionOf(image, 2, 2, 1, () => value);
      const norms = convolutionNorms(convolution);
      expect(norms).toEqual({ inf: norm, "1": norm, "2": norm });
    }
  });

  test("takes the Toeplitz bound where Gram iteration would take minutes", () => {
    const random = createRandom(34);
    const convolution = convolutionOf(
      { height: 60, width: 60, size: 3, stride: 1, padding: 1 },
      96,
      96,
      1,
      () => normal(random),
    );
    expect(convolutionNorms(convolution)["2"]).toBe(toeplitzBound(convolution));
  });
});
