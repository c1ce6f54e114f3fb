import type { Convolution } from "./convolution.js";
import { ROOT_ERROR, rootsOfUnity } from "./rootsOfUnity.js";
import { gamma } from "./rounding.js";

/** A convolution, of one of its groups, as one small matrix F(ω) for each frequency ω of a grid. */
export interface Symbols {
  readonly rows: number;
  readonly columns: number;
  /** F at frequency (f, g) of the grid, complex, as the real matrix [[Re F, −Im F], [Im F, Re F]], which has F's singular values, each twice. */
  at(f: number, g: number): Float64Array;
  /** How far each entry of F, rows × columns, may be from the one computed. */
  readonly errors: Float64Array;
}

/**
 * F(ω) = Σ_ab W_ab·e^(i(aω₁ + bω₂)). With stride s pixel (s·a + r, s·b + t) of a window is channel (r, t) of block (a, b), so that on the
 * image's blocks of s × s pixels it is a convolution of stride 1 with kernels of ⌈size/s⌉ (polyphase form): W_ab is (channels written) ×
 * (channels read, of each of the places in a block that a kernel sees).
 *
 * `grid`: (n₁, n₂), for the frequencies (2πf/n₁, 2πg/n₂).
 */
export function symbolsOf(convolution: Convolution, group: number, grid: readonly [number, number]): Symbols {
  const { kernels, size, stride, groups } = convolution;
  const part = convolution.read / groups;
  const rows = convolution.written / groups;
  const phases = Math.min(size, stride);
  const columns = phases * phases * part;
  const [down, across] = grid.map(rootsOfUnity);

  /** Calls with each entry of the kernels, the block it is in, and its place in F. */
  const entries = (visit: (w: number, a: number, b: number, row: number, column: number) => void) => {
    for (let row = 0, at = group * rows * size * size * part; row < rows; row++) {
      for (let p = 0; p < size; p++) {
        for (let q = 0; q < size; q++) {
          const from = ((p % stride) * phases + (q % stride)) * part;
          const [a, b] = [Math.floor(p / stride), Math.floor(q / stride)];
          for (let k = 0; k < part; k++, at++) visit(kernels[at], a, b, row, from + k);
        }
      }
    }
  };
  const blocks = Math.ceil(size / stride);
  const errors = new Float64Array(rows * columns);
  // Of a product of two roots either part errs by less than 6 times what a part of one may; √2 < 2 for both parts.
  const error = 2 * (8 * ROOT_ERROR + 2 * gamma(blocks * blocks + 4));
  entries((w, _a, _b, row, column) => {
    errors[row * columns + column] += error * Math.abs(w);
  });
  return {
    rows,
    columns,
    errors,
    at(f, g) {
      const phase = (a: number, b: number) => {
        const [j, k] = [(a * f) % grid[0], (b * g) % grid[1]];
        const [c, s, d, t] = [down.real[j], down.imaginary[j], across.real[k], across.imaginary[k]];
        return [c * d - s * t, c * t + s * d];
      };
      const phasesAt = Array.from({ length: blocks * blocks }, (_, k) =>
        phase(Math.floor(k / blocks), k % blocks),
      );
      const width = 2 * columns;
      const matrix = new Float64Array(2 * rows * width);
      entries((w, a, b, row, column) => {
        const [real, imaginary] = phasesAt[a * blocks + b];
        const above = row * width + column;
        const beneath = (rows + row) * width + column;
        matrix[above] += w * real;
        matrix[beneath] += w * imaginary;
        matrix[above + columns] = -matrix[beneath];
        matrix[beneath + columns] = matrix[above];
      });
      return matrix;
    },
  };
}
