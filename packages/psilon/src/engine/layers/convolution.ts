import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type Band, createBands } from "./bands.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { type Shape, shapeText } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  withBias,
} from "./weighted.js";

/**
 * A 2-D convolution (cross-correlation, as is usual) of an image height × width × channels with square kernels, and zeros around the image.
 * The kernels are the rows of one matrix, channels × (size·size·channels that a kernel reads), each in the order row, column, channel.
 */
export interface ConvolutionSpec extends WeightedSpec {
  /** Kernels, and channels of what is written. */
  readonly channels: number;
  /** Height and width of a kernel. */
  readonly size: number;
  /** Default: 1. */
  readonly stride?: number;
  /** Zeros around the image, fewer than `size`; default: 0. */
  readonly padding?: number;
  /** The channels read and those written are split into so many parts, each of which is by itself; default: 1. */
  readonly groups?: number;
}

export const convolution: LayerKind<ConvolutionSpec> = {
  shape(spec, input) {
    const { channels, size, stride = 1, padding = 0, groups = 1 } = spec;
    checkWeighted(spec);
    checkSize("number of channels", channels);
    checkSize("kernel size", size);
    checkSize("stride", stride);
    checkSize("padding", padding, 0);
    checkSize("number of groups", groups);
    const [height, width, read] = input;
    const least = Math.max(1, size - 2 * padding);
    if (padding >= size) return `images with a padding below its kernels' size of ${size}, not of ${padding}`;
    if (input.length !== 3 || height < least || width < least) {
      return `images height × width × channels of at least ${shapeText([least, least])}`;
    }
    if (read % groups !== 0 || channels % groups !== 0) {
      return `images of a number of channels that, as its own ${channels}, is a multiple of its ${groups} groups`;
    }
    return [windowsAlong(height, spec), windowsAlong(width, spec), channels];
  },
  keeps: (spec, input) => keepsWeighted(spec, spec.channels, seenBy(spec, input)),
  bind(binding, spec, input, shape) {
    const layer = createWeighted(binding, spec, spec.channels, seenBy(spec, input.shape));
    return withBias(binding, spec, layer, convolve(binding.backend, layer.weight, spec, input, shape));
  },
};

/** The numbers that a kernel sees. */
const seenBy = ({ size, groups = 1 }: ConvolutionSpec, [, , read]: Shape): number =>
  (size * size * read) / groups;

/** How a window of this size moves along so many pixels. */
export interface Windows {
  readonly size: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** How many windows there are. */
export const windowsAlong = (pixels: number, { size, stride = 1, padding = 0 }: Windows): number =>
  Math.floor((pixels + 2 * padding - size) / stride) + 1;

/**
 * Z = Σ_i P_i·W_iᵀ over a window's rows i, with P_i what the windows see in their i-th row and W_i those columns of the matrix; back
 * ∂ℓ/∂W_i = δᵀ·P_i, and ∂ℓ/∂X the sum of δ·W_i over the windows that see a pixel. The P_i are parts of one matrix, the pixels unfolded along
 * their rows, which is written a band of an image at a time, in both directions anew: its memory is bounded whatever the image's size.
 */
export function convolve(
  backend: Backend,
  weight: Weight,
  spec: Windows & Pick<ConvolutionSpec, "groups">,
  input: ShapedSource,
  [down, across, channels]: Shape,
): BoundLayer {
  const { size, stride = 1, padding = 0, groups = 1 } = spec;
  // Its windows are its pixels.
  if (size === 1 && stride === 1 && groups === 1) return linear(backend, weight, input);
  const { arena, kernels, product } = backend;
  const [height, width, read] = input.shape;
  const { values: x, delta: inputDelta } = input;
  const places = down * across;
  const examples = x.rows / input.places;
  const output = createSignal(arena, examples * places, channels, { places });
  const part = read / groups;
  const written = channels / groups;
  const run = size * part;
  const bands = createBands(arena, { down, across, size, stride, run });
  const { unfolded } = bands;
  // What each group and row of a window multiplies with, one after the other, and the gradient of that.
  const matrices = Array.from({ length: groups * size }, () => arena.tensor(written, run));
  const gradients = Array.from({ length: groups * size }, () => arena.tensor(written, run));
  const partsOf = (tensor: Tensor) =>
    Array.from({ length: examples }, (_, e) =>
      bands.all.map(({ start, count }) => tensor.slice(e * places + start * across, count * across)),
    );
  const [outputs, deltas] = [partsOf(output.values), partsOf(output.delta)];
  // A group's share of what is written, where that is not all of it.
  const share = groups > 1 ? arena.tensor(bands.all[0].count * across, written) : null;

  /** Between the weight's rows, a window's rows side by side, and the matrices of each. */
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
  const unfold = (e: number, { top, rows }: Band, g: number) => {
    const image = x.pointer + 4 * e * height * width * read;
    const to = unfolded.pointer;
    const first = g * part;
    kernels.unfoldRows(
      top - padding,
      rows,
      height,
      width,
      read,
      first,
      part,
      size,
      stride,
      padding,
      across,
      image,
      to,
    );
  };
  const foldBack = (delta: Tensor, e: number, { top, rows }: Band, g: number) => {
    const image = delta.pointer + 4 * e * height * width * read;
    const from = unfolded.pointer;
    const first = g * part;
    kernels.foldRows(
      top - padding,
      rows,
      height,
      width,
      read,
      first,
      part,
      size,
      stride,
      padding,
      across,
      from,
      image,
    );
  };

  return {
    output,
    parameters: [weight],
    scaledBy: [weight],
    forward(n) {
      split(weight.effective, matrices, false);
      for (let e = 0; e < n; e++) {
        for (let b = 0; b < bands.all.length; b++) {
          const band = bands.all[b];
          const z = outputs[e][b];
          for (let g = 0; g < groups; g++) {
            unfold(e, band, g);
            for (let i = 0; i < size; i++) {
              const w = matrices[g * size + i];
              product.multiply("NT", z.rows, written, run, band.seen[i], w, share ?? z, i > 0);
            }
            copyShare(z, g, true);
          }
        }
      }
    },
    backward(n) {
      for (let k = 0; k < gradients.length; k++) gradients[k].data.fill(0);
      if (inputDelta) inputDelta.data.fill(0, 0, n * height * width * read);
      for (let e = 0; e < n; e++) {
        for (let b = 0; b < bands.all.length; b++) {
          const band = bands.all[b];
          const delta = deltas[e][b];
          for (let g = 0; g < groups; g++) {
            copyShare(delta, g, false);
            const slope = share ?? delta;
            unfold(e, band, g);
            for (let i = 0; i < size; i++) {
              const to = gradients[g * size + i];
              product.multiply("TN", written, run, delta.rows, slope, band.seen[i], to, true);
            }
            if (!inputDelta) continue;
            unfolded.data.fill(0);
            for (let i = 0; i < size; i++) {
              const w = matrices[g * size + i];
              product.multiply("NN", delta.rows, run, written, slope, w, band.seen[i], true);
            }
            foldBack(inputDelta, e, band, g);
          }
        }
      }
      split(weight.gradient, gradients, true);
    },
  };
}
