import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import { createImageProduct } from "./imageProduct.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { type Shape, sizeOf } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  weightedChoices,
  withBias,
} from "./weighted.js";
import { type Windows, windowsOver } from "./windows.js";

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
    const { channels, groups = 1 } = spec;
    checkWeighted(spec);
    checkSize("number of channels", channels);
    checkSize("number of groups", groups);
    const windows = windowsOver(input, "kernel", spec);
    if (typeof windows === "string") return windows;
    if (input[2] % groups !== 0 || channels % groups !== 0) {
      return `images of a number of channels that, as its own ${channels}, is a multiple of its ${groups} groups`;
    }
    return [...windows, channels];
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
