import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { type Band, createBands } from "./bands.js";
import type { Shape } from "./shape.js";
import type { Windows } from "./windows.js";

/** Of what is written the rows of windows of one image and band, and of these the ones that the products take for each row of a window. */
interface BandPart {
  readonly whole: Tensor;
  readonly seen: readonly Tensor[];
}

/** The parts of what is written, for each image those of its bands. */
export type Parts = readonly (readonly BandPart[])[];

/**
 * Products of the windows P of images, a row for each window, with a matrix of a row for each channel that is written. They are the sums
 * over a window's rows i of P_i·W_iᵀ, with P_i what the windows see in their i-th row and W_i those columns of the matrix. The P_i are parts
 * of one matrix, the pixels unfolded along their rows, which is written a band of an image at a time, in both directions anew: it is as
 * large however many rows of pixels an image has.
 */
export interface ImageProduct {
  /** A tensor of what is written, examples × places rows, in its parts. */
  partsOf(tensor: Tensor): Parts;
  /** Takes W, or a multiple of it, for the products that follow. */
  take(matrix: Tensor): void;
  /** Z ← P·Wᵀ of the first n images. */
  forward(n: number, x: Tensor, z: Parts): void;
  /** Begins a sum of gradients at 0. */
  clear(): void;
  /**
   * Adds δᵀ·P to the sum of gradients, and, where there is `onto`, to that the sum of δ·W over the windows that see a pixel.
   */
  backward(n: number, x: Tensor, delta: Parts, onto: Tensor | null): void;
  /** Writes the sum of gradients as one of W. */
  put(gradient: Tensor): void;
}

/** For images of the shape `read` of which [down, across, channels] is written. */
export function createImageProduct(
  { arena, kernels, product }: Backend,
  { size, stride = 1, padding = 0, groups = 1 }: Windows,
  [height, width, read]: Shape,
  [down, across, channels]: Shape,
  examples: number,
): ImageProduct {
  const part = read / groups;
  const written = channels / groups;
  const run = size * part;
  const windows = { size, stride, padding };
  const { unfolded, all } = createBands(arena, windows, height, [down, across], run);
  // What each group and row of a window multiplies with, one after the other, and the gradient of that.
  const matrices = Array.from({ length: groups * size }, () => arena.tensor(written, run));
  const gradients = Array.from({ length: groups * size }, () => arena.tensor(written, run));
  /** A band's part of a tensor whose first row is that of the windows' row `first`. */
  const partOf = (tensor: Tensor, first: number, { start, count, seen }: Band): BandPart => ({
    whole: tensor.slice((start - first) * across, count * across),
    seen: seen.map((one) => tensor.slice((one.start - first) * across, one.count * across)),
  });
  // A group's share of what is written, where that is not all of it, in each band.
  const share = groups > 1 ? arena.tensor(all[0].count * across, written) : null;
  const shares = share && all.map((band) => partOf(share, band.start, band));

  /** Between the matrix, a window's rows side by side, and the parts of each. */
  const split = (whole: Tensor, parts: readonly Tensor[], isBack: boolean) => {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < size; i++) {
        const one = parts[g * size + i].pointer;
        const place = whole.pointer + 4 * (g * written * size + i) * run;
        if (isBack) kernels.copyColumns(written, run, one, run, place, size * run);
        else kernels.copyColumns(written, run, place, size * run, one, run);
      }
    }
  };
  const copyShare = (tensor: Tensor, g: number, isBack: boolean) => {
    if (!share) return;
    const place = tensor.pointer + 4 * g * written;
    if (isBack) kernels.copyColumns(tensor.rows, written, share.pointer, written, place, channels);
    else kernels.copyColumns(tensor.rows, written, place, channels, share.pointer, written);
  };
  const imageAt = (images: Tensor, e: number) => images.pointer + 4 * e * height * width * read;
  const unfold = (from: number, { top, rows }: Band, g: number) => {
    const first = g * part;
    const to = unfolded.pointer;
    kernels.unfoldRows(top, rows, height, width, read, first, part, size, stride, padding, across, from, to);
  };
  const foldOnto = (to: number, { top, rows }: Band, g: number) => {
    const first = g * part;
    const from = unfolded.pointer;
    kernels.foldRows(top, rows, height, width, read, first, part, size, stride, padding, across, from, to);
  };

  return {
    partsOf: (tensor) =>
      Array.from({ length: examples }, (_, e) => all.map((band) => partOf(tensor, -e * down, band))),
    take(matrix) {
      split(matrix, matrices, false);
    },
    forward(n, x, parts) {
      for (let e = 0; e < n; e++) {
        for (let b = 0; b < all.length; b++) {
          const { seen } = all[b];
          const own = parts[e][b];
          const z = shares ? shares[b] : own;
          for (let g = 0; g < groups; g++) {
            unfold(imageAt(x, e), all[b], g);
            z.whole.data.fill(0);
            for (let k = 0; k < seen.length; k++) {
              const { row, pixels } = seen[k];
              const w = matrices[g * size + row];
              product.multiply("NT", pixels.rows, written, run, pixels, w, z.seen[k], true);
            }
            copyShare(own.whole, g, true);
          }
        }
      }
    },
    clear() {
      for (let k = 0; k < gradients.length; k++) gradients[k].data.fill(0);
    },
    backward(n, x, parts, onto) {
      for (let e = 0; e < n; e++) {
        for (let b = 0; b < all.length; b++) {
          const { seen } = all[b];
          const own = parts[e][b];
          const delta = shares ? shares[b] : own;
          for (let g = 0; g < groups; g++) {
            copyShare(own.whole, g, false);
            unfold(imageAt(x, e), all[b], g);
            for (let k = 0; k < seen.length; k++) {
              const { row, pixels } = seen[k];
              const to = gradients[g * size + row];
              product.multiply("TN", written, run, pixels.rows, delta.seen[k], pixels, to, true);
            }
            if (!onto) continue;
            unfolded.data.fill(0);
            for (let k = 0; k < seen.length; k++) {
              const { row, pixels } = seen[k];
              const w = matrices[g * size + row];
              product.multiply("NN", pixels.rows, run, written, delta.seen[k], w, pixels, true);
            }
            foldOnto(imageAt(onto, e), all[b], g);
          }
        }
      }
    },
    put(gradient) {
      split(gradient, gradients, true);
    },
  };
}
