import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { type Shape, shapeText } from "./shape.js";
import { createTiles } from "./tiles.js";
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
 * Z = P·Wᵀ with the windows P of the images; back ∂ℓ/∂W = δᵀ·P, and ∂ℓ/∂X the sum of δ·W over the windows that see a pixel. P is written
 * a tile at a time, in both directions anew, so that its memory is bounded whatever the images' size.
 */
function convolve(
  backend: Backend,
  weight: Weight,
  spec: ConvolutionSpec,
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
  const capacity = x.rows / input.places;
  const output = createSignal(arena, capacity * places, channels, { places });
  const part = read / groups;
  const written = channels / groups;
  const columns = size * size * part;
  const tiles = createTiles(arena, output, columns);
  const { patches } = tiles;
  // Of each group the rows of the matrix, and room for what a tile of it writes where that is not all that a row holds.
  const own = (tensor: Tensor) =>
    Array.from({ length: groups }, (_, g) => tensor.slice(g * written, written));
  const [matrices, gradients] = [own(weight.effective), own(weight.gradient)];
  const grouped = groups > 1 ? arena.tensor(patches.rows, written) : null;

  const copyGroup = (tile: Tensor, g: number, out: boolean) => {
    if (!grouped) return;
    const place = tile.pointer + 4 * g * written;
    if (out) kernels.copyColumns(tile.rows, written, grouped.pointer, written, place, channels);
    else kernels.copyColumns(tile.rows, written, place, channels, grouped.pointer, written);
  };
  const unfold = (start: number, count: number, g: number) => {
    kernels.unfold(
      start,
      count,
      height,
      width,
      read,
      g * part,
      part,
      size,
      stride,
      padding,
      down,
      across,
      x.pointer,
      patches.pointer,
    );
  };

  return {
    output,
    parameters: [weight],
    scaledBy: [weight],
    forward(n) {
      const all = tiles.of(n);
      for (let t = 0; t < all.length; t++) {
        const { start, count, values } = all[t];
        for (let g = 0; g < groups; g++) {
          unfold(start, count, g);
          product.multiply("NT", count, written, columns, patches, matrices[g], grouped ?? values, false);
          copyGroup(values, g, true);
        }
      }
    },
    backward(n) {
      const all = tiles.of(n);
      if (inputDelta) inputDelta.data.fill(0, 0, n * height * width * read);
      for (let t = 0; t < all.length; t++) {
        const { start, count, delta } = all[t];
        for (let g = 0; g < groups; g++) {
          copyGroup(delta, g, false);
          const slope = grouped ?? delta;
          unfold(start, count, g);
          product.multiply("TN", written, columns, count, slope, patches, gradients[g], t > 0);
          if (!inputDelta) continue;
          product.multiply("NN", count, columns, written, slope, matrices[g], patches, false);
          kernels.foldOnto(
            start,
            count,
            height,
            width,
            read,
            g * part,
            part,
            size,
            stride,
            padding,
            down,
            across,
            patches.pointer,
            inputDelta.pointer,
          );
        }
      }
    },
  };
}
