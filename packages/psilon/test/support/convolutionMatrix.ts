import type { Convolution } from "../../src/bounds/convolution.ts";
import { normal } from "../../src/engine/random/normal.ts";
import type { Random } from "../../src/engine/random/random.ts";
import { between } from "./foldedNetworks.ts";

/** A convolution of a small image, of any stride, padding and groups. */
export function randomConvolution(random: Random): Convolution {
  const size = between(random, 1, 4);
  const stride = between(random, 1, 3);
  const padding = between(random, 0, size - 1);
  const side = () => between(random, Math.max(1, size - 2 * padding), 6);
  return convolutionOf(
    { height: side(), width: side(), size, stride, padding },
    between(random, 1, 3),
    between(random, 1, 3),
    between(random, 1, 2),
    () => normal(random),
  );
}

/** `read` and `written` channels in each of the groups. */
export function convolutionOf(
  image: Pick<Convolution, "height" | "width" | "size" | "stride" | "padding">,
  read: number,
  written: number,
  groups: number,
  draw: () => number,
): Convolution {
  const { height, width, size, stride, padding } = image;
  const along = (pixels: number) => Math.floor((pixels + 2 * padding - size) / stride) + 1;
  return {
    ...image,
    down: along(height),
    across: along(width),
    groups,
    read: groups * read,
    written: groups * written,
    kernels: Float32Array.from({ length: groups * written * size * size * read }, draw),
  };
}

/** The convolution as rows of numbers: what each number written is of each that is read, channels last. */
export function convolutionMatrix(convolution: Convolution): number[][] {
  const { down, across, written } = convolution;
  return Array.from({ length: down * across * written }, (_, at) =>
    row(convolution, Math.floor(at / written / across), Math.floor(at / written) % across, at % written),
  );
}

function row(convolution: Convolution, i: number, j: number, channel: number): number[] {
  const { height, width, size, stride, padding, read, written, groups, kernels } = convolution;
  const part = read / groups;
  const first = Math.floor(channel / (written / groups)) * part;
  const out = Array<number>(height * width * read).fill(0);
  for (let p = 0; p < size; p++)
    for (let q = 0; q < size; q++)
      for (let k = 0; k < part; k++) {
        const [y, x] = [i * stride - padding + p, j * stride - padding + q];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        out[(y * width + x) * read + first + k] = kernels[((channel * size + p) * size + q) * part + k];
      }
  return out;
}

/** The same where the image goes round, on blocks of stride × stride pixels whose number is given. */
export function circularMatrix(convolution: Convolution, grid: readonly [number, number]): number[][] {
  const { size, stride, read, written, groups, kernels } = convolution;
  const [height, width] = grid.map((count) => count * stride);
  const part = read / groups;
  return Array.from({ length: grid[0] * grid[1] * written }, (_, at) => {
    const channel = at % written;
    const [i, j] = [Math.floor(at / written / grid[1]), Math.floor(at / written) % grid[1]];
    const first = Math.floor(channel / (written / groups)) * part;
    const out = Array<number>(height * width * read).fill(0);
    for (let p = 0; p < size; p++)
      for (let q = 0; q < size; q++)
        for (let k = 0; k < part; k++) {
          const [y, x] = [(i * stride + p) % height, (j * stride + q) % width];
          out[(y * width + x) * read + first + k] += kernels[((channel * size + p) * size + q) * part + k];
        }
    return out;
  });
}

/** The largest sum of magnitudes of a row. */
export const rowSum = (matrix: readonly number[][]): number =>
  Math.max(...matrix.map((values) => values.reduce((sum, value) => sum + Math.abs(value), 0)));

export const transposed = (matrix: readonly number[][]): number[][] =>
  matrix[0].map((_, j) => matrix.map((values) => values[j]));
