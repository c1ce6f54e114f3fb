import type { LayerKind } from "./kind.js";
import { linear } from "./linear.js";
import { columnsOf } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  weightedChoices,
  withBias,
  withLast,
} from "./weighted.js";

/** y = φ(W·x + b), of every place of a sequence or an image by itself. */
export interface DenseSpec extends WeightedSpec {
  readonly outputs: number;
}

export const dense: LayerKind<DenseSpec> = {
  choices: { ...weightedChoices, outputs: true },
  shape(spec, input) {
    checkSize("number of outputs", spec.outputs);
    checkWeighted(spec);
    return withLast(input, spec.outputs);
  },
  keeps: (spec, input) => keepsWeighted(spec, spec.outputs, columnsOf(input)),
  bind(binding, spec, input) {
    const layer = createWeighted(binding, spec, spec.outputs, columnsOf(input.shape));
    return withBias(binding, spec, layer, linear(binding.backend, layer.weight, input));
  },
};
