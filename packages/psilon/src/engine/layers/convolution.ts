import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import { createImageProduct, type Windows } from "./imageProduct.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { type Shape, shapeText, sizeOf } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  weightedChoices,
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
  choices: { ...weightedChoices, channels: true, size: true, stride: true, padding: true, groups: true },
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

/** How many windows there are along so many pixels. */
export const windowsAlong = (pixels: number, { size, stride = 1, padding = 0 }: Windows): number =>
  Math.floor((pixels + 2 * padding - size) / stride) + 1;

/** Z = P·Wᵀ with the windows P of the images; back ∂ℓ/∂W = δᵀ·P, and ∂ℓ/∂X the sum of δ·W over the windows that see a pixel. */
export function convolve(
  backend: Backend,
  weight: Weight,
  windows: Windows,
  input: ShapedSource,
  shape: Shape,
): BoundLayer {
  const { size, stride = 1, groups = 1 } = windows;
  // Its windows are its pixels.
  if (size === 1 && stride === 1 && groups === 1) return linear(backend, weight, input);
  const { values: x, delta: inputDelta } = input;
  const [down, across, channels] = shape;
  const places = down * across;
  const examples = x.rows / input.places;
  const output = createSignal(backend.arena, examples * places, channels, { places });
  const product = createImageProduct(backend, windows, input.shape, shape, examples);
  const [outputs, deltas] = [product.partsOf(output.values), product.partsOf(output.delta)];
  const pixels = sizeOf(input.shape);
  return {
    output,
    parameters: [weight],
    scaledBy: [weight],
    forward(n) {
      product.take(weight.effective);
      product.forward(n, x, outputs);
    },
    backward(n) {
      product.clear();
      if (inputDelta) inputDelta.data.fill(0, 0, n * pixels);
      product.backward(n, x, deltas, inputDelta);
      product.put(weight.gradient);
    },
  };
}
