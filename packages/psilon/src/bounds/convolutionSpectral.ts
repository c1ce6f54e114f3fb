import type { Convolution } from "./convolution.js";
import { above, orInfinity } from "./rounding.js";
import { spectralNorm } from "./spectralNorm.js";
import { type Symbols, symbolsOf } from "./symbols.js";

/**
 * σ of the convolution on an image that goes round, of n₁ × n₂ blocks of stride × stride pixels: the largest σ(F(ω)) over the n₁·n₂ frequencies,
 * because the discrete Fourier transform keeps lengths and takes the convolution apart into these (Sedghi et al., arXiv:1805.10408).
 * Each by Gram iteration (Delattre et al., arXiv:2305.16173), which is from above at every step, and no further than to below the largest so far. Rounded outwards.
 *
 * Time: with the number of frequencies and the cube of the channels.
 */
export function circularNorm(convolution: Convolution, grid: readonly [number, number]): number {
  return largestOverGroups(convolution, grid, (symbols) => {
    const { rows, columns } = symbols;
    const error = above(lengthOf(symbols.errors) * (1 + rows * columns * 2 ** -50));
    let largest = 0;
    // F(−ω) is the complex conjugate of F(ω).
    for (let f = 0; 2 * f <= grid[0]; f++) {
      for (let g = 0; g < grid[1]; g++) {
        largest = Math.max(largest, spectralNorm(symbols.at(f, g), 2 * rows, 2 * columns, largest));
      }
    }
    return above(largest + error);
  });
}

/**
 * The grid for which `circularNorm` is at least σ of the convolution with zeros around the image, ⌈(height + padding)/stride⌉ ×
 * ⌈(width + padding)/stride⌉: with padding 0 and stride 1 the image itself.
 *
 * Proof, along one side of n pixels. Windows see the places from −p to at most n + p − 1, and what is outside 0 … n − 1 is 0. Put the pixels on a circle
 * of N = s·⌈(n + p)/s⌉ ≥ n + p places, zeros elsewhere: places −p … −1 become N − p … N − 1, and n … n + p − 1 are below N, so that all of them
 * are beyond the pixels and hold 0, whichever may fall on one another. So on every window of the image both convolutions agree; there are no more than N/s. What zeros
 * write is thus a part of what the circle writes for the same numbers, and a part is no longer than the whole.
 */
export const enlargedGrid = ({ height, width, stride, padding }: Convolution): [number, number] => [
  Math.ceil((height + padding) / stride),
  Math.ceil((width + padding) / stride),
];

/** 1/cos(π/16), from above. */
const BETWEEN = 1.0195911583;

/**
 * The Toeplitz bound (Araujo et al., arXiv:2006.08391, theorem 4), of images of any size with zeros around them: σ² ≤ Σ_i sup_ω Σ_j |F_ij(ω)|²,
 * or the same with rows and columns exchanged, the smaller. With zeros, an image of any size is a part of one without end, of which Fourier's transform makes F(ω); there
 * channel i is no longer than sup_ω ‖F_i(ω)‖ times the image.
 *
 * The supremum is from above: Σ_j |F_ij(ω)|² is a real trigonometric polynomial of degree d in each of two variables, and its largest value at most
 * 1/cos²(πd/n) times the largest on a grid of n × n, n > 2d (Ehlich & Zeller 1964: near its largest value, such a polynomial falls no faster than cos(dω)). Here n = 16d.
 * Never below σ(F(ω)) at any ω, and far less work than `circularNorm`: a look at each entry of F. Rounded outwards.
 */
export function toeplitzBound(convolution: Convolution): number {
  const n = Math.max(1, 16 * (Math.ceil(convolution.size / convolution.stride) - 1));
  return largestOverGroups(convolution, [n, n], (symbols) => {
    const { rows, columns, errors } = symbols;
    const byRow = { line: (at: number) => Math.floor(at / columns), largest: new Float64Array(rows) };
    const byColumn = { line: (at: number) => at % columns, largest: new Float64Array(columns) };
    for (let f = 0; 2 * f <= n; f++) {
      for (let g = 0; g < n; g++) {
        const matrix = symbols.at(f, g);
        for (const { line, largest } of [byRow, byColumn]) {
          const sums = new Float64Array(largest.length);
          for (let at = 0; at < errors.length; at++) {
            const place = 2 * columns * Math.floor(at / columns) + (at % columns);
            const length = Math.sqrt(matrix[place] ** 2 + matrix[place + columns] ** 2) + errors[at];
            sums[line(at)] += length ** 2;
          }
          sums.forEach((sum, k) => {
            largest[k] = Math.max(largest[k], sum);
          });
        }
      }
    }
    const [rowwise, columnwise] = [byRow, byColumn].map(({ largest }) =>
      Math.sqrt(largest.reduce((sum, value) => sum + value, 0)),
    );
    return Math.min(rowwise, columnwise) * (n > 1 ? BETWEEN : 1) * (1 + (rows + columns + 16) * 2 ** -50);
  });
}

/** Groups read and write channels of their own: of the convolution as a whole σ is the largest of theirs. */
const largestOverGroups = (
  convolution: Convolution,
  grid: readonly [number, number],
  bound: (symbols: Symbols) => number,
): number =>
  orInfinity(
    Array.from({ length: convolution.groups }, (_, group) =>
      bound(symbolsOf(convolution, group, grid)),
    ).reduce((most, value) => Math.max(most, value), 0),
  );

const lengthOf = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
