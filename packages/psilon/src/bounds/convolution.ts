import type { Windows } from "./windows.js";

/** What a convolution does to an image, as numbers (`layers/convolution` of the engine). */
export interface Convolution extends Windows {
  /** Channels that are read and written, each split into so many groups. */
  readonly read: number;
  readonly written: number;
  readonly groups: number;
  /** written × (size·size·read/groups), each row in the order row, column, channel. */
  readonly kernels: Float32Array;
}

/** Σ|w| at each place of the window, over what a channel of `written` reads. */
export const weightsByWritten = (convolution: Convolution): Float64Array[] =>
  sumsOfMagnitudes(convolution, convolution.written, (written) => written);

/** The same over what reads a channel of `read`. */
export const weightsByRead = (convolution: Convolution): Float64Array[] =>
  sumsOfMagnitudes(convolution, convolution.read, (_, read) => read);

function sumsOfMagnitudes(
  { kernels, read, written, groups, size }: Convolution,
  channels: number,
  channelOf: (written: number, read: number) => number,
): Float64Array[] {
  const sums = Array.from({ length: channels }, () => new Float64Array(size * size));
  const part = read / groups;
  for (let c = 0, at = 0; c < written; c++) {
    const first = Math.floor(c / (written / groups)) * part;
    for (let place = 0; place < size * size; place++) {
      for (let k = 0; k < part; k++, at++) sums[channelOf(c, first + k)][place] += Math.abs(kernels[at]);
    }
  }
  return sums;
}
