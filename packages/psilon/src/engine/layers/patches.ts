import { convolve } from "./convolution.js";
import type { LayerKind } from "./kind.js";
import { shapeText } from "./shape.js";
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
 * The squares of an image as tokens, each through one matrix (arXiv:2010.11929): an image h × w × c becomes h·w/size² tokens, from the top
 * left, row by row. A row of the matrix is in the order row, column, channel of a square.
 */
export interface PatchesSpec extends WeightedSpec {
  /** Height and width of a patch; both the image's are multiples of it. */
  readonly size: number;
  /** Of a token. */
  readonly features: number;
}

export const patches: LayerKind<PatchesSpec> = {
  choices: { ...weightedChoices, size: true, features: true },
  shape(spec, input) {
    const { size, features } = spec;
    checkWeighted(spec);
    checkSize("patch size", size);
    checkSize("number of features", features);
    const [height, width] = input;
    if (input.length !== 3 || height % size !== 0 || width % size !== 0) {
      return `images height × width × channels that patches of ${shapeText([size, size])} fill`;
    }
    return [(height * width) / size ** 2, features];
  },
  keeps: (spec, [, , channels]) => keepsWeighted(spec, spec.features, spec.size ** 2 * channels),
  /** A convolution whose windows lie side by side. */
  bind(binding, spec, input) {
    const { size, features } = spec;
    const [height, width, channels] = input.shape;
    const layer = createWeighted(binding, spec, features, size * size * channels);
    const windows = { size, stride: size };
    const image = [height / size, width / size, features];
    return withBias(binding, spec, layer, convolve(binding.backend, layer.weight, windows, input, image));
  },
};
