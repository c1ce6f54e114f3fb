import type { Direction } from "../networks/spec.js";
import { sensitivityOf } from "./globalBounds.js";
import { boundedModel, type ModelPart } from "./model.js";
import { below } from "./rounding.js";

/**
 * For each of `inputs`, whether the mean of the networks is proven non-decreasing (1) or non-increasing (−1) in it everywhere, as a
 * function of real numbers: where its mean slope is at least the mean of the bounds S_j ≥ |∂f/∂x_j| of the networks' layers, so that
 * slope_j + ∂f/∂x_j keeps the slope's sign (derived). 0 where that proves nothing, where the input does not matter at all, and for
 * all inputs where there are several outputs.
 */
export function directionsOf(parts: readonly ModelPart[], inputs: number): Direction[] {
  const slopes = new Float64Array(inputs);
  const layers = parts.map(({ network, ...part }): ModelPart => {
    network.slopes?.forEach((slope, j) => {
      slopes[part.inputs?.[j] ?? j] += slope / parts.length;
    });
    return { ...part, network: { architecture: network.architecture, layers: network.layers } };
  });
  const model = boundedModel(layers, inputs);
  if (model.outputs > 1) return Array<Direction>(inputs).fill(0);
  const bounds = sensitivityOf(model, { plus: 0, minus: null });
  // The sum of a few dozen float32 numbers and quotients errs by less than that.
  return Array.from(slopes, (slope, j) =>
    slope !== 0 && below(Math.abs(slope) * (1 - 2 ** -40)) >= bounds[j] ? (slope > 0 ? 1 : -1) : 0,
  );
}
