import type { Activation } from "../engine/layers/activation.js";
import type { LayerName, LayerSpec } from "../engine/layers/kinds.js";
import { orderFactors } from "../engine/layers/orderStatistic.js";
import { TERMS } from "../engine/layers/orthogonalConvolution.js";
import { type PoolingSpec, windowsOf } from "../engine/layers/pooling.js";
import { columnsOf, placesOf, type Shape } from "../engine/layers/shape.js";
import type { LayerValues } from "../folded/sequential.js";
import { activationSlope } from "./activationSlope.js";
import { convolutionNorms } from "./convolutionNorms.js";
import { featureNorms, waveNorms } from "./fourierNorms.js";
import { matrixNorms } from "./matrixNorms.js";
import { averagePoolNorms, maxPoolNorms, meanNorms } from "./poolingNorms.js";
import { above, below, gamma, orInfinity } from "./rounding.js";
import { skewExponentialNorms } from "./skewExponential.js";
import type { Windows } from "./windows.js";

/** By what a layer stretches a difference at most, each norm to itself, rounded outwards; a text where there is no such number, why. */
export type LayerNorms = Readonly<Record<"inf" | "1" | "2", number | string>>;

/** A layer of a folded network, with the shapes of what it reads and writes. */
interface Placed<Spec> {
  readonly layer: Spec;
  readonly values: LayerValues;
  readonly input: Shape;
  readonly output: Shape;
}

type Named<K extends LayerName> = Extract<LayerSpec, { readonly layer: K }>;

/** The norms of each kind of layer once training is over. A kind that is not here has none. */
const normsOf: { readonly [K in LayerName]?: (placed: Placed<Named<K>>) => LayerNorms } = {
  activation: ({ layer }) => inEvery(activationSlope(layer.activation)),
  attention: () => inEvery(noneOfAttention),
  "average-pool": ({ layer, input, output }) => averagePoolNorms(pooling(layer, input, output)),
  "batch-norm": ({ layer, values }) => stretched(batchNormNorms(values), layer.activation),
  channels: () => inEvery(1),
  convolution({ layer, values, input, output }) {
    const { size, stride = 1, padding = 0, groups = 1 } = layer;
    const [height, width, read] = input;
    const [down, across, written] = output;
    const image = { height, width, down, across, size, stride, padding };
    return stretched(
      convolutionNorms({ ...image, read, written, groups, kernels: values.weight }),
      layer.activation,
    );
  },
  dense: ({ layer, values }) => stretched(matrixNorms(values.weight, layer.outputs), layer.activation),
  dropout: () => inEvery(1),
  flatten: () => inEvery(1),
  "fourier-positions": ({ layer, values }) =>
    "frequencies" in layer
      ? waveNorms(layer.frequencies, layer.identity)
      : featureNorms(values.matrix, layer.features),
  "global-average-pool": ({ input }) => meanNorms(placesOf(input)),
  // Sorted vectors are never further apart than they were before.
  "group-sort": () => inEvery(1),
  "layer-norm": () => inEvery(noneOfLayerNorm),
  "learned-positions": () => inEvery(1),
  "max-pool": ({ layer, input, output }) => maxPoolNorms(pooling(layer, input, output)),
  "order-statistic": ({ layer, input }) =>
    stretched(orderNorms(orderFactors(layer.ratio, columnsOf(input)), layer.units), layer.activation),
  "orthogonal-convolution": ({ layer, values, input }) =>
    stretched(skewExponentialNorms(values.weight, layer.size, input, layer.terms ?? TERMS), layer.activation),
  // Its windows lie side by side: each patch is a number of places of its own.
  patches: ({ layer, values }) => stretched(matrixNorms(values.weight, layer.features), layer.activation),
  "space-to-depth": () => inEvery(1),
};

const noneOfLayerNorm =
  "it divides by the deviation of what it reads, so that near features that are all equal its slope is limited by ε alone";

const noneOfAttention =
  "it multiplies what it reads with itself, so that its slope grows with its inputs without end (arXiv:2006.04710)";

/** A layer's norms; of those that read the places of an example one by one, they are those of one place. */
export function layerNorms(placed: Placed<LayerSpec>): LayerNorms {
  const norms = normsOf[placed.layer.layer] as ((placed: Placed<LayerSpec>) => LayerNorms) | undefined;
  return norms ? norms(placed) : inEvery("no bound is known of layers of this kind");
}

/** What is the same in every norm. */
const inEvery = (value: number | string): LayerNorms => ({ inf: value, "1": value, "2": value });

/** Multiplied by what an activation stretches. */
function stretched(norms: Readonly<Record<keyof LayerNorms, number>>, activation?: Activation): LayerNorms {
  const slope = activation ? activationSlope(activation) : 1;
  const times = (norm: number) => (norm === 0 ? 0 : orInfinity(above(norm * slope)));
  return { inf: times(norms.inf), "1": times(norms["1"]), "2": times(norms["2"]) };
}

const pooling = (spec: PoolingSpec, [height, width]: Shape, [down, across]: Shape): Windows => ({
  ...windowsOf(spec),
  height,
  width,
  down,
  across,
});

/** max |γ|/√(σ² + ε), a diagonal matrix; ε is 10⁻⁵. */
function batchNormNorms({ scale, variance }: LayerValues) {
  let most = 0;
  scale.forEach((gamma, k) => {
    if (gamma !== 0)
      most = Math.max(most, above(Math.abs(gamma) / below(Math.sqrt(below(variance[k] + 1e-5)))));
  });
  const norm = orInfinity(most);
  return { inf: norm, "1": norm, "2": norm };
}

/** A unit moves by at most the sum of the factors times what the input moves that moves most; that is no more than ‖x − y‖₂ or ‖x − y‖₁. */
function orderNorms(factors: Float32Array, units: number) {
  const sum = factors.reduce((total, factor) => total + factor, 0) * (1 + 2 * gamma(factors.length));
  return { inf: sum, "1": above(sum * units), "2": above(sum * above(Math.sqrt(units))) };
}
