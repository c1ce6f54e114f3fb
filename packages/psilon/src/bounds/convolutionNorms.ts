import { type Convolution, weightsByRead, weightsByWritten } from "./convolution.js";
import { circularNorm, enlargedGrid, toeplitzBound } from "./convolutionSpectral.js";
import type { Norms } from "./matrixNorms.js";
import { above, orInfinity } from "./rounding.js";
import { largestOverPixels, largestOverWindows } from "./windows.js";

/** Products of two numbers that Gram iterations may take; a minute. */
const LIMIT = 4e10;

/**
 * ℓ∞→ℓ∞ and ℓ1→ℓ1 are the largest sums of a row and of a column of the convolution's matrix, at the image's borders or within. ℓ2→ℓ2 is the
 * smaller of σ on a circle that holds the image and √(ℓ∞→ℓ∞ · ℓ1→ℓ1) (Schur), with the Toeplitz bound in place of the first where that would take too long.
 */
export function convolutionNorms(convolution: Convolution): Norms {
  const { read, written, groups, size, stride } = convolution;
  const inf = largestOverWindows(convolution, weightsByWritten(convolution), read / groups);
  const one = largestOverPixels(convolution, weightsByRead(convolution), written / groups);
  const grid = enlargedGrid(convolution);
  const sides = [written / groups, (read / groups) * Math.min(size, stride) ** 2];
  const [n, inner] = [2 * Math.min(...sides), 2 * Math.max(...sides)];
  const work = groups * (1 + grid[0] / 2) * grid[1] * n * n * (n * 5 + inner / 2);
  // Only what is 0 is 0.
  if (inf === 0) return { inf, "1": one, "2": 0 };
  const spectral = work < LIMIT ? circularNorm(convolution, grid) : toeplitzBound(convolution);
  return { inf, "1": one, "2": orInfinity(Math.min(spectral, above(Math.sqrt(above(inf * one))))) };
}
