import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
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

/**
 * y_k = Σ_t (1 − ρ)·ρᵗ·(the t-th largest of |x_j + W_kj| over all j, t = 0, 1, …), of every place by itself: the units of SortNet
 * (arXiv:2210.01787, section 4.3), of which those of an ℓ∞-distance net (arXiv:2102.05363) have ρ = 0. The factors sum to at most 1, so that none
 * moves further than the input that moves most. Those below 2⁻¹² of the first are left out. In training they are the same: nothing is random.
 */
export interface OrderStatisticSpec extends WeightedSpec {
  readonly units: number;
  /** ρ, in [0, 1). */
  readonly ratio: number;
}

export const orderStatistic: LayerKind<OrderStatisticSpec> = {
  choices: { ...weightedChoices, units: true, ratio: true },
  shape(spec, input) {
    const { units, ratio } = spec;
    checkWeighted(spec);
    checkSize("number of units", units);
    if (!(ratio >= 0 && ratio < 1)) {
      throw new InputError({
        code: "out-of-range",
        found: `The ratio of order statistics is a number of at least 0 and below 1, but ${asGiven(ratio)} was given`,
        value: String(ratio),
      });
    }
    return withLast(input, units);
  },
  keeps: (spec, input) => keepsWeighted(spec, spec.units, columnsOf(input)),
  bind(binding, spec, input) {
    const layer = createWeighted(binding, spec, spec.units, columnsOf(input.shape));
    return withBias(binding, spec, layer, distances(binding.backend, layer.weight, spec.ratio, input));
  },
};

/** The factors that count, at most one for each input. */
export function orderFactors(ratio: number, inputs: number): Float32Array {
  const depth = ratio === 0 ? 1 : Math.min(inputs, 1 + Math.floor(-12 / Math.log2(ratio)));
  return Float32Array.from({ length: depth }, (_, t) => (1 - ratio) * ratio ** t);
}

function distances(
  { arena, kernels }: Backend,
  weight: Weight,
  ratio: number,
  { values: x, delta, places }: ShapedSource,
): BoundLayer {
  const { effective, gradient } = weight;
  const { rows: units, columns } = effective;
  const output = createSignal(arena, x.rows, units, { places });
  const factors = orderFactors(ratio, columns);
  const depth = factors.length;
  const w = arena.from(factors, depth);
  const largest = arena.tensor(depth);
  const order = arena.tensor(x.rows * units, depth);
  for (let k = 0; k < order.length; k++) order.integers[k] = k % depth;
  return {
    output,
    parameters: [weight],
    scaledBy: [],
    forward(n) {
      kernels.orderStatistics(
        n * places,
        columns,
        units,
        depth,
        x.pointer,
        effective.pointer,
        w.pointer,
        output.values.pointer,
        order.pointer,
        largest.pointer,
      );
    },
    backward(n) {
      kernels.orderStatisticsBackward(
        n * places,
        columns,
        units,
        depth,
        x.pointer,
        effective.pointer,
        w.pointer,
        order.pointer,
        output.delta.pointer,
        gradient.pointer,
        delta ? delta.pointer : 0,
      );
    },
  };
}
