import { convolutionNorms } from "./convolutionNorms.js";
import type { Norms } from "./matrixNorms.js";
import { above } from "./rounding.js";
import { largestOverPixels, type Windows } from "./windows.js";

/** Means of windows are a convolution, of every channel by itself, with kernels of 1/size². */
export function averagePoolNorms(windows: Windows): Norms {
  const area = windows.size ** 2;
  const ones = new Float32Array(area).fill(1);
  const sums = convolutionNorms({ ...windows, read: 1, written: 1, groups: 1, kernels: ones });
  return { inf: above(sums.inf / area), "1": above(sums["1"] / area), "2": above(sums["2"] / area) };
}

/**
 * Maxima of windows differ by no more than the pixel that differs most, and a pixel is seen by so many windows at most: Σ max|Δ| ≤ Σ Σ|Δ|,
 * the sums over the windows and their pixels, counts each pixel so often, and so do squares. One pixel above all others shows all of it.
 */
export function maxPoolNorms(windows: Windows): Norms {
  const seen = largestOverPixels(windows, [new Float64Array(windows.size ** 2).fill(1)], 0);
  return { inf: 1, "1": seen, "2": above(Math.sqrt(seen)) };
}

/** The mean of so many numbers. */
export const meanNorms = (count: number): Norms => ({
  inf: 1,
  "1": above(1 / count),
  "2": above(1 / Math.sqrt(count)),
});
