import type { Activation } from "../engine/layers/activation.js";
import type { LayerName, LayerSpec } from "../engine/layers/kinds.js";
import { orderFactors } from "../engine/layers/orderStatistic.js";
import { TERMS } from "../engine/layers/orthogonalConvolution.js";
import { columnsOf, type Shape } from "../engine/layers/shape.js";
import type { LayerValues } from "../folded/sequential.js";
import { activationSlope } from "./activationSlope.js";
import { convolutionNorms } from "./convolutionNorms.js";
import { above, gamma, orInfinity } from "./rounding.js";
import { skewExponentialNorms } from "./skewExponential.js";
import { spectralNorm } from "./spectralNorm.js";

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
  channels: () => inEvery(1),
  flatten: () => inEvery(1),
  // Sorted vectors are never further apart than they were before.
  "group-sort": () => inEvery(1),
  "order-statistic": ({ layer, input }) =>
    stretched(orderNorms(orderFactors(layer.ratio, columnsOf(input)), layer.units), layer.activation),
  "orthogonal-convolution": ({ layer, values, input }) =>
    stretched(skewExponentialNorms(values.weight, layer.size, input, layer.terms ?? TERMS), layer.activation),
  "space-to-depth": () => inEvery(1),
};

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

/** The largest sum of a row of magnitudes, and of a column, and σ. */
function matrixNorms(weight: Float32Array, rows: number) {
  const columns = weight.length / rows;
  const sums = [new Float64Array(rows), new Float64Array(columns)];
  weight.forEach((w, at) => {
    sums[0][Math.floor(at / columns)] += Math.abs(w);
    sums[1][at % columns] += Math.abs(w);
  });
  const [inf, one] = sums.map((those) =>
    orInfinity(those.reduce((most, sum) => Math.max(most, sum), 0) * (1 + 2 * gamma(rows + columns))),
  );
  return { inf, "1": one, "2": spectralNorm(Float64Array.from(weight), rows, columns) };
}

/** A unit moves by at most the sum of the factors times what the input moves that moves most; that is no more than ‖x − y‖₂ or ‖x − y‖₁. */
function orderNorms(factors: Float32Array, units: number) {
  const sum = factors.reduce((total, factor) => total + factor, 0) * (1 + 2 * gamma(factors.length));
  return { inf: sum, "1": above(sum * units), "2": above(sum * above(Math.sqrt(units))) };
}
